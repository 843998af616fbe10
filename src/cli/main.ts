/** `examsite`: reads the command line, runs one command, and turns what went wrong into lines a person can act on. */
import { Command } from 'commander';
import { ConvergeError, formatProblem, HostError, UserError } from '../core/errors.ts';
import type { Lang } from '../core/finding.ts';
import { home } from '../core/home.ts';
import { language } from '../core/language.ts';
import { version } from '../core/version.ts';
import type { Io } from './io.ts';
import { terminal } from './terminal.ts';

type Registration = (program: Command, io: Io) => void;

/** Each command brings what it needs along when it is the one that is run: the engine's API alone takes most of a second to load. */
const commands: Readonly<Record<string, () => Promise<Registration>>> = {
  import: async () => (await import('./commands/import.ts')).importCommand,
  validate: async () => (await import('./commands/validate.ts')).validateCommand,
  prepare: async () => (await import('./commands/prepare.ts')).prepareCommand,
  enroll: async () => (await import('./commands/enroll.ts')).enrollCommand,
  preview: async () => (await import('./commands/operations.ts')).previewCommand,
  up: async () => (await import('./commands/operations.ts')).upCommand,
  refresh: async () => (await import('./commands/operations.ts')).refreshCommand,
  destroy: async () => (await import('./commands/operations.ts')).destroyCommand,
  check: async () => (await import('./commands/check.ts')).checkCommand,
  report: async () => (await import('./commands/check.ts')).reportCommand,
  repair: async () => (await import('./commands/repair.ts')).repairCommand,
  depot: async () => (await import('./commands/depot.ts')).depotCommand,
  lab: async () => (await import('./commands/lab.ts')).labCommand,
  env: async () => (await import('./commands/env.ts')).envCommand,
  demo: async () => (await import('./commands/demo.ts')).demoCommand,
};

/** The one that is named; all of them for help and for a name that there is not. */
function wanted(args: readonly string[]): (() => Promise<Registration>)[] {
  const named = args
    .map((arg) => (Object.hasOwn(commands, arg) ? commands[arg] : undefined))
    .find((load) => load !== undefined);
  return named === undefined || args[0] === 'help' ? Object.values(commands) : [named];
}

/** The options that every command has; read first, because they decide how everything after them speaks. */
function globals(argv: readonly string[]): { lang: Lang; json: boolean } {
  const at = argv.findIndex((arg) => arg === '--lang');
  const said =
    argv.find((arg) => arg.startsWith('--lang='))?.slice('--lang='.length) ?? (at < 0 ? undefined : argv[at + 1]);
  return { lang: said === 'zh' || said === 'en' ? said : language(), json: argv.includes('--json') };
}

const { lang, json } = globals(process.argv);
const io = terminal(home(), lang, json);

const program = new Command('examsite')
  .description('exam rooms as code: describe them, make them so, prove it')
  .version(version)
  .showHelpAfterError();

for (const load of wanted(process.argv.slice(2))) (await load())(program, io);
for (const command of [program, ...program.commands.flatMap((one) => [one, ...one.commands])]) {
  command.option('--lang <zh|en>', 'language of everything printed (default: the locale)');
  command.option('--json', 'print the result as JSON');
}

try {
  await program.parseAsync();
} catch (error) {
  complain(error);
}

/** engine/ is plain JavaScript without the project's classes. */
function isSetupError(error: unknown): error is Error {
  return error instanceof Error && error.name === 'SetupError';
}

/** Exit 2: nothing could be decided or done. Only a bug shows its stack. */
function complain(error: unknown): void {
  process.exitCode = 2;
  if (error instanceof UserError) {
    for (const problem of error.problems) io.note(formatProblem(problem, lang));
    io.result({ problems: error.problems });
  } else if (error instanceof HostError || error instanceof ConvergeError || isSetupError(error)) {
    io.note(error.message);
  } else {
    io.note(error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
}
