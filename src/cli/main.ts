/** `examsite`: reads the command line, runs one command, and turns what went wrong into lines a person can act on. */
import { ConvergeError, formatProblem, HostError, UserError } from '../core/errors.ts';
import type { Lang } from '../core/finding.ts';
import { home } from '../core/home.ts';
import { language } from '../core/language.ts';
import { newProgram } from './program.ts';
import { terminal } from './terminal.ts';

/** The options that every command has; read first, because they decide how everything after them speaks. */
function globals(argv: readonly string[]): { lang: Lang; json: boolean } {
  const at = argv.findIndex((arg) => arg === '--lang');
  const said =
    argv.find((arg) => arg.startsWith('--lang='))?.slice('--lang='.length) ?? (at < 0 ? undefined : argv[at + 1]);
  return { lang: said === 'zh' || said === 'en' ? said : language(), json: argv.includes('--json') };
}

const { lang, json } = globals(process.argv);
const io = terminal(home(), lang, json);

const program = await newProgram(io, process.argv.slice(2));

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
