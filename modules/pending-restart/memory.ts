/** What the controller remembers of a restart that was to end a sign of Windows: without it a sign that no restart ends asks for one for ever. */
import { z } from 'zod';
import type { Host } from '../../src/core/host.ts';

const memory = z.strictObject({
  /** Boot that was ended. */
  boot: z.iso.datetime(),
  /** By sign: starts that it had outlived before. */
  outlived: z.record(z.string(), z.int().min(0)),
});
export type Memory = z.infer<typeof memory>;

const key = 'pending-restart';

export async function recall({ notes }: Host): Promise<Memory | null> {
  return memory.safeParse(await notes.get(key)).data ?? null;
}

export const remember = ({ notes }: Host, value: Memory): Promise<void> => notes.set(key, value);
export const forget = ({ notes }: Host): Promise<void> => notes.delete(key);

/** Pure. What has gone is forgotten: when it comes again, it is a new one. */
export function stillThere(before: Memory | null, signs: readonly string[]): Memory | null {
  if (before === null) return null;
  const kept = Object.entries(before.outlived).filter(([sign]) => signs.includes(sign));
  if (kept.length === Object.keys(before.outlived).length) return before;
  return kept.length === 0 ? null : { ...before, outlived: Object.fromEntries(kept) };
}

/** Pure. By sign that is still there: starts that it has outlived by now. */
export function outlivedBy(known: Memory | null, bootTime: string): Record<string, number> {
  const more = known !== null && known.boot !== bootTime ? 1 : 0;
  const counted = Object.entries(known?.outlived ?? {}).map(([sign, starts]) => [sign, starts + more] as const);
  return Object.fromEntries(counted.filter(([, starts]) => starts > 0).sort(([a], [b]) => (a < b ? -1 : 1)));
}
