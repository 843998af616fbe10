import { z } from 'zod';
import type { Host } from '../../src/core/host.ts';
import type { Applied } from '../../src/core/module.ts';
import type { StartType } from '../../src/core/primitives.ts';
import { forgetSaved } from '../../src/core/undo.ts';
import { joinJob, runJob, step, stopped } from '../job.ts';
import { job } from './apply.ts';
import { chromeVersion } from './findings.ts';
import * as at from './places.ts';
import { plan } from './plan.ts';
import { read } from './read.ts';
import { load, restorePath, type Saved } from './saved.ts';
import type { BrowserActual, BrowserDesired } from './schema.ts';
import { findUninstallers, removalSteps } from './uninstall.ts';

/**
 * Left behind: a former Chrome of another version, a former content of the driver's folder, and Chromes of single users do not come back,
 * because their installers are not ours to have.
 */
export async function undo(host: Host, desired: BrowserDesired): Promise<Applied> {
  await joinJob(host, job);
  const before = await load(host);
  if (before === undefined) return { restartRequired: false };
  const actual = await read(host, desired);
  const steps = await removal(host, before, actual);
  const end = steps.length === 0 ? undefined : await runJob(host, job, steps);
  if (end?.done === false) throw stopped(host, 'browser', plan(desired, actual), end.why);
  await restorePath(host, before);
  await Promise.all([restorePolicies(host, before), restoreServices(host, before), restoreTasks(host, before)]);
  await removeEmptyKeys(host);
  await forgetSaved(host, 'browser');
  return { restartRequired: false };
}

/** A Chrome of the version that was there before is the school's own, or as good as it. */
async function removal(host: Host, before: Saved, actual: BrowserActual) {
  const version = chromeVersion(actual);
  const ours = version !== null && version !== before.chrome;
  const machineWide = actual.chromes.filter((one) => at.placeOf(one.path) !== -1);
  return [
    ...(ours ? removalSteps(await findUninstallers(host), machineWide) : []),
    ...(before.driverFolder ? [] : [step('file.delete', { path: at.driverFolder })]),
  ];
}

async function restorePolicies(host: Host, { policies }: Saved): Promise<void> {
  const write = ([name, value]: [string, Saved['policies'][string]]) =>
    host.call('registry.write', { key: at.policyKey, name, value });
  await Promise.all(Object.entries(policies).map(write));
}

/** Services and tasks that went with their Chrome are passed over. */
async function restoreServices(host: Host, before: Saved): Promise<void> {
  const { services } = await host.call('service.read', { names: Object.keys(before.services) });
  await Promise.all(
    services
      .filter((one) => one.exists && one.startType !== before.services[one.name])
      .map(({ name }) => host.call('service.write', { name, startType: startType.parse(before.services[name]) })),
  );
}

const startType: z.ZodType<StartType> = z.enum(['Boot', 'System', 'Automatic', 'Manual', 'Disabled']);

async function restoreTasks(host: Host, before: Saved): Promise<void> {
  const { tasks } = await host.call('task.read', { match: at.updateTasks });
  const wrong = tasks.filter(({ path, enabled }) => (before.tasks[path] ?? enabled) !== enabled);
  await Promise.all(wrong.map(({ path, enabled }) => host.call('task.write', { path, enabled: !enabled })));
}

/** From the inside out, and only what holds nothing: another policy of Google's may have come since. */
async function removeEmptyKeys(host: Host): Promise<void> {
  for (const key of [at.policyKey, at.folderOf(at.policyKey)]) {
    const { exists, values, subkeys } = await host.call('registry.read', { key });
    if (exists && Object.keys(values).length === 0 && subkeys.length === 0) await host.call('registry.delete', { key });
  }
}
