/** How long a machine may take for a call. Generous: a deadline tells hung from slow, and what is only slow must not be cut off. */
import type { Args, PrimitiveName } from '../core/host.ts';
import type { Call } from '../core/primitives.ts';

/** A 5,400 rpm disk, an old CPU and an antivirus that reads everything: bytes a second that even such a PC hashes, fetches or unpacks. */
const slowestBytesPerSec = 2_000_000;
const usualSec = 30;

type Limits = { readonly [K in PrimitiveName]?: (args: Args<K>) => number };

/** Seconds of the calls that may take longer than usual. */
const limits: Limits = {
  'file.stat': ({ sha256 }) => (sha256 === true ? 300 : usualSec),
  // Wildcards over a whole profile folder, or WMI's first query after a start.
  'cim.query': () => 120,
  'cim.invoke': () => 120,
  'archive.extract': () => 900,
  'file.delete': () => 300,
  'process.run': ({ timeoutSec }) => timeoutSec,
  'service.write': () => 120,
  'net.probe': ({ timeoutMs }) => timeoutMs / 1000,
  'net.exchange': ({ exchanges }) => usualSec + Math.max(0, ...exchanges.map(({ timeoutMs }) => timeoutMs)) / 1000,
  'webdriver.session': ({ timeoutSec }) => timeoutSec,
  download: ({ files }) => usualSec + files.reduce((sum, { size }) => sum + size, 0) / slowestBytesPerSec,
};

function limitOf<K extends PrimitiveName>({ name, args }: Call<K>): number {
  return limits[name]?.(args) ?? usualSec;
}

/** Milliseconds for a batch: the agent works through it one call after the other. */
export function batchMs(calls: readonly Call[], marginMs: number): number {
  return calls.reduce((sum, call) => sum + limitOf(call) * 1000, marginMs);
}
