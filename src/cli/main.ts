/** `examsite`: reads the command line, runs one command, and turns what went wrong into lines a person can act on. */
import { Command } from 'commander';
import { ConvergeError, formatProblem, HostError, UserError } from '../core/errors.ts';
import type { Lang } from '../core/finding.ts';
import { home } from '../core/home.ts';
import { language } from '../core/language.ts';
import { version } from '../core/version.ts';
import { checkCommands } from './commands/check.ts';
import { demoCommand } from './commands/demo.ts';
import { depotCommand } from './commands/depot.ts';
import { enrollCommand } from './commands/enroll.ts';
import { envCommand } from './commands/env.ts';
import { importCommand } from './commands/import.ts';
import { labCommand } from './commands/lab.ts';
import { operationCommands } from './commands/operations.ts';
import { repairCommand } from './commands/repair.ts';
import { validateCommand } from './commands/validate.ts';
import { terminal } from './terminal.ts';

/** The three options that every command has; read first, because they decide how everything after them speaks. */
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

for (const add of [
  importCommand,
  validateCommand,
  enrollCommand,
  operationCommands,
  checkCommands,
  repairCommand,
  depotCommand,
  labCommand,
  envCommand,
  demoCommand,
]) {
  add(program, io);
}
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
