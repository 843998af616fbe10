/** The long part of `apply`, as the steps of one detached job. Pure, but for asking the depot. */
import type { Artifact, DepotView } from '../../src/core/host.ts';
import type { Call } from '../../src/core/primitives.ts';
import { step } from '../job.ts';
import { compareVersions } from '../version.ts';
import { otherChrome } from './firefox.ts';
import * as at from './places.ts';
import type { BrowserActual, BrowserDesired } from './schema.ts';
import { removalSteps, type Uninstaller } from './uninstall.ts';

const installSec = 900;
const log = at.staged('chrome-install.log');

/** Which of the two long things the findings ask for. */
export interface Work {
  readonly chrome: boolean;
  readonly driver: boolean;
}

/**
 * Two machine-wide Chromes cannot be told apart in the list of products: both go, and the pinned one comes back. Driver and Chrome at their pins
 * match, so parity that is lost comes back with whichever of the two was wrong. A Chrome of another version that is allowed beside a Firefox has
 * no driver in the depot: where it lacks one that works, the pinned pair comes in its place.
 *
 * @param open properties that are not as they must be
 */
export function worksFor(desired: BrowserDesired, actual: BrowserActual, open: ReadonlySet<string>): Work {
  const other = otherChrome(desired, actual) !== undefined;
  const pair = other && pairProperties.some((property) => open.has(property));
  const chrome = pair || open.has('chrome') || machineWide(actual.chromes).length > 1;
  return { chrome, driver: open.has('chromedriver') || (other && chrome) };
}

const pairProperties = ['chromedriver', 'chromedriver.parity', 'chromedriver.session'];

const machineWide = (chromes: BrowserActual['chromes']): BrowserActual['chromes'] =>
  chromes.filter((one) => at.placeOf(one.path) !== -1);

/** Everything is fetched and checked before the first thing is taken away: a depot that fails leaves the PC as it was. */
export function installSteps(
  desired: BrowserDesired,
  actual: BrowserActual,
  work: Work,
  uninstallers: readonly Uninstaller[],
  depot: DepotView,
): Call[] {
  const msi = work.chrome ? [depot.artifact('chrome', desired.chrome)] : [];
  const version = work.driver ? desired.chromedriver : null;
  const zip = version === null ? [] : [{ ...depot.artifact('chromedriver', version), ...folderIn(version) }];
  const all = [...msi, ...zip];
  if (all.length === 0) return [];
  return [
    step('download', { files: all.map(staged) }),
    ...(work.chrome ? removalSteps(uninstallers, machineWide(actual.chromes)) : []),
    ...msi.map(runInstaller),
    ...zip.map(({ file, from }) =>
      step('archive.extract', { path: at.staged(file), to: at.driverFolder, ...(from && { from }) }),
    ),
    ...[...all.map(({ file }) => at.staged(file)), log].map((path) => step('file.delete', { path })),
  ];
}

/** Chrome for Testing, where the driver is from 115 on, has it in a folder. */
const folderIn = (version: string): { from?: string } =>
  compareVersions(version, '115') >= 0 ? { from: 'chromedriver-win64' } : {};

const staged = ({ url, file, sha256, size }: Artifact) => ({ url, path: at.staged(file), sha256, size });

function runInstaller({ file }: Artifact): Call {
  const args = ['/i', at.staged(file), '/qn', '/norestart', 'REBOOT=ReallySuppress', '/l*v', log];
  return step('process.run', { exe: at.msiexec, args, timeoutSec: installSec, expectExit: [0, 1641, 3010] });
}
