/** Which requirements of the handbook this check speaks about. What nobody looked at is listed as such, never as ok. */
import { requirements, type Requirement } from '../../handbook/handbook.ts';
import type { RoomCheck } from './result.ts';

export interface Coverage {
  /** At least one finding speaks about it. */
  readonly covered: readonly string[];
  /** Only a person can confirm it. */
  readonly byPerson: readonly string[];
  /** Nothing looks at it yet. */
  readonly notCovered: readonly string[];
}

export function coverage(check: RoomCheck): Coverage {
  const spokenOf = new Set([
    ...check.roomFindings.map(({ requirement }) => requirement),
    ...check.seats.flatMap(({ findings }) => findings.map(({ finding }) => finding.requirement)),
  ]);
  const levels = new Set(check.seats.map(({ level }) => level));
  // A level that nobody in the room sits demands nothing of it.
  const concerned = requirements.filter(({ id }) => !/^L\d\./.test(id) || levels.has(id.slice(0, 2) as 'L1'));
  const byPerson = concerned.filter(({ proof }) => proof === 'person');
  const rest = concerned.filter((one) => !byPerson.includes(one));
  const ids = (list: readonly Requirement[]): string[] => list.map(({ id }) => id);
  return {
    covered: ids(rest.filter(({ id }) => spokenOf.has(id))),
    byPerson: ids(byPerson),
    notCovered: ids(rest.filter(({ id }) => !spokenOf.has(id))),
  };
}
