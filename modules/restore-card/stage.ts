/** How far a PC is on the way from "a card may be on" to "proved off". Pure: `plan` words the stage, `apply` does its one next step. */
import type { Actual, Desired } from './schema.ts';

export type Card = 'deep-freeze' | 'uwf';

export type Stage =
  /** A card may be there, and cannot be asked. */
  | { readonly kind: 'unreadable'; readonly why: string }
  /** Another card than the inventory says is there, or none. */
  | { readonly kind: 'other-card'; readonly found: Card | 'none' }
  | { readonly kind: 'no-command-line' }
  /** On, now or after the next restart. Next: open it, restart. */
  | { readonly kind: 'closed' }
  /** It was opened twice and is on again. */
  | { readonly kind: 'recloses' }
  /** Next: plant the canary, restart. `again`: it was proved, and may have been closed since. */
  | { readonly kind: 'unproved'; readonly again: boolean }
  /** Next: restart. */
  | { readonly kind: 'proving'; readonly seenIn: readonly string[] }
  /** A restart took the canary, and the PC has not been restarted since: nobody can have opened the card. */
  | { readonly kind: 'restored'; readonly places: readonly string[]; readonly afterRestarts: number }
  | { readonly kind: 'proved'; readonly seenIn: readonly string[] };

/** Once may be a power cut between the order and the restart; twice is a card that closes itself. */
const openings = 2;

export function stageOf(desired: Desired, actual: Actual): Stage {
  const [unreadable] = Object.entries(actual.unobserved);
  if (unreadable !== undefined) return { kind: 'unreadable', why: unreadable.join(': ') };
  const mismatch = cardMismatch(desired, actual);
  if (mismatch !== null) return { kind: 'other-card', found: mismatch };
  if (desired.driver === 'deep-freeze' && actual.deepFreeze?.state === 'no-command-line')
    return { kind: 'no-command-line' };
  if (isOn(actual)) return { kind: actual.openedInVain >= openings ? 'recloses' : 'closed' };
  const { canary, restored } = actual;
  if (restored?.now === true) return { kind: 'restored', ...restored };
  if (canary === null) return { kind: 'unproved', again: actual.doubted };
  return { kind: canary.seenIn.length >= desired.restarts ? 'proved' : 'proving', seenIn: canary.seenIn };
}

/** UWF that is installed and off protects nothing; Deep Freeze that is installed may be on tomorrow. */
function cardMismatch({ driver }: Desired, { deepFreeze, uwf }: Actual): Card | 'none' | null {
  const present: Card[] = [];
  if (deepFreeze !== null) present.push('deep-freeze');
  if (uwf !== null && (driver === 'uwf' || uwf.currentEnabled || uwf.nextEnabled)) present.push('uwf');
  const stranger = present.find((card) => card !== driver);
  // An edition that cannot be asked is switched by hand, and that is what the inventory then says.
  if (stranger === 'deep-freeze' && driver === 'by-hand' && deepFreeze?.state === 'no-command-line') return null;
  if (stranger !== undefined) return stranger;
  const expected = driver === 'deep-freeze' || driver === 'uwf' ? driver : null;
  return expected !== null && !present.includes(expected) ? 'none' : null;
}

/** What is written now is lost with the next restart. */
export const protects = ({ deepFreeze, uwf }: Pick<Actual, 'deepFreeze' | 'uwf'>): boolean =>
  deepFreeze?.state === 'frozen' || uwf?.currentEnabled === true;

/** UWF that is off but set to come back counts as on. */
export const isOn = (actual: Actual): boolean => protects(actual) || actual.uwf?.nextEnabled === true;
