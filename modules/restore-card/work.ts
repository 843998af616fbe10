import { restarts, type Seen, type Work } from '../../src/core/work.ts';
import type { Actual, Desired } from './schema.ts';
import { stageOf } from './stage.ts';

/** One restart opens a card that is switched from here; then come those that the canary must survive. */
export function work(desired: Desired, seen: Seen<Actual> | null): Work[] {
  const switched = desired.driver === 'deep-freeze' || desired.driver === 'uwf';
  if (seen === null) return restarts(desired.restarts + (switched ? 1 : 0));
  const stage = stageOf(desired, seen.actual);
  switch (stage.kind) {
    case 'closed':
      return restarts(desired.restarts + 1);
    case 'unproved':
      return restarts(desired.restarts);
    case 'proving':
      return restarts(desired.restarts - stage.seenIn.length);
    default:
      return [];
  }
}
