/** Opens sessions to one enrolled machine, wherever it is: at its last address, else wherever its host key answers. */
import type { LimitFunction } from 'p-limit';
import { HostError } from '../core/errors.ts';
import { HostKeyChanged } from './connection.ts';
import { dial } from './dial.ts';
import { shownTarget, type AddressBook } from './enrolled.ts';
import type { EnrolledHost, EnrolledRoom } from './enrolment.ts';
import type { Locator } from './locate.ts';
import { Session } from './session.ts';
import { backoff, sleep } from './timing.ts';
import type { Timing } from './timing.ts';

/** What the machines of one room have in common. */
export interface RoomAccess {
  readonly enrolled: EnrolledRoom;
  readonly locator: Locator;
  readonly book: AddressBook;
  readonly privateKey: string;
}

export class Finder {
  readonly #host: string;
  readonly #room: () => RoomAccess;
  readonly #limit: LimitFunction;
  readonly #timing: Timing;
  /** Last known; undefined: as enrolled. */
  #address: string | undefined;
  #written: string | undefined;

  /** @param limit bounds the handshakes of the whole process. */
  constructor(host: string, room: () => RoomAccess, limit: LimitFunction, timing: Timing) {
    this.#host = host;
    this.#room = room;
    this.#limit = limit;
    this.#timing = timing;
  }

  expectAt(address: string): void {
    this.#address = address;
  }

  /**
   * @param deadline in milliseconds since the epoch: how long to look for a machine that is not at its last address; 0: once.
   * @throws HostError not-enrolled, unreachable, host-key-changed, auth-failed
   */
  async open(deadline: number): Promise<Session> {
    const { handshakeMs, movingMs } = this.#timing;
    for (let attempt = 0; ; attempt++) {
      const patience = deadline === 0 ? handshakeMs : Math.min(handshakeMs, movingMs * 2 ** attempt);
      try {
        return await this.#open(deadline, { ...this.#timing, handshakeMs: patience });
      } catch (error) {
        if (!mayBeElsewhere(error) || Date.now() >= deadline) throw error;
        await sleep(backoff(this.#timing.rescanMs, attempt));
      }
    }
  }

  async #open(deadline: number, timing: Timing): Promise<Session> {
    const room = this.#room();
    const entry = room.enrolled.hosts[this.#host];
    if (entry === undefined) throw notEnrolled(this.#host, room.enrolled.room);
    let address = this.#address ?? entry.address;
    // Where it was last; then where the locator says, which may be an earlier sighting; then where a scan has just seen it.
    for (let looks = 0; ; looks++) {
      try {
        return await this.#openAt(address, entry, room, timing);
      } catch (error) {
        if (!mayBeElsewhere(error) || looks === 2) throw error;
        if (error instanceof HostKeyChanged) room.locator.sighted(error.seen, address);
        const found = await room.locator.find(entry.hostKey, [address, entry.address], deadline);
        if (found === undefined) throw this.#blame(error, address, room.enrolled);
        address = found;
      }
    }
  }

  /** Its address went to a neighbour that is known: then it is off, and nobody's key has changed. */
  #blame(error: unknown, address: string, { hosts }: EnrolledRoom): unknown {
    if (!(error instanceof HostKeyChanged)) return error;
    const neighbour = Object.entries(hosts).find(([, { hostKey }]) => hostKey === error.seen)?.[0];
    if (neighbour === undefined) return error;
    const message = `is nowhere in its subnet; its last address ${address} now belongs to ${neighbour}; is the PC on, is its cable in?`;
    return new HostError(this.#host, 'unreachable', message);
  }

  async #openAt(
    address: string,
    entry: EnrolledHost,
    { enrolled, locator, book, privateKey }: RoomAccess,
    timing: Timing,
  ): Promise<Session> {
    const { port, user, network } = enrolled;
    const { hostKey, platform } = entry;
    const target = { host: this.#host, address, dial: dial(network, address), port, user, privateKey, hostKey };
    const session = await Session.open(target, platform, timing, this.#limit);
    void session.closed.then(locator.occupy(address));
    this.#address = address;
    if (address !== (this.#written ?? entry.address)) book.set(this.#host, address);
    this.#written = address;
    return session;
  }
}

const mayBeElsewhere = (error: unknown): boolean =>
  error instanceof HostKeyChanged || (error instanceof HostError && error.code === 'unreachable');

export const notEnrolled = (host: string, room: string): HostError =>
  new HostError(host, 'not-enrolled', `is not enrolled; run: examsite enroll ${shownTarget(room)}`);
