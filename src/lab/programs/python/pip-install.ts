/** `pip install --no-index --find-links … --no-deps`: all wheels are found, hashed and read before the first one is installed. */
import { createHash } from 'node:crypto';
import type { ProgramResult } from '../../pc/machine.ts';
import { exit, lines } from '../exit.ts';
import type { Interpreter } from './imports.ts';
import { noSuchFile, type PipArguments } from './pip.ts';
import { parseRequirement, parseRequirements, type Requirement, type Requirements } from './requirements-file.ts';
import { findDistributions, installWheel, removeDistribution } from './site-packages.ts';
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

function install(python: Interpreter, args: PipArguments): string {
  const { machine, site } = python;
  const { requirements, requireHashes } = wanted(python, args);
  const links = args.options.get('--find-links') ?? args.options.get('-f');
  // The exam LAN has no package index, and the resolver of pip is not modelled: locks are closed.
  if (!args.options.has('--no-index') || !args.options.has('--no-deps')) {
    throw new PipError(1, 'ERROR: this simulated pip knows only: install --no-index --find-links DIR --no-deps');
  }
  const todo = requirements.filter(
    (requirement) => args.options.has('--force-reinstall') || !satisfied(python, requirement),
  );
  const found = todo.map((requirement) => find(python, requirement, links));
  checkHashes(found, requireHashes || requirements.some((requirement) => requirement.sha256.length > 0));
  const wheels = found.map(readFound);
  for (const wheel of wheels) {
    for (const old of findDistributions(machine.files, site, wheel.name)) {
      if (!old.record) throw new PipError(1, `ERROR: Cannot uninstall '${old.name}'. No RECORD was found.`);
      removeDistribution(machine, site, old);
    }
    installWheel(machine, site, wheel);
  }
  const done = requirements.filter((requirement) => !todo.includes(requirement));
  return lines(
    ...(links === undefined ? [] : [`Looking in links: ${links.toLowerCase()}`]),
    ...done.map(
      ({ origin }) => `Requirement already satisfied: ${origin.replace(' (', ` in ${site.toLowerCase()} (`)}`,
    ),
    ...found.map(({ path }) => `Processing ${path.toLowerCase()}`),
    ...(wheels.length === 0 ? [] : [`Installing collected packages: ${wheels.map(({ name }) => name).join(', ')}`]),
    ...(wheels.length === 0
      ? []
      : [`Successfully installed ${wheels.map(({ name, version }) => `${name}-${version}`).join(' ')}`]),
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

const satisfied = ({ machine, site }: Interpreter, { name, version }: Requirement): boolean =>
  findDistributions(machine.files, site, name).some((entry) => entry.version === version);

function find(python: Interpreter, requirement: Requirement, links: string | undefined): Found {
  const { files } = python.machine;
  const all = (links === undefined ? [] : files.list(links))
    .flatMap((file) => parseWheelName(file) ?? [])
    .filter((wheel) => normaliseName(wheel.distribution) === normaliseName(requirement.name))
    .filter((wheel) => supports(python.minor, wheel.tags));
  const match = all.find((wheel) => wheel.version === requirement.version);
  const path = `${links ?? ''}\\${match?.file ?? ''}`;
  const content = match && files.read(path)?.content;
  if (!content) {
    const versions = all.map((wheel) => wheel.version).join(', ');
    throw new PipError(
      1,
      `ERROR: Could not find a version that satisfies the requirement ${requirement.origin.replace(/\)$/, `)`)} (from versions: ${versions || 'none'})`,
      `ERROR: No matching distribution found for ${requirement.origin}`,
    );
  }
  return { requirement, path, content };
}

/** One hash in the file, and every requirement needs one. */
function checkHashes(found: readonly Found[], required: boolean): void {
  const sha256 = ({ content }: Found): string => createHash('sha256').update(content).digest('hex');
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
  const wrong = found.filter(({ requirement: { sha256: expected } }, index) => {
    const entry = found[index];
    return entry !== undefined && expected.length > 0 && !expected.includes(sha256(entry));
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
