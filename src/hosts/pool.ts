/** All machines of a process: one session each, whoever asks. */
import pLimit from 'p-limit';
import type { LimitFunction } from 'p-limit';
import type { Home } from '../core/home.ts';
import type { DepotView, Host } from '../core/host.ts';
import { AddressBook, readEnrolled, roomOf } from './enrolled.ts';
import { Finder, notEnrolled } from './finder.ts';
import type { RoomAccess } from './finder.ts';
import { SshHost } from './host.ts';
import { ensureIdentity } from './identity.ts';
import { Locator } from './locate.ts';
import { FileNotes } from './notes.ts';
import { RemoteShell } from './shell.ts';
import { defaultTiming } from './timing.ts';
import type { Timing } from './timing.ts';

export interface PoolOptions {
  readonly home: Home;
  /** What machines may install, given the depot's address as they see it (`http://10.30.1.5:8080/`). Without it, `Host.depot` throws. */
  readonly depot?: ((baseUrl: string) => DepotView) | undefined;
  /** Handshakes at the same time. @default 12: key exchange is CPU of this process, and more at once only makes every one slower. */
  readonly connectConcurrency?: number | undefined;
  readonly timing?: Partial<Timing> | undefined;
}

export class HostPool {
  readonly #options: PoolOptions;
  readonly #timing: Timing;
  readonly #hosts = new Map<string, SshHost>();
  readonly #rooms = new Map<string, RoomAccess>();
  readonly #limit: LimitFunction;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#timing = { ...defaultTiming, ...options.timing };
    this.#limit = pLimit(options.connectConcurrency ?? 12);
  }

  /** Connects when first used; one that is not enrolled says so then. */
  host(name: string): Host {
    return this.#host(name);
  }

  /** Requests that went to all of its machines' agents. */
  get roundTrips(): number {
    return [...this.#hosts.values()].reduce((sum, host) => sum + host.roundTrips, 0);
  }

  /** Plain commands and file copies on the same connection as the host's agent. */
  session(name: string): RemoteShell {
    return new RemoteShell(this.#host(name));
  }

  /** Ends every session in order and writes down where the machines were. */
  async close(): Promise<void> {
    await Promise.all([...this.#hosts.values()].map((host) => host.close()));
    await Promise.all([...this.#rooms.values()].map(({ book }) => book.flush()));
  }

  #host(name: string): SshHost {
    const known = this.#hosts.get(name);
    if (known !== undefined) return known;
    const made = new SshHost(name, {
      finder: new Finder(name, () => this.#room(name), this.#limit, this.#timing),
      notes: new FileNotes(this.#options.home, name),
      depot: () => this.#depot(name),
      timing: this.#timing,
    });
    this.#hosts.set(name, made);
    return made;
  }

  /** @throws HostError not-enrolled */
  #room(host: string): RoomAccess {
    const room = roomOf(host);
    const known = this.#rooms.get(room);
    if (known !== undefined) return known;
    const { home } = this.#options;
    const enrolled = readEnrolled(home, room);
    if (enrolled === undefined) throw notEnrolled(host, room);
    const { privateKey } = ensureIdentity(home);
    const locator = new Locator(enrolled, this.#timing);
    const made = { enrolled, locator, privateKey, book: new AddressBook(home, room) };
    this.#rooms.set(room, made);
    return made;
  }

  #depot(host: string): DepotView {
    if (this.#options.depot === undefined) throw new Error(`${host}: this program opened its sessions without a depot`);
    return this.#options.depot(this.#room(host).enrolled.depot);
  }
}
