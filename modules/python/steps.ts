/** What has to be done to a PC for its findings, as the steps of one detached job. Pure, but for asking the depot. */
import { normalised } from '../../handbook/wheels.ts';
import { UserError } from '../../src/core/errors.ts';
import type { Finding } from '../../src/core/finding.ts';
import type { Artifact, DepotView } from '../../src/core/host.ts';
import type { Call } from '../../src/core/primitives.ts';
import { step } from '../job.ts';
import * as at from './places.ts';
import { differing } from './plan.ts';
import type { PythonActual, PythonDesired } from './schema.ts';

export interface Work {
  readonly interpreter: 'keep' | 'install' | 'repair';
  /** Normalised names, sorted: what is installed anew from its wheel. */
  readonly packages: readonly string[];
}

/** Burn's success codes: done, restart wanted, and a newer bundle of the same minor version is there already. */
const installed = [0, 1641, 3010] as const;
const installSec = 900;
const pipSec = 1200;

export function workFor(desired: PythonDesired, actual: PythonActual, findings: readonly Finding[]): Work {
  const blocked = findings.some((one) => one.property === 'version' && ['failed', 'unknown'].includes(one.verdict));
  // Without an interpreter to put them into, packages have to wait for whoever clears that up.
  if (blocked) return { interpreter: 'keep', packages: [] };
  const drifted = findings.filter((finding) => finding.verdict === 'drifted').map((finding) => finding.property);
  const interpreter = !drifted.includes('version') ? 'keep' : actual.broken === null ? 'install' : 'repair';
  const named = drifted.flatMap((property) => /^packages\.(.+)$/.exec(property)?.[1] ?? []);
  // An import that fails while its own files are right needs its dependencies, not itself.
  const own = named.filter((name) => actual.distributions[name] !== desired.packages[name] || name in actual.damaged);
  const others = drifted.includes('dependencies') ? differing(desired, actual) : [];
  return { interpreter, packages: [...own, ...others].sort() };
}

export function applySteps(desired: PythonDesired, work: Work, depot: DepotView): Call[] {
  return [
    ...(work.interpreter === 'keep' ? [] : installerSteps(desired, work.interpreter, depot)),
    ...(work.packages.length === 0 ? [] : packageSteps(desired, work.packages, depot)),
  ];
}

/** The installer stays: taking Python off again needs the very same file. */
function installerSteps({ version }: PythonDesired, how: 'install' | 'repair', depot: DepotView): Call[] {
  const artifact = depot.artifact('python', version);
  const options = ['InstallAllUsers=1', 'PrependPath=1', 'Include_test=0', `TargetDir=${at.home}`];
  const log = ['/log', at.staged('python-install.log')];
  const args = how === 'repair' ? ['/repair', '/quiet', ...log] : ['/quiet', ...options, ...log];
  return [
    step('download', { files: [staged(artifact)] }),
    step('process.run', { exe: at.staged(artifact.file), args, timeoutSec: installSec, expectExit: installed }),
  ];
}

export function uninstallSteps({ version }: Pick<PythonDesired, 'version'>, depot: DepotView): Call[] {
  const artifact = depot.artifact('python', version);
  const exe = at.staged(artifact.file);
  return [
    step('download', { files: [staged(artifact)] }),
    step('process.run', { exe, args: ['/uninstall', '/quiet'], timeoutSec: installSec, expectExit: installed }),
    step('file.delete', { path: exe }),
    step('file.delete', { path: at.staged('python-install.log') }),
  ];
}

/**
 * Only what is missing or wrong is fetched, and pip takes nothing that is not in the lock with this very hash. `--isolated`: an account's
 * pip.ini with a mirror of its own must not matter. `--force-reinstall`: a damaged package has the right version already.
 */
function packageSteps(desired: PythonDesired, names: readonly string[], depot: DepotView): Call[] {
  const wheels = wheelsOf(desired, names, depot);
  const lock = names.map(
    (name, index) => `${name}==${desired.packages[name] ?? ''} --hash=sha256:${wheels[index]?.sha256 ?? ''}\n`,
  );
  const files = wheels.map((wheel) => ({ ...staged(wheel), path: `${at.wheelhouse}\\${wheel.file}` }));
  const options = ['--no-index', '--find-links', at.wheelhouse, '--no-deps', '--require-hashes', '--force-reinstall'];
  const quiet = ['--disable-pip-version-check', '--no-warn-script-location'];
  const args = ['-I', '-m', 'pip', 'install', '--isolated', ...options, ...quiet, '-r', at.lockFile];
  return [
    step('download', { files }),
    step('file.write', { path: at.lockFile, base64: Buffer.from(lock.join('')).toString('base64') }),
    step('process.run', { exe: at.interpreter, args, timeoutSec: pipSec, expectExit: [0] }),
    step('file.delete', { path: at.wheelhouse }),
    step('file.delete', { path: at.lockFile }),
  ];
}

const staged = ({ url, file, sha256, size }: Artifact) => ({ url, path: at.staged(file), sha256, size });

/** @throws UserError with every wheel of these names that the depot does not have in the locked version. */
function wheelsOf({ level, packages }: PythonDesired, names: readonly string[], depot: DepotView): Artifact[] {
  // NAME-VERSION-….whl (PEP 427); in both parts `-` is written `_`.
  const key = (name: string, version: string): string => `${normalised(name)} ${version.replaceAll('_', '-')}`;
  const byKey = new Map(depot.wheels(level).map((wheel) => [key(...nameAndVersion(wheel.file)), wheel]));
  const found = names.map((name) => byKey.get(key(name, packages[name] ?? '')));
  const missing = names.filter((_, index) => found[index] === undefined);
  if (missing.length === 0) return found.filter((wheel) => wheel !== undefined);
  throw new UserError(
    missing.map((name) => ({
      where: `inventories/depot.lock.yaml wheels.${level}`,
      expected: {
        zh: `${name} ${packages[name] ?? ''} 的 wheel 文件`,
        en: `a wheel of ${name} ${packages[name] ?? ''}`,
      },
      got: '-',
      fix: { zh: '把它加入安装包库', en: 'add it to the depot' },
      code: 'DEP010',
    })),
  );
}

function nameAndVersion(file: string): [string, string] {
  const [name = '', version = ''] = file.split('-');
  return [name, version];
}
