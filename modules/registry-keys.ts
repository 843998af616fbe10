/** Keys that come into being with a value: remembered before, so that an undo leaves none of them behind. */
import type { Host } from '../src/core/host.ts';

const parentOf = (key: string): string => key.slice(0, Math.max(0, key.lastIndexOf('\\')));

/** @returns the topmost key of this path that is not there; undefined: all are */
export async function topmostMissing(host: Host, key: string): Promise<string | undefined> {
  const above: string[] = [];
  for (let one = key; one.split('\\').length > 2; one = parentOf(one)) above.push(one);
  const reads = await Promise.all(above.map((one) => host.call('registry.read', { key: one, names: [] })));
  return above.filter((_, index) => reads[index]?.exists === false).at(-1);
}

/** Upwards from a key to the topmost one, as long as each holds nothing. */
export async function prune(host: Host, key: string, top: string): Promise<void> {
  for (let one = key; one.length >= top.length; one = parentOf(one)) {
    const { exists, values, subkeys } = await host.call('registry.read', { key: one });
    if (exists && (Object.keys(values).length > 0 || subkeys.length > 0)) return;
    if (exists) await host.call('registry.delete', { key: one });
  }
}
