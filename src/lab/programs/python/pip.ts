/** `python -m pip`, as pip 20.1 behaves on a PC without a network: messages, exit codes, and what it does to site-packages. */
import type { ProgramResult } from '../../pc/machine.ts';
import { exit, lines } from '../exit.ts';
import type { Interpreter } from './imports.ts';
import { pipInstall } from './pip-install.ts';
import { findDistributions, removeDistribution, siteOf, visible, type Distribution } from './site-packages.ts';
import { parseRequirements } from './requirements-file.ts';
import { normaliseName } from './wheel.ts';

/** Options that take a value; all others are switches. */
const valued = new Set([
  '-r',
  '--requirement',
  '-f',
  '--find-links',
  '--format',
  '--log',
  '--prefix',
  '--root-user-action',
  '--timeout',
]);

export interface PipArguments {
  readonly options: ReadonlyMap<string, string>;
  readonly words: readonly string[];
}

function parse(args: readonly string[]): PipArguments {
  const options = new Map<string, string>();
  const words: string[] = [];
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    const [name = '', value] = arg.split(/=(.*)/s, 2);
    if (!arg.startsWith('-')) words.push(arg);
    else if (valued.has(name)) options.set(name, value ?? rest.shift() ?? '');
    else options.set(arg, '');
  }
  return { options, words };
}

const byName = (a: Distribution, b: Distribution): number => (normaliseName(a.name) < normaliseName(b.name) ? -1 : 1);

function list({ machine, path }: Interpreter, { options }: PipArguments): ProgramResult {
  const found = visible(machine.files, path).sort(byName);
  if (options.get('--format') === 'json') {
    return exit(0, lines(JSON.stringify(found.map(({ name, version }) => ({ name, version })))));
  }
  return exit(0, lines(...found.map(({ name, version }) => `${name}==${version}`)));
}

function check({ machine, path }: Interpreter): ProgramResult {
  const found = visible(machine.files, path).sort(byName);
  const present = new Set(found.map((entry) => normaliseName(entry.name)));
  const broken = found.flatMap((entry) =>
    entry.requires
      .filter((name) => !present.has(normaliseName(name)))
      .map((name) => `${entry.name} ${entry.version} requires ${name}, which is not installed.`),
  );
  return broken.length === 0 ? exit(0, lines('No broken requirements found.')) : exit(1, lines(...broken));
}

function uninstall({ machine, path }: Interpreter, { options, words }: PipArguments): ProgramResult {
  const file = options.get('-r') ?? options.get('--requirement');
  const content = file === undefined ? undefined : machine.files.read(file)?.content;
  if (file !== undefined && !content) return exit(1, '', noSuchFile(file));
  const listed = content && file !== undefined ? parseRequirements(file, content.toString('utf8')).requirements : [];
  const names = [...words, ...listed.map((requirement) => requirement.name)];
  if (names.length === 0)
    return exit(1, '', lines('ERROR: You must give at least one requirement to uninstall (see "pip help uninstall")'));
  const present = visible(machine.files, path);
  const known = names.flatMap((name) => present.filter((one) => normaliseName(one.name) === normaliseName(name)));
  // Without -y pip asks, and there is nobody at this standard input.
  if (known.length > 0 && !options.has('-y') && !options.has('--yes'))
    return exit(2, '', lines('ERROR: Exception:', 'EOFError: EOF when reading a line'));
  const stuck = known.find((entry) => entry.record === undefined);
  if (stuck)
    return exit(1, '', lines(`ERROR: Cannot uninstall ${stuck.name} ${stuck.version}, RECORD file not found.`));
  for (const entry of known) removeDistribution(machine, siteOf(entry), entry);
  const removed = new Set(known.map((entry) => normaliseName(entry.name)));
  const missing = names.filter((name) => !removed.has(normaliseName(name)));
  return exit(
    0,
    lines(
      ...known.flatMap(({ name, version }) => [
        `Found existing installation: ${name} ${version}`,
        `Uninstalling ${name}-${version}:`,
        `  Successfully uninstalled ${name}-${version}`,
      ]),
    ),
    lines(...missing.map((name) => `WARNING: Skipping ${name} as it is not installed.`)),
  );
}

export const noSuchFile = (file: string): string =>
  lines(
    `ERROR: Could not open requirements file: [Errno 2] No such file or directory: '${file.replaceAll('\\', '\\\\')}'`,
  );

const commands: Readonly<Record<string, (python: Interpreter, args: PipArguments) => ProgramResult>> = {
  install: pipInstall,
  uninstall,
  list,
  freeze: list,
  check,
};

export function pip(python: Interpreter, args: readonly string[]): ProgramResult {
  const [own] = findDistributions(python.machine.files, python.site, 'pip');
  if (!own || !python.machine.files.read(`${python.site}\\pip\\__init__.py`)) {
    return exit(1, '', lines(`${python.home}\\python.exe: No module named pip`));
  }
  if (args[0] === '--version' || args[0] === '-V') {
    return exit(0, lines(`pip ${own.version} from ${python.site.toLowerCase()}\\pip (python ${python.minor})`));
  }
  const parsed = parse(args);
  const [name = '', ...words] = parsed.words;
  const command = commands[name];
  if (!command) return exit(1, '', lines(`ERROR: unknown command "${name}"`));
  return command(python, { ...parsed, words });
}
