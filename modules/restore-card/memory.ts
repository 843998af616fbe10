/**
 * What the controller remembers of a PC's card. Not on the PC: a card would forget it. It is written by `apply`, and by looking: in which boots
 * the canary was seen, and in which one it was gone.
 */
import { z } from 'zod';
import type { Host } from '../../src/core/host.ts';

const boot = z.iso.datetime();
const canary = z.strictObject({
  nonce: z.string(),
  places: z.array(z.string()),
  plantedIn: boot,
  /** False while it is being written: a controller may be killed, or the power fail, in the middle. */
  complete: z.boolean(),
  seenIn: z.array(boot),
  /** Windows' own count of its starts when the canary was planted; null: it keeps none. */
  starts: z.int().nullable().default(null),
});
const look = z.strictObject({ boot, starts: z.int() });
const memory = z.strictObject({
  /** Whether the card protected when examsite first changed anything; null: nothing changed yet. */
  foundEnabled: z.boolean().nullable(),
  /** Boots in which the card was told to be open from the next one on. */
  openedIn: z.array(boot),
  canary: canary.nullable(),
  restored: z.strictObject({ boot, places: z.array(z.string()), afterRestarts: z.int() }).nullable(),
  /** The last boot that was looked at since the proof, and Windows' count in it. Null where that count did not rise during the proof itself. */
  since: look.nullable().default(null),
  /** The boot in which that count was not higher than in an earlier one: what was written in between is gone, or nobody counts any more. */
  doubtedIn: boot.nullable().default(null),
});
export type Memory = z.output<typeof memory>;
export type Canary = z.output<typeof canary>;

const key = 'restore-card';
const nothing: Memory = {
  ...{ foundEnabled: null, openedIn: [], canary: null, restored: null },
  ...{ since: null, doubtedIn: null },
};

export async function recall({ notes }: Host): Promise<Memory> {
  const noted = await notes.get(key);
  return noted === undefined ? nothing : memory.parse(noted);
}

export const remember = ({ notes }: Host, value: Memory): Promise<void> => notes.set(key, value);
export const forget = ({ notes }: Host): Promise<void> => notes.delete(key);

export interface Sight {
  readonly bootTime: string;
  /** A card that can be asked says that it protects. */
  readonly frozen: boolean;
  /** Places that no longer hold the canary, volumes that were taken out left aside. */
  readonly gone: readonly string[];
  /** Every fixed volume of today has a place. */
  readonly covered: boolean;
  /** Restarts to survive. */
  readonly restarts: number;
  /** Windows' own count of its starts; null: it keeps none. */
  readonly starts: number | null;
}

/** What is remembered after a look. Pure; the same look twice changes nothing the second time. */
export function lookedAt(before: Memory, sight: Sight): Memory {
  const { canary } = before;
  if (canary === null || !canary.complete) return before;
  // While the card protects, nothing that survives proves anything; what was planted before it must be planted anew.
  if (sight.frozen || !sight.covered) return { ...before, canary: null, since: null };
  const sameBoot = [canary.plantedIn, ...canary.seenIn].includes(sight.bootTime);
  if (sight.gone.length > 0) {
    // Without a restart in between it was a person or a cleaner program, not a card.
    if (sameBoot) return { ...before, canary: null };
    const found = { boot: sight.bootTime, places: [...sight.gone], afterRestarts: canary.seenIn.length };
    return { ...before, canary: null, restored: found };
  }
  if (canary.seenIn.length >= sight.restarts) return lookedAfterProof(before, sight);
  if (sameBoot) return before;
  const seenIn = [...canary.seenIn, sight.bootTime];
  if (seenIn.length < sight.restarts) return { ...before, canary: { ...canary, seenIn } };
  // SysMain switched off stops the count: then it says nothing later either.
  const counts = sight.starts !== null && canary.starts !== null && sight.starts > canary.starts;
  const since = counts ? { boot: sight.bootTime, starts: sight.starts } : null;
  return { ...before, canary: { ...canary, seenIn }, openedIn: [], restored: null, since, doubtedIn: null };
}

/**
 * A card that is closed after the proof keeps everything that was written before, the canary too; what it forgets is what Windows writes in
 * each boot from then on, its count of starts among it. So a later boot with no higher count than an earlier one takes the proof away.
 */
function lookedAfterProof(before: Memory, { bootTime, starts }: Sight): Memory {
  const { since } = before;
  if (since === null || starts === null || since.boot === bootTime) return before;
  if (starts <= since.starts) return { ...before, canary: null, since: null, doubtedIn: bootTime };
  return { ...before, since: { boot: bootTime, starts } };
}
