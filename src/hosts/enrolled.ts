/** The enrolled rooms on disk. Read once a process; addresses that changed are written back a moment later, together. */
import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { parse, stringify } from 'yaml';
import { HostError } from '../core/errors.ts';
import type { Home } from '../core/home.ts';
import { enrolledRoom } from './enrolment.ts';
import type { EnrolledRoom } from './enrolment.ts';
import { locked } from './lock.ts';

/** Stands where a room's number stands, for what serves all rooms; no room can be called so. */
export const siteDevices = '_site';

/** As a person writes it on a command line. */
export const shownTarget = (room: string): string => (room === siteDevices ? '--site' : `--room ${room}`);

/** @returns `301` for `r301-s07` and `r301-spare02`, `siteDevices` for `site-router`. @throws HostError not-enrolled for anything else. */
export function roomOf(host: string): string {
  if (host === 'site-router') return siteDevices;
  const room = /^r([a-z0-9]{1,12})-(?:s|spare)\d{2,3}$/.exec(host)?.[1];
  if (room === undefined)
    throw new HostError(host, 'not-enrolled', 'expected the name of a seat, r301-s07 or r301-spare02');
  return room;
}

/** Host names hold the room in lower case, so its file is named that way too. */
export const enrolledFile = (home: Home, room: string): string =>
  path.join(home.enrolled, `room-${room.toLowerCase()}.yaml`);

/** @returns undefined when nothing of the room is enrolled. @throws when the file is damaged. */
export function readEnrolled(home: Home, room: string): EnrolledRoom | undefined {
  const file = enrolledFile(home, room);
  try {
    return enrolledRoom.parse(parse(readFileSync(file, 'utf8')));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new Error(`${file} is damaged; put back a copy or run examsite enroll ${shownTarget(room)}`, {
      cause: error,
    });
  }
}

/** Replaces the file with what `change` makes of its content. @returns what is in it now. */
export async function changeEnrolled(
  home: Home,
  room: string,
  change: (before: EnrolledRoom | undefined) => EnrolledRoom,
): Promise<EnrolledRoom> {
  const file = enrolledFile(home, room);
  await mkdir(home.enrolled, { recursive: true, mode: 0o700 });
  return locked(file, async () => {
    const after = enrolledRoom.parse(change(readEnrolled(home, room)));
    await writeFileAtomic(file, header + stringify(after), { mode: 0o600 });
    return after;
  });
}

const header = '# Written by examsite enroll. The host keys in here are what tells your PCs from any other machine.\n';

/** Address changes of one room, collected for half a second and written in one go. */
export class AddressBook {
  readonly #home: Home;
  readonly #room: string;
  readonly #changed = new Map<string, string>();
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<unknown> = Promise.resolve();

  constructor(home: Home, room: string) {
    this.#home = home;
    this.#room = room;
  }

  set(host: string, address: string): void {
    this.#changed.set(host, address);
    // A last address is a hint and no reason to keep the process alive; `flush` is there for who ends in order.
    this.#timer ??= setTimeout(() => void this.flush(), 500).unref();
  }

  flush(): Promise<unknown> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#changed.size > 0) {
      const changed = new Map(this.#changed);
      this.#changed.clear();
      this.#writing = this.#writing.then(() => this.#write(changed)).catch(() => undefined);
    }
    return this.#writing;
  }

  async #write(changed: ReadonlyMap<string, string>): Promise<void> {
    await changeEnrolled(this.#home, this.#room, (before) => {
      if (before === undefined) throw new Error('the room is no longer enrolled');
      const hosts = Object.entries(before.hosts).map(
        ([name, host]) => [name, { ...host, address: changed.get(name) ?? host.address }] as const,
      );
      return { ...before, hosts: Object.fromEntries(hosts) };
    });
  }
}
