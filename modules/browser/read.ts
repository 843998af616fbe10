import type { Host } from '../../src/core/host.ts';
import { CallError } from '../../src/core/errors.ts';
import type { FileStat, RegistryValue, ServiceState } from '../../src/core/primitives.ts';
import { observe, type Observed } from '../observe.ts';
import { firefoxes, firefoxWillDo } from './firefox.ts';
import * as at from './places.ts';
import { load } from './saved.ts';
import type { BrowserActual, BrowserDesired, Installed, Part, Session } from './schema.ts';

/** No network, no file: a page that cannot be missing. */
const testPage = 'data:text/html,<title>examsite</title>';
/** An antivirus that meets chromedriver for the first time can hold it for more than half a minute. */
const sessionSec = 90;

/** One round trip: all calls are made before the first answer is awaited. */
export async function read(host: Host, desired: BrowserDesired): Promise<BrowserActual> {
  const withDriver = desired.chromedriver !== null;
  const none: Promise<Installed[]> = Promise.resolve([]);
  const [machineWide, perUser, others, driver, former, onPath, session, services, tasks, policies, explorer] =
    await Promise.all([
      observe(host.call('file.find', { pattern: at.chromePatterns[0] })),
      observe(host.call('file.find', { pattern: at.chromePatterns[1] })),
      observe(firefoxWillDo(desired.level, null) ? firefoxes(host) : none),
      observe(withDriver ? driverVersion(host) : nothing),
      observe(withDriver ? Promise.resolve(false) : formerDriver(host)),
      observe(withDriver ? host.call('path.find', { name: 'chromedriver.exe' }) : Promise.resolve({ files: [] })),
      observe(withDriver ? driverSession(host) : nothing),
      observe(host.call('service.read', { names: at.updateServices })),
      observe(host.call('task.read', { match: at.updateTasks })),
      observe(host.call('registry.read', { key: at.policyKey, names: Object.keys(at.policies) })),
      observe(host.call('registry.read', { key: at.internetExplorerKey, names: ['svcVersion', 'Version'] })),
    ]);
  const looks = {
    chromes: machineWide,
    firefoxes: others,
    formerDriver: former,
    driver,
    driversOnPath: onPath,
    session,
    services,
    tasks,
    policies,
  };
  const files = [...(machineWide.value?.files ?? []), ...(perUser.value?.files ?? [])];
  return {
    chromes: chromes(files),
    firefoxes: others.value ?? [],
    pendingUpdates: files.map((file) => file.path).filter(isNamed('new_chrome.exe')),
    driver: driver.value,
    formerDriver: former.value ?? false,
    driversOnPath: (onPath.value?.files ?? []).map((file) => file.path),
    session: session.value,
    services: (services.value?.services ?? []).filter((one) => one.exists).map(startTypeOf),
    tasks: (tasks.value?.tasks ?? []).map(({ path, enabled }) => ({ path, enabled })),
    policies: Object.fromEntries(Object.entries(policies.value?.values ?? {}).flatMap(scalar)),
    internetExplorer: explorerVersion(explorer.value?.values ?? {}),
    unobserved: reasons({ ...looks, pendingUpdates: perUser, internetExplorer: explorer }),
  };
}

const nothing = Promise.resolve(null);

const reasons = (looks: Partial<Record<Part, Observed<unknown>>>): Record<string, string> =>
  Object.fromEntries(Object.entries(looks).flatMap(([part, { why }]) => (why === null ? [] : [[part, why]])));

const startTypeOf = ({ name, startType }: ServiceState): BrowserActual['services'][number] => ({
  name,
  startType: startType ?? 'unknown',
});

/** Up to 9 the version is in Version; from 10 on that stays at 9.x for old programs, and svcVersion is the true one. */
const explorerVersion = (values: Record<string, RegistryValue>): string | null =>
  text(values['svcVersion']) ?? text(values['Version']);

const isNamed = (name: string) => (path: string) => at.baseName(path) === name;

/** Machine-wide ones first, as programs find them; the machine sorts `(x86)` before the rest. */
function chromes(files: readonly FileStat[]): Installed[] {
  const rank = (path: string): number => (at.placeOf(path) === -1 ? at.applications.length : at.placeOf(path));
  return files
    .filter((file) => isNamed('chrome.exe')(file.path))
    .map(({ path, version }) => ({ path, version }))
    .sort((a, b) => rank(a.path) - rank(b.path));
}

/** A driver's folder that was there before examsite is the school's own. */
async function formerDriver(host: Host): Promise<boolean> {
  const [before, folder] = await Promise.all([load(host), host.call('file.stat', { path: at.driverFolder })]);
  return folder.exists && before?.driverFolder === false;
}

/** chromedriver.exe carries no version resource: it has to be asked. A file that is no program (cut off, replaced) is as good as absent. */
async function driverVersion(host: Host): Promise<string | null> {
  const run = { exe: at.driverFile, args: ['--version'], timeoutSec: sessionSec, readOnly: true } as const;
  try {
    const { stdout } = await host.call('process.run', run);
    return /^ChromeDriver (\d+(?:\.\d+)+)/.exec(stdout)?.[1] ?? null;
  } catch (error) {
    if (error instanceof CallError && isNoProgram(error)) return null;
    throw error;
  }
}

/** No browser is named: the driver takes the one that it finds, as it would for a candidate. */
async function driverSession(host: Host): Promise<Session> {
  const args = ['--headless', '--disable-gpu', '--no-first-run'];
  const wanted = { driver: at.driverFile, browser: null, args, url: testPage, timeoutSec: sessionSec };
  try {
    const { browserVersion, driverVersion: driver, error } = await host.call('webdriver.session', wanted);
    // The driver gives its source revision as well: "75.0.3770.140 (2d9f9748…)".
    return {
      browserVersion,
      driverVersion: driver?.split(' ')[0] ?? null,
      error: error === null ? null : steady(error),
    };
  } catch (error) {
    if (error instanceof CallError && isNoProgram(error)) return { ...noSession, error: steady(error.message) };
    throw error;
  }
}

const noSession = { browserVersion: null, driverVersion: null };
/** Absent, or not something that Windows can start. */
const isNoProgram = ({ code }: CallError): boolean => code === 'not-found' || code === 'failed';

/** The first line, without its full stop and what differs from run to run: addresses, and the names of profile folders. */
const steady = (error: string): string =>
  (error.trim().split(/\r?\n/)[0] ?? '')
    .replace(/0x[0-9a-f]+/gi, '0x…')
    .replace(/scoped_dir\w+/g, 'scoped_dir…')
    .slice(0, 300)
    .replace(/\.$/, '');

const text = (value: RegistryValue | undefined): string | null => (typeof value?.data === 'string' ? value.data : null);

const scalar = ([name, { data }]: [string, RegistryValue]): [string, string | number][] =>
  typeof data === 'string' || typeof data === 'number' ? [[name, data]] : [];
