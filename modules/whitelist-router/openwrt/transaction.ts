/**
 * A change of the rules is a transaction: a script that has left the session puts them in force, and takes them back unless the controller, over
 * a new connection, confirms in time that it still reaches the box.
 */
import { unlessUnderWay } from '../../../src/core/errors.ts';
import type { Host } from '../../../src/core/host.ts';
import { settled } from '../confirmation.ts';
import { ask, run } from './console.ts';
import { boxScript, stateFile } from './places.ts';
import { command } from './quote.ts';

/** As long as the script waits, and what it does before and after. */
const longestMs = 165_000;

/**
 * busybox, start-stop-daemon: -S starts, -b in the background and in a session of its own. The state is there before the script has said its
 * first word, or a look in between would take it for one that was never asked.
 */
const detached = (...words: readonly string[]): string =>
  `echo running >${stateFile} && { ${command('start-stop-daemon', '-S', '-b', '-x', boxScript, '--', ...words)} || { rm -f ${stateFile}; false; }; }`;

/** @returns `done`, or `rolled-back` with the reason @throws HostError when the box does not come back */
export async function transact(host: Host, words: readonly string[], address: string): Promise<string> {
  await settle(host, address);
  // An old result must not be taken for the new one.
  await run(host, `rm -f ${stateFile}`);
  // The new rules may be in force before the answer has left.
  await run(host, detached(...words)).catch(unlessUnderWay);
  return settle(host, address);
}

/** @returns `absent` where nothing was asked since the box was switched on */
const settle = (host: Host, address: string): Promise<string> =>
  settled(host, address, longestMs, {
    look: async () => {
      const state = (await ask(host, `cat ${stateFile} 2>/dev/null || true`)).trim();
      return state === 'running' || state === 'awaiting' ? { still: state } : { end: state === '' ? 'absent' : state };
    },
    confirm: () => run(host, `${boxScript} confirm`),
  });
