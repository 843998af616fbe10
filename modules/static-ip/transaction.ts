/**
 * A change of address is a transaction: a job on the machine makes it, tests it, and takes it back unless the controller confirms from the
 * new address in time. The session it is asked through dies; the machine is never lost.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { HostError, unlessGone, unlessRefused } from '../../src/core/errors.ts';
import type { Host } from '../../src/core/host.ts';
import type { Adapter, AdapterConfig, JobStatus } from '../../src/core/primitives.ts';
import { step } from '../job.ts';

export const jobId = 'static-ip';
/** Long enough for a switch that relearns, and for a controller that serves 44 PCs; short enough to wait for. */
const confirmSec = 120;
/** What the job itself may take, beside the wait for its confirmation. */
const jobSec = 120;
const gatewayTimeoutMs = 10_000;

export interface Change {
  readonly mac: string;
  readonly from: AdapterConfig;
  readonly to: AdapterConfig;
  /** Must answer ARP from the new address. Null: nothing is known of the gateway (the way back, DHCP). */
  readonly gateway: string | null;
  /** Where the machine is looked for: after the change, and where it was before. A host searches further by itself. */
  readonly addresses: readonly string[];
}

/** How often the machine is looked at; the pause grows by half each time. */
export interface Pace {
  readonly firstMs: number;
  readonly longestMs: number;
  /**
   * How long one look may take: a session to the address that has just gone hangs, and its keepalives tell so only after 40 s. Twice as long
   * after each look that was lost, since a slow PC takes seconds to start the agent.
   */
  readonly lookMs: number;
}
const pace: Pace = { firstMs: 200, longestMs: 3000, lookMs: 5000 };

/** What is seen of the machine at one moment. */
export interface Sight {
  readonly job: JobStatus;
  readonly adapter: Adapter | undefined;
}

export const isOpen = ({ state }: JobStatus): boolean => state === 'running' || state === 'awaiting-confirmation';

/** @returns how it ended: `done`, or `rolled-back` and the like with the reason. @throws HostError when the machine does not come back. */
export async function transact(host: Host, change: Change, at: Pace = pace): Promise<Sight> {
  // An old result must not be taken for the new one.
  await host.call('job.forget', { id: jobId });
  const lost = await start(host, change);
  let sight = await watch(host, change, notRunning, at, true);
  // The request never arrived: nothing has happened, and the caller may ask again.
  if (sight.job.state === 'absent' && lost !== undefined) throw lost;
  if (sight.job.state === 'awaiting-confirmation') sight = await confirm(host, change, at);
  await host.call('job.forget', { id: jobId });
  return sight;
}

/**
 * An earlier controller was killed in the middle. Its change is confirmed if it is the one wanted now; otherwise it is left to take itself
 * back.
 *
 * @returns false when there was none.
 */
export async function settleEarlier(host: Host, change: Change, at: Pace = pace): Promise<boolean> {
  if (!isOpen(await host.call('job.status', { id: jobId }))) return false;
  const sight = await watch(host, change, notRunning, at, true);
  if (sight.job.state === 'awaiting-confirmation') await confirm(host, change, at);
  return true;
}

async function start(host: Host, { mac, from, to, gateway }: Change): Promise<HostError | undefined> {
  const probe =
    gateway === null
      ? []
      : [step('net.probe', { kind: 'arp', target: gateway, timeoutMs: gatewayTimeoutMs, mustAnswer: true })];
  try {
    await host.call('job.start', {
      id: jobId,
      steps: [step('net.write', { mac, config: to }), ...probe],
      rollback: [step('net.write', { mac, config: from })],
      confirmSec,
    });
    return undefined;
  } catch (error) {
    // The new address may be in force before the answer has left: that is no failure.
    if (error instanceof HostError && error.mayHaveHappened) return error;
    throw error;
  }
}

/**
 * Being asked at the new address, by the same host key, is what the confirmation stands for. Its answer may be lost, so it is given again for
 * as long as it is waited for; where its time has run out since the look, the next one tells how it ended. A change that has not been taken as it was wanted is not confirmed, and takes itself back.
 */
function confirm(host: Host, change: Change, at: Pace): Promise<Sight> {
  const until = async ({ job, adapter }: Sight): Promise<boolean> => {
    const taken = adapter !== undefined && hasTaken(adapter, change.to);
    if (job.state === 'awaiting-confirmation' && taken)
      await host.call('job.confirm', { id: jobId }).catch(unlessRefused);
    return !isOpen(job);
  };
  return watch(host, change, until, at, false);
}

const notRunning = ({ job }: Sight): Promise<boolean> => Promise.resolve(job.state !== 'running');

/** Live as well as persistent: some restore cards' clients put their own address back. */
function hasTaken({ live, persistent }: Adapter, to: AdapterConfig): boolean {
  if (to.dhcp) return live.dhcp && persistent.dhcp && live.address !== null;
  return isDeepStrictEqual(live, to) && isDeepStrictEqual(persistent, to);
}

/**
 * Looks again and again.
 *
 * @param moving the address may change at any moment: then each look is a new session, because the old one may hang on an address that
 * nobody has any more.
 */
async function watch(
  host: Host,
  { mac, addresses }: Change,
  until: (sight: Sight) => Promise<boolean>,
  at: Pace,
  moving: boolean,
): Promise<Sight> {
  const deadline = Date.now() + (confirmSec + jobSec) * 1000;
  let lost = moving;
  let patienceMs = at.lookMs;
  for (let turn = 0, pauseMs = at.firstMs; ; turn += 1, pauseMs = Math.min(pauseMs * 1.5, at.longestMs)) {
    await sleep(pauseMs);
    try {
      if (lost) await host.relocate(addresses[turn % addresses.length] ?? '');
      const sight = await inTime(host, look(host, mac), patienceMs);
      if (await until(sight)) return sight;
      lost = moving;
      if (Date.now() > deadline) throw overdue(host, sight);
    } catch (error) {
      if (Date.now() > deadline) throw error;
      unlessGone(error);
      lost = true;
      patienceMs *= 2;
    }
  }
}

async function look(host: Host, mac: string): Promise<Sight> {
  const [job, { adapters }] = await Promise.all([host.call('job.status', { id: jobId }), host.call('net.read', {})]);
  return { job, adapter: adapters.find((one) => one.mac === mac) };
}

/** What is given up here ends with the session, which is left for another. */
async function inTime(host: Host, looking: Promise<Sight>, ms: number): Promise<Sight> {
  const over = new AbortController();
  const late = sleep(ms, undefined, { signal: over.signal }).then(() => {
    throw new HostError(host.name, 'request-timeout', `no answer within ${ms / 1000} s of a change of address`);
  });
  try {
    return await Promise.race([looking, late]);
  } finally {
    over.abort();
    void Promise.allSettled([looking, late]);
  }
}

const overdue = (host: Host, { job }: Sight): HostError => {
  const message = `the change of address is still ${job.state} after ${confirmSec + jobSec} s`;
  return new HostError(host.name, 'request-timeout', message);
};
