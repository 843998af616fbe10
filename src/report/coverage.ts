/**
 * Who speaks for which requirement of the handbook. Three kinds, never mixed: what a program proves, or a person has to confirm of every PC,
 * counts in the verdict; what nobody has confirmed of the room yet and what nothing looks at are listed apart from it, and are never ok.
 */
import { requirements, type Requirement } from '../../handbook/handbook.ts';
import { isAskedOnLinux } from '../../handbook/linux.ts';
import type { Finding, Text } from '../core/finding.ts';
import type { Level } from '../inventory/schema.ts';
import type { RoomCheck, SeatCheck, SeatFinding } from './result.ts';

/** Ids, in the handbook's order. */
export interface Coverage {
  /** A module or the inventory proves it, or a person has. */
  readonly covered: readonly string[];
  /** Only a person can confirm it of the room, and nobody has. */
  readonly byPerson: readonly string[];
  /** Nothing looks at the whole of it yet, or not at this site: the router where site.yaml has none. */
  readonly notCovered: readonly string[];
}

export function coverage(check: RoomCheck): Coverage {
  const said = new Set([
    ...check.roomFindings.map(({ requirement }) => requirement),
    ...check.seats.flatMap(({ findings }) => findings.map(({ finding }) => finding.requirement)),
  ]);
  const kinds = Map.groupBy(concerned(check), (one): keyof Coverage => {
    if (
      (isProved(one) && check.seats.some((seat) => bindsSeat(one, seat))) ||
      (one.proof !== undefined && said.has(one.id))
    )
      return 'covered';
    return one.proof === 'person' ? 'byPerson' : 'notCovered';
  });
  const ids = (kind: keyof Coverage): string[] => (kinds.get(kind) ?? []).map(({ id }) => id);
  return { covered: ids('covered'), byPerson: ids('byPerson'), notCovered: ids('notCovered') };
}

/** Whether silence about it counts against the room: the inventory or a module is to prove it, or a person to confirm it of every PC. */
export const isProved = ({ proof, scope }: Requirement): boolean =>
  proof === 'inventory' || (proof !== undefined && scope === 'seat' && !isOptional(proof));

const isOptional = (proof: Requirement['proof']): boolean => typeof proof === 'object' && proof.optional === true;

/** What the handbook demands of this room: a level that nobody in it sits demands nothing. */
export function concerned(check: RoomCheck): readonly Requirement[] {
  return requirements.filter((one) => check.seats.some((seat) => binds(one, seat.level)));
}

/** `L2.chrome` binds only the seats of L2; everything without a level binds all. */
export const binds = ({ id }: Requirement, level: Level): boolean => !/^L\d\./.test(id) || id.startsWith(`${level}.`);

/** What binds this very PC. On Linux nothing does that only Windows can have. */
export const bindsSeat = (one: Requirement, { level: of, platform }: Pick<SeatCheck, 'level' | 'platform'>): boolean =>
  binds(one, of) && (speakersOf(one, platform).length > 0 || speakersOf(one).length === 0);

/**
 * What is known of a PC. Silence is not consent: where a module is to prove a requirement and said nothing about it, that is a finding too,
 * and it is `unknown`. A PC that was not reached at all has none; `unreachable` says why.
 */
export function knownOf(seat: SeatCheck): readonly SeatFinding[] {
  if (seat.unreachable !== undefined) return [];
  const spoken = new Set(seat.findings.map(({ module, finding }) => `${module} ${finding.requirement}`));
  const silent = requirements
    .filter((one) => bindsSeat(one, seat))
    .flatMap((one) => speakersOf(one, seat.platform).map((module) => ({ module, finding: notLookedAt(one) })))
    .filter(({ module, finding }) => !spoken.has(`${module} ${finding.requirement}`));
  return [...seat.findings, ...silent];
}

/** Who speaks of a PC: a module, people, or both. */
export function speakersOf({ id, proof, scope }: Requirement, platform?: SeatCheck['platform']): string[] {
  if (scope !== 'seat' || proof === undefined || isOptional(proof)) return [];
  if (proof === 'inventory' || proof === 'router') return [];
  if (proof === 'person') return [people];
  if (proof === 'level') return [level];
  const module = platform === 'linux' && !isAskedOnLinux(id, proof.module) ? [] : [proof.module];
  return proof.person === undefined ? module : [...module, people];
}

/** Stand where a module's name stands: for what a person has confirmed, and for what sums up a level. */
export const people = 'confirmation';
export const level = 'level';

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
