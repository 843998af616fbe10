/** How a change that takes itself back is waited for, and confirmed over a connection that was made after it. The box decides; this only asks. */
import { setTimeout as sleep } from 'node:timers/promises';
import { HostError, isCancelled, unlessGone, unlessRefused } from '../../src/core/errors.ts';
import type { Host } from '../../src/core/host.ts';

const pauseMs = 500;

/** What is seen of the change: how it ended, or that it has not. */
export type Progress<End> = { readonly still: 'running' | 'awaiting' } | { readonly end: End };

export interface Pending<End> {
  look(): Promise<Progress<End>>;
  /** Its time may have run out since the look: a refusal is no error, the next look tells how it ended. */
  confirm(): Promise<unknown>;
}

/**
 * A change of a controller that was killed counts as well.
 *
 * @param address where the box is reached, before and after
 * @throws HostError when the box does not come back, or is not done in time
 */
export async function settled<End>(host: Host, address: string, longestMs: number, change: Pending<End>): Promise<End> {
  const deadline = Date.now() + longestMs;
  for (let fresh = false, told = false; ;) {
    try {
      const seen = await change.look();
      if ('end' in seen) return seen.end;
      if (Date.now() > deadline) throw new HostError(host.name, 'request-timeout', `the change is still ${seen.still}`);
      if (seen.still === 'awaiting' && !fresh) await host.relocate(address);
      else if (seen.still === 'awaiting' && !told) {
        await change.confirm().catch(unlessRefused);
        told = true;
      }
      fresh = seen.still === 'awaiting';
    } catch (error) {
      if (!(error instanceof HostError) || isCancelled(error) || Date.now() > deadline) throw error;
      fresh = told = false;
      await host.relocate(address).catch(unlessGone);
    }
    await sleep(pauseMs);
  }
}
