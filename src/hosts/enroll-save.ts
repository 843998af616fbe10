/** Writes down what a person has agreed to. */
import { readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { Home } from '../core/home.ts';
import type { Enrolment, SeatEnrolment } from './enroll.ts';
import { changeEnrolled, readEnrolled } from './enrolled.ts';
import type { EnrolledRoom } from './enrolment.ts';

/** For people: `ssh -o UserKnownHostsFile=<this> -o HostKeyAlias=r301-s07 …`. examsite itself reads only the rooms' own files. */
export const knownHostsFile = (home: Home): string => path.join(home.enrolled, 'known_hosts');

/** @returns the seats that would be written: new ones, those to replace, and known ones that have moved. */
export function toSave(
  enrolment: Enrolment,
  replace: readonly string[],
  before: EnrolledRoom | undefined,
): SeatEnrolment[] {
  return enrolment.seats.filter(({ name, state, found }) => {
    if (state === 'new') return true;
    if (state === 'changed') return replace.includes(name);
    return state === 'same' && found !== undefined && found.address !== before?.hosts[name]?.address;
  });
}

/**
 * A machine that was not found stays enrolled as it was, and so does one whose key changed and that `replace` does not name.
 *
 * @param replace host names whose changed key a person has checked.
 */
export async function saveEnrolment(
  home: Home,
  enrolment: Enrolment,
  replace: readonly string[] = [],
): Promise<EnrolledRoom> {
  const { room, subnet, depot, ssh } = enrolment.room;
  const saved = await changeEnrolled(home, room, (before) => {
    const taken = toSave(enrolment, replace, before).flatMap(({ name, found }) =>
      found ? [[name, found] as const] : [],
    );
    // A machine sits at one seat: where a spare has taken a seat, it is no longer the spare.
    const moved = new Set(taken.map(([, { hostKey }]) => hostKey));
    const others = Object.entries(before?.hosts ?? {}).filter(([, { hostKey }]) => !moved.has(hostKey));
    return { room, ...ssh, subnet, depot, hosts: { ...Object.fromEntries(others), ...Object.fromEntries(taken) } };
  });
  // What was remembered is about the machine that sat there before.
  for (const name of replace) await rm(path.join(home.notes, `${name}.json`), { force: true });
  await writeKnownHosts(home);
  return saved;
}

async function writeKnownHosts(home: Home): Promise<void> {
  const rooms = readdirSync(home.enrolled).flatMap((file) => /^room-(\w+)\.yaml$/.exec(file)?.[1] ?? []);
  const hosts = rooms.flatMap((room) => Object.entries(readEnrolled(home, room)?.hosts ?? {}));
  const lines = hosts.map(([name, { hostKey }]) => `${name} ${hostKey}\n`).toSorted();
  await writeFileAtomic(knownHostsFile(home), lines.join(''), { mode: 0o600 });
}
