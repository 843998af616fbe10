/** `examsite validate`: every fault of every inventory file, in one list. */
import type { Problem } from '../core/errors.ts';
import { isOk } from '../core/finding.ts';
import type { Finding } from '../core/finding.ts';
import type { Home } from '../core/home.ts';
import { toProblem } from './fault.ts';
import { checkedRoom, checkedSite, inOrder, rooms } from './load.ts';
import { planFaults, sharedFaults } from './room-faults.ts';
import { roomFindings } from './rules.ts';

export interface Validation {
  readonly problems: readonly Problem[];
  /** One a room that was looked at, in the order of `rooms`. */
  readonly rooms: readonly ValidatedRoom[];
}
export interface ValidatedRoom {
  readonly room: string;
  readonly seats: number;
  readonly spares: number;
  /** Handbook rules (S2 …) that the inventory does not meet, or leaves open: no fault of the file, but the room is not GO with them. */
  readonly open: readonly Finding[];
}

/** @param only the rooms to look at; the others are still read, to see whether two rooms claim one address. */
export function validate(home: Home, only: readonly string[] = rooms(home)): Validation {
  const site = checkedSite(home);
  const all = new Map([...new Set([...rooms(home), ...only])].map((room) => [room, checkedRoom(home, room)]));
  const looked = only.map((room) => {
    const { problems = [], source, value } = all.get(room) ?? {};
    const others = [...all].flatMap(([name, other]) => (name === room ? [] : [other.source?.value]));
    const faults =
      source?.problems.length === 0 ? [...planFaults(source.value), ...sharedFaults(source.value, others)] : [];
    return {
      problems: [...problems, ...faults.map((fault) => toProblem(fault, source?.where ?? (() => room)))],
      rooms: value ? [summary(room, roomFindings(value, site.value), value.seats.length, value.spares.length)] : [],
    };
  });
  return {
    problems: inOrder([...site.problems, ...looked.flatMap((one) => one.problems)]),
    rooms: looked.flatMap((one) => one.rooms),
  };
}

function summary(room: string, findings: readonly Finding[], seats: number, spares: number): ValidatedRoom {
  return { room, seats, spares, open: findings.filter((finding) => !isOk(finding)) };
}
