import type { Host } from '../../src/core/host.ts';
import type { Applied } from '../../src/core/module.ts';
import type { Call } from '../../src/core/primitives.ts';
import { forgetSaved } from '../../src/core/undo.ts';
import { joinJob, runJob, step, stopped } from '../job.ts';
import { job } from './apply.ts';
import { plan } from './plan.ts';
import { read } from './read.ts';
import { load } from './saved.ts';
import type { DatabaseDesired, Found } from './schema.ts';
import { serverIds, type ServerId } from './servers.ts';
import { serviceOf } from './windows/places.ts';
import { leftSteps, removeSteps } from './windows/steps.ts';

/** Left behind: the data of a server in which somebody has made databases, or that nobody can log in to: those are not ours. */
export async function undo(host: Host, desired: DatabaseDesired): Promise<Applied> {
  await joinJob(host, job);
  const before = await load(host);
  if (before === undefined) return { restartRequired: false };
  const actual = await read(host, desired);
  const steps: Call[] = [];
  for (const id of serverIds) {
    const version = before.installed[id];
    if (version !== undefined) steps.push(...(await removal(host, id, version, !isEmpty(actual.servers[id]))));
  }
  for (const [name, { startType, running }] of Object.entries(before.services)) {
    const there = (await host.call('service.read', { names: [name] })).services[0]?.exists === true;
    if (there) steps.push(step('service.write', { name, startType, status: running ? 'Running' : 'Stopped' }));
  }
  const end = steps.length === 0 ? undefined : await runJob(host, job, steps);
  if (end?.done === false) throw stopped(host, 'database', plan(desired, actual), end.why);
  await forgetSaved(host, 'database');
  return { restartRequired: false };
}

const isEmpty = (found: Found | undefined): boolean => {
  const told = Object.values(found?.logins ?? {}).filter(({ error }) => error === null);
  return told.length > 0 && told.every(({ databases }) => databases.length === 0);
};

/** An installation that was interrupted may have left files and no service. */
async function removal(host: Host, id: ServerId, version: string, keepData: boolean): Promise<Call[]> {
  const service = serviceOf(id, version);
  const { services } = await host.call('service.read', { names: [service] });
  return services[0]?.exists === true
    ? removeSteps(id, service, version, host.depot, keepData)
    : leftSteps(id, version, keepData);
}
