/**
 * Who speaks for which requirement of the handbook. Three kinds, never mixed: what a program proves counts in the verdict, what only a person
 * can confirm and what nothing looks at yet are listed apart from it, and are never ok.
 */
import { requirements, type Requirement } from '../../handbook/handbook.ts';
import type { Finding, Text } from '../core/finding.ts';
import type { Level } from '../inventory/schema.ts';
import type { RoomCheck, SeatCheck, SeatFinding } from './result.ts';

/** Ids, in the handbook's order. */
export interface Coverage {
  /** A module or the inventory proves it. */
  readonly covered: readonly string[];
  /** Only a person can confirm it. */
  readonly byPerson: readonly string[];
  /** Nothing looks at the whole of it yet. */
  readonly notCovered: readonly string[];
}

export function coverage(check: RoomCheck): Coverage {
  const proofs = Map.groupBy(concerned(check), proverOf);
  const ids = (prover: Prover): string[] => (proofs.get(prover) ?? []).map(({ id }) => id);
  return { covered: ids('program'), byPerson: ids('person'), notCovered: ids('nobody') };
}

type Prover = 'program' | 'person' | 'nobody';

export function proverOf({ proof }: Requirement): Prover {
  if (proof === undefined) return 'nobody';
  return proof === 'person' ? 'person' : 'program';
}

/** What the handbook demands of this room: a level that nobody in it sits demands nothing. */
export function concerned(check: RoomCheck): readonly Requirement[] {
  const levels = new Set(check.seats.map(({ level }) => level));
  return requirements.filter((one) => [...levels].some((level) => binds(one, level)));
}

/** `L2.chrome` binds only the seats of L2; everything without a level binds all. */
export const binds = ({ id }: Requirement, level: Level): boolean => !/^L\d\./.test(id) || id.startsWith(`${level}.`);

/**
 * What is known of a PC. Silence is not consent: where a module is to prove a requirement and said nothing about it, that is a finding too,
 * and it is `unknown`. A PC that was not reached at all has none; `unreachable` says why.
 */
export function knownOf(seat: SeatCheck): readonly SeatFinding[] {
  if (seat.unreachable !== undefined) return [];
  const spokenOf = new Set(seat.findings.map(({ finding }) => finding.requirement));
  const silent = requirements.flatMap((one) =>
    typeof one.proof === 'object' && binds(one, seat.level) && !spokenOf.has(one.id)
      ? [{ module: one.proof.module, finding: notLookedAt(one) }]
      : [],
  );
  return [...seat.findings, ...silent];
}

/** The same for the room itself, whose requirements its inventory proves. */
export function knownOfRoom({ roomFindings }: RoomCheck): readonly Finding[] {
  const spokenOf = new Set(roomFindings.map(({ requirement }) => requirement));
  const silent = requirements.filter(({ proof, id }) => proof === 'inventory' && !spokenOf.has(id));
  return [...roomFindings, ...silent.map(notLookedAt)];
}

function notLookedAt({ id, title }: Requirement): Finding {
  const sentence: Text = { zh: `没有检查结果：${title.zh}`, en: `nothing was said about: ${title.en}` };
  return { requirement: id, property: id, expected: null, actual: null, verdict: 'unknown', sentence };
}
