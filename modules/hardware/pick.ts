/** What both systems' looks at the hardware have in common. */
import type { Adapter } from '../../src/core/primitives.ts';
import type { Observed } from '../observe.ts';

/** What some drivers report for a cable that is out: the largest 64-bit number. */
const unplugged = 2 ** 62;

/** Null, and the reason noted, where the call was refused or says nothing. */
export const noting =
  (unobserved: Record<string, string>) =>
  <T, U>(property: string, look: Observed<T>, pick: (value: T) => U | null, silent: string): U | null => {
    const value = look.why === null ? pick(look.value) : null;
    if (value === null) unobserved[property] = look.why ?? silent;
    return value;
  };

export const linked = (mac: string, { adapters }: { adapters: readonly Adapter[] }): Adapter | undefined =>
  adapters.find((one) => one.mac === mac && one.up && one.speedBps > 0 && one.speedBps < unplugged);

export const megabits = (adapter: Adapter | undefined): number | null =>
  adapter === undefined ? null : adapter.speedBps / 1_000_000;
