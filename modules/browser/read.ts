import type { Host } from '../../src/core/host.ts';
import { CallError } from '../../src/core/errors.ts';
import type { FileStat, RegistryValue } from '../../src/core/primitives.ts';
import { isUnobserved, observe, type Observed } from '../observe.ts';
import * as at from './places.ts';
import type { BrowserActual, BrowserDesired, Installed, Session } from './schema.ts';

/** No network, no file: a page that cannot be missing. */
const testPage = 'data:text/html,<title>examsite</title>';
/** An antivirus that meets chromedriver for the first time can hold it for more than half a minute. */
const sessionSec = 90;

/** One round trip: all calls are made before the first answer is awaited. */
export async function read(host: Host, desired: BrowserDesired): Promise<BrowserActual> {
  const [found, perUser, driver, onPath, session, services, tasks, policies, ie] = await Promise.all([
    observe(host.call('file.find', { pattern: at.chromePatterns[0] })),
    observe(host.call('file.find', { pattern: at.chromePatterns[1] })),
    desired.chromedriver === null ? null : driverVersion(host),
    desired.chromedriver === null ? { files: [] } : observe(host.call('path.find', { name: 'chromedriver.exe' })),
    desired.chromedriver === null ? null : driverSession(host),
    observe(host.call('service.read', { names: at.updateServices })),
    observe(host.call('task.read', { match: at.updateTasks })),
    observe(host.call('registry.read', { key: at.policyKey, names: Object.keys(at.policies) })),
    observe(host.call('registry.read', { key: at.internetExplorerKey, names: ['svcVersion', 'Version'] })),
  ]);
  const files = map(found, (first) => map(perUser, (second) => [...first.files, ...second.files]));
  return {
    chromes: map(files, chromes),
    pendingUpdates: map(files, (all) => all.map((file) => file.path).filter(isNamed('new_chrome.exe'))),
    driver,
    driversOnPath: map(onPath, ({ files: all }) => all.map((file) => file.path)),
    session,
    services: map(services, (value) =>
      value.services
        .filter((service) => service.exists)
        .map(({ name, startType }) => ({ name, startType: startType ?? 'unknown' })),
    ),
    tasks: map(tasks, (value) => value.tasks.map(({ path, enabled }) => ({ path, enabled }))),
    policies: map(policies, ({ values }) => Object.fromEntries(Object.entries(values).flatMap(scalar))),
    // Up to version 9 the version is in Version; from 10 on that stays at 9.x for old programs and svcVersion is the true one.
    internetExplorer: map(ie, ({ values }) => text(values['svcVersion']) ?? text(values['Version'])),
  };
}

function map<T, R>(value: Observed<T>, change: (value: T) => Observed<R>): Observed<R> {
  return isUnobserved(value) ? value : change(value);
}

const isNamed = (name: string) => (path: string) => at.baseName(path) === name;

/** Machine-wide ones first, as programs find them; the machine sorts `(x86)` before the rest. */
function chromes(files: readonly FileStat[]): Installed[] {
  const rank = (path: string): number => (at.placeOf(path) === -1 ? at.applications.length : at.placeOf(path));
  return files
    .filter((file) => isNamed('chrome.exe')(file.path))
    .map(({ path, version }) => ({ path, version }))
    .sort((a, b) => rank(a.path) - rank(b.path));
}

/** chromedriver.exe carries no version resource: it has to be asked. A file that is no program (cut off, replaced) is as good as absent. */
async function driverVersion(host: Host): Promise<Observed<string | null>> {
  const run = { exe: at.driverFile, args: ['--version'], timeoutSec: sessionSec, readOnly: true } as const;
  try {
    const { stdout } = await host.call('process.run', run);
    return /^ChromeDriver (\d+(?:\.\d+)+)/.exec(stdout)?.[1] ?? null;
  } catch (error) {
    if (error instanceof CallError && ['not-found', 'failed'].includes(error.code)) return null;
    return observe(Promise.reject<string>(error));
  }
}

/** No browser is named: the driver takes the one that it finds, as it would for a candidate. */
async function driverSession(host: Host): Promise<Observed<Session>> {
  const args = ['--headless', '--disable-gpu', '--no-first-run'];
  const wanted = { driver: at.driverFile, browser: null, args, url: testPage, timeoutSec: sessionSec };
  return map(await observe(host.call('webdriver.session', wanted)), (seen) => ({
    browserVersion: seen.browserVersion,
    // "75.0.3770.140 (2d9f97485c7b07dc18a74666574f19176731995c-refs/…)"
    driverVersion: seen.driverVersion?.split(' ')[0] ?? null,
    error: seen.error === null ? null : steady(seen.error),
  }));
}

/** The first line, without what differs from run to run: addresses, and the names of profile folders. */
const steady = (error: string): string =>
  (error.trim().split(/\r?\n/)[0] ?? '')
    .replace(/0x[0-9a-f]+/gi, '0x…')
    .replace(/scoped_dir\w+/g, 'scoped_dir…')
    .slice(0, 300);

const text = (value: RegistryValue | undefined): string | null => (typeof value?.data === 'string' ? value.data : null);

const scalar = ([name, { data }]: [string, RegistryValue]): [string, string | number][] =>
  typeof data === 'string' || typeof data === 'number' ? [[name, data]] : [];
