/**
 * A change of the rules is a transaction: a script that has left the session puts them in force, and takes them back unless the controller, over
 * a new connection, confirms in time that it still reaches the box.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { CallError, HostError, isCancelled } from '../../../src/core/errors.ts';
import type { Host } from '../../../src/core/host.ts';
import { ask, run } from './console.ts';
import { boxScript, stateFile } from './places.ts';
import { command } from './quote.ts';

/** As long as the script waits, and what it does before and after. */
const longestMs = 165_000;
const longestStartMs = 5_000;
const pauseMs = 500;

/** busybox, start-stop-daemon: -S starts, -b in the background and in a session of its own. */
const detached = (...words: readonly string[]): string =>
  command('start-stop-daemon', '-S', '-b', '-x', boxScript, '--', ...words);

/** @returns `done`, or `rolled-back` with the reason @throws HostError when the box does not come back */
export async function transact(host: Host, words: readonly string[], address: string): Promise<string> {
  await settle(host, address, 0);
  await run(host, `rm -f ${stateFile} && ${detached(...words)}`).catch(unlessUnderWay);
  return settle(host, address, longestStartMs / pauseMs);
}

/**
 * Waits for a change to end, and confirms it from a connection that was made after it. One of a controller that was killed counts too.
 *
 * @param patience looks at a script that has not come as far as its first word; `absent` after that
 */
async function settle(host: Host, address: string, patience: number): Promise<string> {
  const deadline = Date.now() + longestMs;
  for (let fresh = false, told = false, empty = 0; ;) {
    try {
      const state = (await ask(host, `cat ${stateFile} 2>/dev/null || true`)).trim();
      if (state === '' && ++empty > patience) return 'absent';
      if (state !== '' && state !== 'running' && state !== 'awaiting') return state;
      if (Date.now() > deadline) throw new HostError(host.name, 'request-timeout', `the change is still ${state}`);
      if (state === 'awaiting' && !fresh) await host.relocate(address);
      else if (state === 'awaiting' && !told) {
        await run(host, `${boxScript} confirm`).catch(unlessOver);
        told = true;
      }
      fresh = state === 'awaiting';
    } catch (error) {
      if (!(error instanceof HostError) || isCancelled(error) || Date.now() > deadline) throw error;
      fresh = told = false;
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
