/** What `examsite` consists of: every command, and what they have in common. */
import { Command } from 'commander';
import { version } from '../core/version.ts';
import type { Io } from './io.ts';

type Registration = (program: Command, io: Io) => void;

/** Each command brings what it needs along when it is the one that is run: the engine's API alone takes most of a second to load. */
const commands: Readonly<Record<string, () => Promise<Registration>>> = {
  import: async () => (await import('./commands/import.ts')).importCommand,
  validate: async () => (await import('./commands/validate.ts')).validateCommand,
  prepare: async () => (await import('./commands/prepare.ts')).prepareCommand,
  enroll: async () => (await import('./commands/enroll.ts')).enrollCommand,
  plan: async () => (await import('./commands/plan.ts')).planCommand,
  preview: async () => (await import('./commands/operations.ts')).previewCommand,
  up: async () => (await import('./commands/operations.ts')).upCommand,
  refresh: async () => (await import('./commands/operations.ts')).refreshCommand,
  destroy: async () => (await import('./commands/operations.ts')).destroyCommand,
  check: async () => (await import('./commands/check.ts')).checkCommand,
  report: async () => (await import('./commands/check.ts')).reportCommand,
  confirm: async () => (await import('./commands/confirm.ts')).confirmCommand,
  repair: async () => (await import('./commands/repair.ts')).repairCommand,
  whitelist: async () => (await import('./commands/whitelist.ts')).whitelistCommand,
  leaktest: async () => (await import('./commands/leaktest.ts')).leaktestCommand,
  refused: async () => (await import('./commands/refused.ts')).refusedCommand,
  depot: async () => (await import('./commands/depot.ts')).depotCommand,
  lab: async () => (await import('./commands/lab.ts')).labCommand,
  env: async () => (await import('./commands/env.ts')).envCommand,
  demo: async () => (await import('./commands/demo.ts')).demoCommand,
};

/** @param args the command line: with a command in it, only that one is there; all of them for help and for a name that there is not. */
export async function newProgram(io: Io, args: readonly string[]): Promise<Command> {
  const program = new Command('examsite')
    .description('exam rooms as code: describe them, make them so, prove it')
    .version(version)
    .showHelpAfterError();
  for (const load of wanted(args)) (await load())(program, io);
  for (const command of [program, ...program.commands.flatMap((one) => [one, ...one.commands])]) {
    command.option('--lang <zh|en>', 'language of everything printed (default: the locale)');
    command.option('--json', 'print the result as JSON');
  }
  return program;
}

function wanted(args: readonly string[]): (() => Promise<Registration>)[] {
  const named = args
    .map((arg) => (Object.hasOwn(commands, arg) ? commands[arg] : undefined))
    .find((load) => load !== undefined);
  return named === undefined || args[0] === 'help' ? Object.values(commands) : [named];
}
