/** `pip install --no-index --find-links … --no-deps`: all wheels are found, hashed and read before the first one is installed. */
import { createHash } from 'node:crypto';
import type { Machine, ProgramResult } from '../../pc/machine.ts';
import { exit, lines } from '../exit.ts';
import { memo } from '../memo.ts';
import type { Interpreter } from './imports.ts';
import { noSuchFile, type PipArguments } from './pip.ts';
import { parseRequirement, parseRequirements, type Requirement, type Requirements } from './requirements-file.ts';
import { installWheel, removeDistribution, sitePackages, siteOf, visible, type Distribution } from './site-packages.ts';
import { BadWheel, normaliseName, parseWheelName, readWheel, supports, type Wheel } from './wheel.ts';

/** pip's own refusal: its exit code, and its text. */
class PipError extends Error {
  readonly exitCode: number;
  constructor(exitCode: number, ...text: readonly string[]) {
    super(lines(...text));
    this.exitCode = exitCode;
  }
}

interface Found {
  readonly requirement: Requirement;
  readonly path: string;
  readonly content: Buffer;
}

export function pipInstall(python: Interpreter, args: PipArguments): ProgramResult {
  try {
    return exit(0, install(python, args));
  } catch (error) {
    if (error instanceof PipError) return exit(error.exitCode, '', error.message);
    throw error;
  }
}

/** What is there already, by normalised name: read once, because a lock has dozens of lines. */
type Present = ReadonlyMap<string, readonly Distribution[]>;

function install(python: Interpreter, args: PipArguments): string {
  const { machine } = python;
  // --prefix DIR: as if Python were there; with --ignore-installed nothing that is elsewhere is looked at, or taken away.
  const prefix = args.options.get('--prefix');
  const site = prefix === undefined ? python.site : sitePackages(prefix);
  const ignore = args.options.has('--ignore-installed') || args.options.has('-I');
  const { requirements, requireHashes } = wanted(python, args);
  // The exam LAN has no package index, and the resolver of pip is not modelled: locks are closed.
  if (!args.options.has('--no-index') || !args.options.has('--no-deps')) {
    throw new PipError(1, 'ERROR: this simulated pip knows only: install --no-index --find-links DIR --no-deps');
  }
  const there = ignore ? [] : visible(machine.files, python.path);
  const present: Present = Map.groupBy(there, ({ name }) => normaliseName(name));
  const satisfied = ({ name, version }: Requirement): boolean =>
    !args.options.has('--force-reinstall') &&
    (present.get(normaliseName(name)) ?? []).some((entry) => entry.version === version);
  const [done, todo] = [requirements.filter(satisfied), requirements.filter((requirement) => !satisfied(requirement))];
  const links = args.options.get('--find-links') ?? args.options.get('-f');
  const found = findAll(python, todo, links);
  checkHashes(found, requireHashes || requirements.some((requirement) => requirement.sha256.length > 0));
  const wheels = found.map(readFound);
  replace(machine, site, wheels, present);
  return report(site, links, done, found, wheels);
}

function replace(machine: Machine, site: string, wheels: readonly Wheel[], present: Present): void {
  const bytes = wheels.flatMap(({ files }) => [...files.values()]).reduce((sum, file) => sum + file.length, 0);
  if (bytes > machine.files.freeBytes()) {
    const text = 'Could not install packages due to an EnvironmentError: [Errno 28] No space left on device';
    throw new PipError(1, `ERROR: ${text}`);
  }
  for (const wheel of wheels) {
    for (const old of present.get(normaliseName(wheel.name)) ?? []) {
      if (!old.record) throw new PipError(1, cannotUninstall(old));
      removeDistribution(machine, siteOf(old), old);
    }
    installWheel(machine, site, wheel);
  }
}

const cannotUninstall = ({ name, info }: Distribution): string =>
  info.endsWith('.egg-info')
    ? `ERROR: Cannot uninstall '${name}'. It is a distutils installed project and thus we cannot accurately determine which files belong to it which would lead to only a partial uninstall.`
    : `ERROR: Cannot uninstall '${name}'. No RECORD was found.`;

function report(
  site: string,
  links: string | undefined,
  done: readonly Requirement[],
  found: readonly Found[],
  wheels: readonly Wheel[],
): string {
  const names = wheels.map(({ name }) => name).join(', ');
  const versions = wheels.map(({ name, version }) => `${name}-${version}`).join(' ');
  const installed = [`Installing collected packages: ${names}`, `Successfully installed ${versions}`];
  return lines(
    ...(links === undefined ? [] : [`Looking in links: ${links.toLowerCase()}`]),
    ...done.map(
      ({ origin }) => `Requirement already satisfied: ${origin.replace(' (', ` in ${site.toLowerCase()} (`)}`,
    ),
    ...found.map(({ path }) => `Processing ${path.toLowerCase()}`),
    ...(wheels.length === 0 ? [] : installed),
  );
}

function wanted({ machine }: Interpreter, { options, words }: PipArguments): Requirements {
  const file = options.get('-r') ?? options.get('--requirement');
  const listed = words.map((word) => parseRequirement(word, ''));
  const bad = words[listed.indexOf(undefined)];
  if (bad !== undefined) throw new PipError(1, `ERROR: this simulated pip knows only exact pins, got ${bad}`);
  const direct = listed.filter((requirement) => requirement !== undefined);
  const requireHashes = options.has('--require-hashes');
  if (file === undefined) return { requirements: direct, requireHashes, invalid: undefined };
  const content = machine.files.read(file)?.content.toString('utf8');
  if (content === undefined) throw new PipError(1, noSuchFile(file).trim());
  const parsed = parseRequirements(file, content);
  if (parsed.invalid !== undefined)
    throw new PipError(1, `ERROR: Invalid requirement: '${parsed.invalid}' (from ${file})`);
  return {
    ...parsed,
    requirements: [...direct, ...parsed.requirements],
    requireHashes: requireHashes || parsed.requireHashes,
  };
}

function findAll(python: Interpreter, todo: readonly Requirement[], links: string | undefined): Found[] {
  const { files } = python.machine;
  const wheels = (links === undefined ? [] : files.list(links))
    .flatMap((file) => parseWheelName(file) ?? [])
    .filter((wheel) => supports(python.minor, wheel.tags));
  const catalogue = Map.groupBy(wheels, (wheel) => normaliseName(wheel.distribution));
  return todo.map((requirement) => {
    const candidates = catalogue.get(normaliseName(requirement.name)) ?? [];
    const match = candidates.find((wheel) => wheel.version === requirement.version);
    const path = `${links ?? ''}\\${match?.file ?? ''}`;
    const content = match && files.read(path)?.content;
    if (content) return { requirement, path, content };
    const versions = candidates.map((wheel) => wheel.version).join(', ') || 'none';
    const { origin } = requirement;
    throw new PipError(
      1,
      `ERROR: Could not find a version that satisfies the requirement ${origin} (from versions: ${versions})`,
      `ERROR: No matching distribution found for ${origin}`,
    );
  });
}

const sha256Of = memo((content: Buffer): string => createHash('sha256').update(content).digest('hex'));

/** One hash in the file, and every requirement needs one. */
function checkHashes(found: readonly Found[], required: boolean): void {
  const sha256 = ({ content }: Found): string => sha256Of(content);
  const without = required ? found.filter(({ requirement }) => requirement.sha256.length === 0) : [];
  if (without.length > 0) {
    throw new PipError(
      1,
      'ERROR: Hashes are required in --require-hashes mode, but they are missing from some requirements. Here is a list of those requirements along with the hashes their downloaded archives actually had.',
      ...without.map(
        (entry) => `    ${entry.requirement.name}==${entry.requirement.version} --hash=sha256:${sha256(entry)}`,
      ),
    );
  }
  const wrong = found.filter((entry) => {
    const expected = entry.requirement.sha256;
    return expected.length > 0 && !expected.includes(sha256(entry));
  });
  if (wrong.length === 0) return;
  throw new PipError(
    1,
    'ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE. If you have updated the package versions, please update the hashes. Otherwise, examine the package contents carefully; someone may have tampered with them.',
    ...wrong.flatMap((entry) => [
      `    ${entry.requirement.origin}:`,
      `        Expected sha256 ${entry.requirement.sha256.join(' or ')}`,
      `             Got        ${sha256(entry)}`,
    ]),
  );
}

function readFound({ content, requirement }: Found): Wheel {
  try {
    return readWheel(content);
  } catch (error) {
    if (error instanceof BadWheel)
      throw new PipError(2, `ERROR: Exception: ${requirement.name}`, `zipfile.BadZipFile: ${error.message}`);
    throw error;
  }
}
