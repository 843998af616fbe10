/**
 * First contact, the one place where an unknown host key is taken: finds the room's machines, asks each for its MAC, and matches them to
 * seats. Nothing is written to any machine, and nothing here is written to disk either: a person looks at the fingerprints first, then
 * `saveEnrolment` does.
 */
import pLimit from 'p-limit';
import type { LimitFunction } from 'p-limit';
import { CallError, HostError } from '../core/errors.ts';
import type { Home } from '../core/home.ts';
import type { Hello } from '../core/primitives.ts';
import { dial } from './dial.ts';
import { readEnrolled } from './enrolled.ts';
import type { EnrolledHost, EnrolledRoom, Network } from './enrolment.ts';
import { fingerprint } from './host-key.ts';
import { ensureIdentity } from './identity.ts';
import { LinkEnd } from './link.ts';
import { addressesOf } from './locate.ts';
import { Session } from './session.ts';
import { openTcp } from './tcp.ts';
import { defaultTiming } from './timing.ts';
import type { Timing } from './timing.ts';

/** What enrolment needs to know of a room; src/cli/commands/enroll.ts makes it from the inventory. */
export interface RoomToEnroll {
  readonly room: string;
  readonly platform: Hello['platform'];
  readonly subnet: string;
  /** Base URL as the PCs see it. */
  readonly depot: string;
  readonly ssh: { readonly user: string; readonly port: number; readonly network: Network };
  readonly seats: readonly SeatToEnroll[];
}
export interface SeatToEnroll {
  /** `r301-s07` */
  readonly name: string;
  readonly computer: string;
  readonly mac: string;
}

/** A machine that let the controller in. */
export interface Contact {
  readonly address: string;
  readonly hostKey: string;
  readonly machineId: string;
  readonly macs: readonly string[];
}
/** Something that speaks SSH and did not get as far as telling its MAC. */
export interface Refusal {
  readonly address: string;
  readonly reason: string;
}

/**
 * - `new`: seen for the first time
 * - `same`: enrolled, with this key
 * - `changed`: enrolled, with another key; kept as it was unless it is replaced by name
 * - `shared`: another machine has the same host key (cloned from one image with its keys): nothing could tell the two apart
 * - `ambiguous`: two machines say that they have this seat's MAC
 * - `missing`: no machine with this seat's MAC answered
 */
export type SeatState = 'new' | 'same' | 'changed' | 'shared' | 'ambiguous' | 'missing';

export interface SeatEnrolment extends SeatToEnroll {
  readonly state: SeatState;
  /** What was found; for `missing` and `ambiguous` nothing that could be used. */
  readonly found: EnrolledHost | undefined;
  readonly fingerprint: string | undefined;
  readonly enrolledFingerprint: string | undefined;
}

export interface Enrolment {
  readonly room: RoomToEnroll;
  readonly seats: readonly SeatEnrolment[];
  /** Machines that belong to no seat. */
  readonly strangers: readonly Contact[];
  readonly refusals: readonly Refusal[];
}

export interface EnrollOptions {
  readonly home: Home;
  readonly room: RoomToEnroll;
  /** LAN addresses to ask. @default every address of the room's subnet */
  readonly addresses?: readonly string[] | undefined;
  readonly onProgress?: ((progress: { asked: number; of: number; answered: number }) => void) | undefined;
  readonly timing?: Partial<Timing> | undefined;
}

/** An agent is started on each, and an old PC takes seconds for that; more at once only queue for this process's handshakes. */
const machinesAtOnce = 24;
const portsAtOnce = 128;
const handshakesAtOnce = 12;

export async function enrollRoom(options: EnrollOptions): Promise<Enrolment> {
  const { home, room, onProgress } = options;
  const timing = { ...defaultTiming, ...options.timing };
  const addresses = [...new Set(options.addresses ?? addressesOf(room.subnet))];
  const { privateKey } = ensureIdentity(home);
  const [ports, machines] = [pLimit(portsAtOnce), pLimit(machinesAtOnce)];
  const means: Means = { room, privateKey, timing, handshakes: pLimit(handshakesAtOnce) };
  const contacts: Contact[] = [];
  const refusals: Refusal[] = [];
  let asked = 0;
  const ask = async (address: string): Promise<void> => {
    if (await ports(() => listens(room, address, timing))) {
      const result = await machines(() => contact(address, means));
      if ('reason' in result) refusals.push(result);
      else contacts.push(result);
    }
    onProgress?.({ asked: ++asked, of: addresses.length, answered: contacts.length });
  };
  await Promise.all(addresses.map(ask));
  return { room, ...matchSeats(room.seats, room.platform, contacts, readEnrolled(home, room.room)), refusals };
}

async function listens({ ssh }: RoomToEnroll, address: string, { tcpMs }: Timing): Promise<boolean> {
  try {
    (await openTcp({ address: dial(ssh.network, address), port: ssh.port }, tcpMs)).destroy();
    return true;
  } catch {
    return false;
  }
}

interface Means {
  readonly room: RoomToEnroll;
  readonly privateKey: string;
  readonly timing: Timing;
  readonly handshakes: LimitFunction;
}

async function contact(address: string, { room, privateKey, timing, handshakes }: Means): Promise<Contact | Refusal> {
  const { user, port, network } = room.ssh;
  const target = { host: address, address, dial: dial(network, address), port, user, privateKey, hostKey: undefined };
  try {
    const session = await Session.open(target, room.platform, timing, handshakes);
    try {
      const { hello, link } = await session.agent();
      return { address, hostKey: session.hostKey, machineId: hello.machineId, macs: await link.macs() };
    } finally {
      await session.close();
    }
  } catch (error) {
    if (error instanceof HostError || error instanceof LinkEnd || error instanceof CallError)
      return { address, reason: error.message };
    throw error;
  }
}

/** Pure: which machine sits where. */
export function matchSeats(
  seats: readonly SeatToEnroll[],
  platform: Hello['platform'],
  contacts: readonly Contact[],
  before: EnrolledRoom | undefined,
): Pick<Enrolment, 'seats' | 'strangers'> {
  const machines = distinct(contacts);
  const owners = Map.groupBy(machines, ({ hostKey }) => hostKey);
  const matched = seats.map((seat): SeatEnrolment => {
    const previous = before?.hosts[seat.name];
    const enrolledFingerprint = previous && fingerprint(previous.hostKey);
    const [machine, second] = machines.filter(({ macs }) => macs.includes(seat.mac));
    if (machine === undefined || second !== undefined) {
      const state = machine === undefined ? 'missing' : 'ambiguous';
      return { ...seat, state, found: undefined, fingerprint: undefined, enrolledFingerprint };
    }
    const { address, hostKey, machineId } = machine;
    const shared = (owners.get(hostKey)?.length ?? 0) > 1;
    const state = shared
      ? 'shared'
      : previous === undefined
        ? 'new'
        : previous.hostKey === hostKey
          ? 'same'
          : 'changed';
    const found = { address, hostKey, mac: seat.mac, machineId, platform };
    return { ...seat, state, found, fingerprint: fingerprint(hostKey), enrolledFingerprint };
  });
  const macs = new Set(seats.map(({ mac }) => mac));
  return { seats: matched, strangers: machines.filter((machine) => !machine.macs.some((mac) => macs.has(mac))) };
}

/** One machine with two addresses is one machine: same key and same MACs. */
function distinct(contacts: readonly Contact[]): Contact[] {
  const identity = ({ hostKey, macs }: Contact): string => [hostKey, ...macs.toSorted()].join(' ');
  return [...Map.groupBy(contacts, identity).values()].flatMap(([first]) => first ?? []);
}
