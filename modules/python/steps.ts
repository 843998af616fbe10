/** What has to be done to a PC for its findings, as the steps of one detached job. Pure, but for asking the depot. */
import { normalised } from '../../handbook/wheels.ts';
import { UserError } from '../../src/core/errors.ts';
import type { Finding } from '../../src/core/finding.ts';
import type { Artifact, DepotView } from '../../src/core/host.ts';
import type { Call } from '../../src/core/primitives.ts';
import { levels, type Level } from '../../src/inventory/schema.ts';
import { step } from '../job.ts';
import * as at from './places.ts';
import { differing } from './plan.ts';
import type { PythonActual, PythonDesired } from './schema.ts';

export interface Work {
  /** Folder of the interpreter. */
  readonly home: string;
  readonly interpreter: 'keep' | 'install' | 'repair';
  /** Normalised names, sorted: what is installed anew from its wheel. */
  readonly packages: readonly string[];
  /** What is taken away: packages of another level. */
  readonly extra: readonly string[];
}

/** A quiet bundle restarts the PC by itself where it is not told otherwise (windows-facts 9). Burn's success codes: done, restart wanted, and a newer bundle of the same minor version is there already. */
const installed = [0, 1641, 3010] as const;
const installSec = 900;
const pipSec = 1200;

export function workFor(desired: PythonDesired, actual: PythonActual, findings: readonly Finding[]): Work {
  const { home } = actual;
  const blocked = findings.some((one) => one.property === 'version' && ['failed', 'unknown'].includes(one.verdict));
  // Without an interpreter to put them into, packages have to wait for whoever clears that up.
  if (blocked) return { home, interpreter: 'keep', packages: [], extra: [] };
  const drifted = findings.filter((finding) => finding.verdict === 'drifted').map((finding) => finding.property);
  const packages = wrongPackages(desired, actual, drifted);
  if (desired.distribution === 'anaconda') {
    // Anaconda comes with the desktop tools. Its packages are ours as a whole or not at all: pip cannot take away what conda has put there.
    const all = packages.length === 0 || actual.interpreter === null ? [] : Object.keys(desired.packages).sort();
    return { home, interpreter: 'keep', packages: all, extra: [] };
  }
  // A bundle repairs only itself: where another patch is registered, the pinned one is installed over it.
  const how = actual.registered === desired.version ? 'repair' : 'install';
  const interpreter = drifted.includes('version') ? how : 'keep';
  return { home, interpreter, packages, extra: actual.extra };
}

function wrongPackages(desired: PythonDesired, actual: PythonActual, drifted: readonly string[]): string[] {
  const named = drifted.flatMap((property) => /^packages\.(.+)$/.exec(property)?.[1] ?? []);
  // An import that fails while its own files are right needs its dependencies, not itself.
  const own = named.filter((name) => actual.distributions[name] !== desired.packages[name] || name in actual.damaged);
  const others = drifted.includes('dependencies') ? differing(desired, actual) : [];
  return [...own, ...others].sort();
}

export function applySteps(desired: PythonDesired, work: Work, depot: DepotView): Call[] {
  const pins = wheelsOf(desired, work.packages, depot);
  if (desired.distribution === 'anaconda') return besideSteps(work.home, pins);
  return [
    ...(work.interpreter === 'keep' ? [] : installerSteps(desired, work.interpreter, work.home, depot)),
    ...packageSteps(work.home, pins),
    ...removalSteps(work.home, work.extra),
  ];
}

function installerSteps({ version }: PythonDesired, how: 'install' | 'repair', home: string, depot: DepotView): Call[] {
  const artifact = depot.artifact('python', version);
  const exe = at.staged(artifact.file);
  const options = ['/norestart', 'InstallAllUsers=1', 'PrependPath=1', 'Include_test=0', `TargetDir=${home}`];
  const log = ['/log', at.staged('python-install.log')];
  const args = how === 'repair' ? ['/repair', '/quiet', '/norestart', ...log] : ['/quiet', ...options, ...log];
  return [
    step('download', { files: [staged(artifact)] }),
    step('process.run', { exe, args, timeoutSec: installSec, expectExit: installed }),
    ...[exe, at.staged('python-install.log')].map((path) => step('file.delete', { path })),
  ];
}

/** @param cached the bundle that Windows keeps for this; without it the very same installer is fetched again */
export function uninstallSteps(version: string, cached: string | undefined, depot: DepotView): Call[] {
  const uninstall = (exe: string): Call =>
    step('process.run', {
      exe,
      args: ['/uninstall', '/quiet', '/norestart'],
      timeoutSec: installSec,
      expectExit: installed,
    });
  if (cached !== undefined) return [uninstall(cached)];
  const artifact = depot.artifact('python', version);
  const exe = at.staged(artifact.file);
  return [step('download', { files: [staged(artifact)] }), uninstall(exe), step('file.delete', { path: exe })];
}

/** A package in one version, and the wheel that brings it. */
export interface Pinned {
  readonly name: string;
  readonly version: string;
  readonly wheel: Artifact;
}

/**
 * Only what is missing or wrong is fetched, and pip takes nothing that is not in the lock with this very hash. `--isolated`: an account's
 * pip.ini with a mirror of its own must not matter. `--force-reinstall`: a damaged package has the right version already.
 */
export function packageSteps(home: string, pins: readonly Pinned[]): Call[] {
  return pins.length === 0 ? [] : fromWheels(pins, [pipStep(home, [...installArgs, '--force-reinstall', ...fromLock])]);
}

/**
 * Beside Anaconda's own packages, in a folder that its Python looks into first. The folder is made anew each time, so that nothing of a former
 * one stays; the line that leads there comes last, when all is in place.
 */
function besideSteps(home: string, pins: readonly Pinned[]): Call[] {
  if (pins.length === 0) return [];
  const folder = at.examFolder(home);
  const base64 = Buffer.from(at.pathLine(home)).toString('base64');
  return fromWheels(pins, [
    step('file.delete', { path: at.pathFile(home) }),
    step('file.delete', { path: folder }),
    pipStep(home, [...installArgs, '--ignore-installed', '--prefix', folder, ...fromLock]),
    step('file.write', { path: at.pathFile(home), base64 }),
  ]);
}

const installArgs = ['install', '--no-index', '--find-links', at.wheelhouse, '--no-deps', '--require-hashes'] as const;
const fromLock = ['--no-warn-script-location', '-r', at.lockFile] as const;

function fromWheels(pins: readonly Pinned[], install: readonly Call[]): Call[] {
  const lock = pins.map(({ name, version, wheel }) => `${name}==${version} --hash=sha256:${wheel.sha256}\n`);
  const files = pins.map(({ wheel }) => ({ ...staged(wheel), path: `${at.wheelhouse}\\${wheel.file}` }));
  return [
    step('download', { files }),
    step('file.write', { path: at.lockFile, base64: Buffer.from(lock.join('')).toString('base64') }),
    ...install,
    step('file.delete', { path: at.wheelhouse }),
    step('file.delete', { path: at.lockFile }),
  ];
}

export const removalSteps = (home: string, names: readonly string[]): Call[] =>
  names.length === 0 ? [] : [pipStep(home, ['uninstall', '-y', ...names])];

function pipStep(home: string, [command = '', ...rest]: readonly string[]): Call {
  const args = ['-I', '-m', 'pip', command, '--isolated', '--disable-pip-version-check', ...rest];
  return step('process.run', { exe: at.interpreterOf(home), args, timeoutSec: pipSec, expectExit: [0] });
}

const staged = ({ url, file, sha256, size }: Artifact) => ({ url, path: at.staged(file), sha256, size });

/** @throws UserError with every wheel of these names that the depot does not have in the locked version. */
export function wheelsOf({ level, packages }: PythonDesired, names: readonly string[], depot: DepotView): Pinned[] {
  if (names.length === 0) return [];
  return wheelsIn(level, packages, names, depot);
}

/** @param set of the depot's lock: `L2`, `L2-linux` */
export function wheelsIn(
  set: string,
  packages: Readonly<Record<string, string>>,
  names: readonly string[],
  depot: DepotView,
): Pinned[] {
  const wheels = byPin(depot.wheels(set));
  const wanted = names.map((name) => ({ name, version: packages[name] ?? '' }));
  const found = wanted.flatMap((pin) => withWheel(pin, wheels));
  const missing = wanted.filter((pin) => !wheels.has(pinKey(pin)));
  if (missing.length === 0) return found;
  throw new UserError(
    missing.map(({ name, version }) => ({
      where: `inventories/depot.lock.yaml wheels.${set}`,
      expected: { zh: `${name} ${version} 的 wheel 文件`, en: `a wheel of ${name} ${version}` },
      got: '-',
      fix: { zh: '把它加入安装包库', en: 'add it to the depot' },
      code: 'DEP010',
    })),
  );
}

/** Those of these versions that some level's lock has a wheel for; a former version that no exam asks for has none. */
export function wheelsOfAnyLevel(versions: Readonly<Record<string, string>>, depot: DepotView): Pinned[] {
  const wheels = byPin(levels.flatMap((level) => lockedWheels(depot, level)));
  return Object.entries(versions).flatMap(([name, version]) => withWheel({ name, version }, wheels));
}

/** A site that examines one level only has the wheels of that one. */
function lockedWheels(depot: DepotView, level: Level): readonly Artifact[] {
  try {
    return depot.wheels(level);
  } catch (error) {
    if (error instanceof UserError) return [];
    throw error;
  }
}

type Pin = Omit<Pinned, 'wheel'>;

// NAME-VERSION-….whl (PEP 427); in both parts `-` is written `_`.
const pinKey = ({ name, version }: Pin): string => `${normalised(name)} ${version.replaceAll('_', '-')}`;

const byPin = (wheels: readonly Artifact[]): ReadonlyMap<string, Artifact> =>
  new Map(
    wheels.map((wheel) => {
      const [name = '', version = ''] = wheel.file.split('-');
      return [pinKey({ name, version }), wheel];
    }),
  );

function withWheel(pin: Pin, wheels: ReadonlyMap<string, Artifact>): Pinned[] {
  const wheel = wheels.get(pinKey(pin));
  return wheel === undefined ? [] : [{ ...pin, wheel }];
}
