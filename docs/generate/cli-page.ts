/** docs/reference/cli.md: what `--help` prints, of every command. */
import type { Command } from 'commander';
import { newProgram } from '../../src/cli/program.ts';
import { home } from '../../src/core/home.ts';

/** Independent of the terminal that the generator happens to run in. */
const columns = 110;

export async function cliPage(): Promise<string> {
  const quiet = (): void => undefined;
  const program = await newProgram(
    { home: home(), lang: 'en', json: false, print: quiet, note: quiet, result: quiet },
    [],
  );
  return [
    '# Command line',
    '`npx examsite …` in the clone. Every command takes `--lang` and `--json`; with `--json`, stdout carries one JSON value and nothing else.',
    'Exit codes: 0 as asked, 1 not everything is as required (for `check`: NO-GO), 2 nothing could be decided or done; faults in what was',
    'given are told all at once ([errors.md](errors.md)). `EXAMSITE_HOME` names another folder for `inventories/`, `depot/` and `.examsite/`.\n',
    ...leaves(program).map(
      ([name, command]) => `## ${name}\n${command.description()}\n\n\`\`\`text\n${helpOf(command)}\n\`\`\`\n`,
    ),
  ].join('\n');
}

/** Commands that do something: `depot serve`, not `depot`. */
function leaves(program: Command): [name: string, command: Command][] {
  return program.commands.flatMap((one): [string, Command][] =>
    one.commands.length === 0
      ? [[one.name(), one]]
      : one.commands.map((sub): [string, Command] => [`${one.name()} ${sub.name()}`, sub]),
  );
}

function helpOf(command: Command): string {
  let text = '';
  command.configureOutput({ writeOut: (part) => (text += part), getOutHelpWidth: () => columns });
  command.outputHelp();
  return text
    .split('\n')
    .filter((line) => !/^ +--(?:lang|json) |^ +-h, --help /.test(line))
    .join('\n')
    .trimEnd();
}
