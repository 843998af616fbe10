import type { Finding } from '../../src/core/finding.ts';
import type { Host } from '../../src/core/host.ts';
import type { Applied } from '../../src/core/module.ts';
import { drifted } from '../../src/core/work.ts';
import { joinJob, runJob, stopped } from '../job.ts';
import { installSteps, worksFor } from './install.ts';
import { changePath, first } from '../path.ts';
import * as at from './places.ts';
import { plan } from './plan.ts';
import { read } from './read.ts';
import { load, restorePath, save } from './saved.ts';
import type { BrowserActual, BrowserDesired } from './schema.ts';
import { findUninstallers } from './uninstall.ts';

export const job = 'browser';

export async function apply(
  host: Host,
  desired: BrowserDesired,
  actual: BrowserActual,
  findings: readonly Finding[],
): Promise<Applied> {
  if (await joinJob(host, job)) {
    // The job of an earlier controller has just ended: what was seen before is no longer so.
    const now = await read(host, desired);
    return applyNow(host, desired, now, plan(desired, now));
  }
  return applyNow(host, desired, actual, findings);
}

/** In this order a power cut at any moment leaves a PC that the next `apply` can finish: policies, programs, PATH, updaters, leftovers. */
async function applyNow(
  host: Host,
  desired: BrowserDesired,
  actual: BrowserActual,
  findings: readonly Finding[],
): Promise<Applied> {
  const open = drifted(findings);
  if (open.size === 0) return { restartRequired: false };
  await save(host, actual);
  if (open.has('autoUpdate')) await writePolicies(host);

  const work = worksFor(desired, actual, open);
  const uninstallers = work.chrome ? await findUninstallers(host) : [];
  const steps = installSteps(desired, actual, work, uninstallers, host.depot);
  const end = steps.length === 0 ? undefined : await runJob(host, job, steps);
  if (end?.done === false) throw stopped(host, 'browser', findings, end.why);

  if (open.has('chromedriver.path')) await putFirstOnPath(host);
  // An installation brings its updaters back.
  if (!desired.autoUpdate && (open.has('autoUpdate') || work.chrome)) await stopUpdaters(host);
  if (open.has('leftovers')) await removeLeftovers(host, actual);
  if (open.has('formerDriver')) await removeFormerDriver(host);
  return { restartRequired: false };
}

async function writePolicies(host: Host): Promise<void> {
  const write = ([name, data]: [string, number]) =>
    host.call('registry.write', { key: at.policyKey, name, value: { type: 'REG_DWORD', data } });
  await Promise.all(Object.entries(at.policies).map(write));
}

async function putFirstOnPath(host: Host): Promise<void> {
  await changePath(host, (now) => first(now, at.driverFolder));
}

async function stopUpdaters(host: Host): Promise<void> {
  const [{ services }, { tasks }] = await Promise.all([
    host.call('service.read', { names: at.updateServices }),
    host.call('task.read', { match: at.updateTasks }),
  ]);
  const running = services.filter((one) => one.exists && (one.startType !== 'Disabled' || one.status === 'Running'));
  await Promise.all([
    ...running.map(({ name }) => host.call('service.write', { name, startType: 'Disabled', status: 'Stopped' })),
    ...tasks.filter((one) => one.enabled).map(({ path }) => host.call('task.write', { path, enabled: false })),
  ]);
}

/** With its folder on PATH. */
async function removeFormerDriver(host: Host): Promise<void> {
  const before = await load(host);
  if (before !== undefined) await restorePath(host, before);
  await host.call('file.delete', { path: at.driverFolder });
}

/** A user's own Chrome: its program goes, bookmarks and passwords (`User Data`) stay. A waiting update: only the file that starts it. */
async function removeLeftovers(host: Host, actual: BrowserActual): Promise<void> {
  const perUser = actual.chromes.filter((one) => at.placeOf(one.path) === -1).map((one) => at.folderOf(one.path));
  const paths = [...new Set([...perUser, ...actual.pendingUpdates])];
  await Promise.all(paths.map((path) => host.call('file.delete', { path })));
}
