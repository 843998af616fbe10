/**
 * A change of the rules is a transaction: a job on the box puts them in force, and takes them back unless the controller, over a new
 * connection, confirms in time that it still reaches the box.
 */
import { unlessUnderWay } from '../../../src/core/errors.ts';
import type { Host } from '../../../src/core/host.ts';
import type { Call, JobStatus } from '../../../src/core/primitives.ts';
import { settled, type Progress } from '../confirmation.ts';

export const jobId = 'whitelist-router';
/** Long enough for a new connection from anywhere in the school; a room without its router for longer is a room that waits. */
const confirmSec = 45;
const jobSec = 60;

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
  // The new rules may be in force before the answer has left.
  await host.call('job.start', { id: jobId, steps, rollback, confirmSec }).catch(unlessUnderWay);
  const ended = await settle(host, address);
  await host.call('job.forget', { id: jobId });
  return ended;
}

const settle = (host: Host, address: string): Promise<JobStatus> =>
  settled(host, address, (jobSec + confirmSec + jobSec) * 1000, {
    look: async () => progressOf(await host.call('job.status', { id: jobId })),
    confirm: () => host.call('job.confirm', { id: jobId }),
  });

function progressOf(status: JobStatus): Progress<JobStatus> {
  if (status.state === 'running') return { still: 'running' };
  return status.state === 'awaiting-confirmation' ? { still: 'awaiting' } : { end: status };
}
