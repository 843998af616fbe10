/**
 * For tests: the simulation's time, hours of it, without waiting. Vitest's clock goes from timer to timer, and stands still while anything is
 * under way that takes real time: a transfer over a socket, a step of a model. So a room gives the same times on a slow machine as on a fast one.
 */
import { syncBuiltinESMExports } from 'node:module';
import { Readable } from 'node:stream';
import timers, { setImmediate as turn } from 'node:timers/promises';
import { vi } from 'vitest';
import type { Pc } from './pc/pc.ts';

/** A model's step goes on in the next turns of the event loop; so many without a transfer, and the room is waiting for the clock. */
const quietTurns = 4;
/** So many turns without a timer, and it never ends. */
const patience = 10_000;

/** @returns simulated seconds until the work had ended. @throws what the work throws */
export async function inSimulatedTime(pcs: readonly Pc[], work: () => Promise<unknown>): Promise<number> {
  let open = 0;
  for (const pc of pcs) {
    const { fetched } = pc;
    pc.fetched = async (...asked) => {
      open += 1;
      try {
        const answer = await fetched(...asked);
        const chunks: Uint8Array[] = [];
        for await (const chunk of answer.body) chunks.push(chunk);
        return { ...answer, body: Readable.from(chunks) };
      } finally {
        open -= 1;
      }
    };
  }
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
  const spy = vi.spyOn(timers, 'setTimeout').mockImplementation(sleep);
  // For whoever has imported it by name.
  syncBuiltinESMExports();
  try {
    const began = Date.now();
    const over = work().then(
      () => (Date.now() - began) / 1000,
      (error: unknown) => ({ error }),
    );
    const ended = await advanceUntil(over, () => open > 0);
    if (typeof ended === 'number') return ended;
    throw ended.error;
  } finally {
    vi.useRealTimers();
    spy.mockRestore();
    syncBuiltinESMExports();
  }
}

/** `setTimeout` of node:timers/promises over the global one, which vitest has in hand. */
function sleep(ms?: number, value?: unknown, { signal }: { signal?: AbortSignal | undefined } = {}): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(value), ms);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(new Error('aborted'));
    });
  });
}

async function advanceUntil<T extends object | number>(over: Promise<T>, busy: () => boolean): Promise<T> {
  for (let idle = 0; idle < patience; idle = vi.getTimerCount() === 0 ? idle + 1 : 0) {
    await vi.advanceTimersToNextTimerAsync();
    for (let quiet = 0; quiet < quietTurns; quiet = busy() ? 0 : quiet + 1) await turn();
    const ended = await Promise.race([over, Promise.resolve(undefined)]);
    if (ended !== undefined) return ended;
  }
  throw new Error('the simulation waits for nothing');
}
