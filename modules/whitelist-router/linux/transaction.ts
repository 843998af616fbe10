/**
 * A change of the rules is a transaction: a job on the box puts them in force, and takes them back unless the controller, over a new
 * connection, confirms in time that it still reaches the box.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { CallError, HostError, isCancelled } from '../../../src/core/errors.ts';
import type { Host } from '../../../src/core/host.ts';
import type { Call, JobStatus } from '../../../src/core/primitives.ts';

export const jobId = 'whitelist-router';
/** Long enough for a new connection from anywhere in the school; a room without its router for longer is a room that waits. */
const confirmSec = 45;
const jobSec = 60;
const pauseMs = 500;

export interface Transaction {
  readonly steps: readonly Call[];
  readonly rollback: readonly Call[];
  /** Where the box is reached, before and after. */
  readonly address: string;
}

/** @returns how it ended: `done`, or `rolled-back` with the reason. @throws HostError when the box does not come back. */
export async function transact(host: Host, { steps, rollback, address }: Transaction): Promise<JobStatus> {
  await settle(host, address);
  await host.call('job.forget', { id: jobId });
  await host.call('job.start', { id: jobId, steps, rollback, confirmSec }).catch(unlessUnderWay);
  const ended = await settle(host, address);
  await host.call('job.forget', { id: jobId });
  return ended;
}

/** Waits for a job to end, and confirms it from a connection that was made after the change. One of a controller that was killed counts too. */
async function settle(host: Host, address: string): Promise<JobStatus> {
  const deadline = Date.now() + (jobSec + confirmSec + jobSec) * 1000;
  for (let fresh = false; ;) {
    try {
      const status = await host.call('job.status', { id: jobId });
      if (status.state !== 'running' && status.state !== 'awaiting-confirmation') return status;
      if (status.state === 'awaiting-confirmation' && fresh)
        await host.call('job.confirm', { id: jobId }).catch(unlessOver);
      if (Date.now() > deadline)
        throw new HostError(host.name, 'request-timeout', `the change is still ${status.state}`);
      if (status.state === 'awaiting-confirmation') await host.relocate(address);
      fresh = status.state === 'awaiting-confirmation';
    } catch (error) {
      if (!(error instanceof HostError) || isCancelled(error) || Date.now() > deadline) throw error;
      fresh = false;
      await host.relocate(address).catch(unlessUnreachable);
    }
    await sleep(pauseMs);
  }
}

/** The new rules may be in force before the answer has left. */
function unlessUnderWay(error: unknown): undefined {
  if (error instanceof HostError && error.mayHaveHappened) return undefined;
  throw error;
}

function unlessUnreachable(error: unknown): undefined {
  if (error instanceof HostError && !isCancelled(error)) return undefined;
  throw error;
}

/** Its time may have run out since the last look; the next one tells how it ended. */
function unlessOver(error: unknown): undefined {
  if (error instanceof CallError) return undefined;
  throw error;
}
