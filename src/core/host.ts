/** A machine as modules see it: a handful of primitives, a restart, and what the controller remembers of it. */
import type { Hello, Primitives } from './primitives.ts';
import type { Json } from './finding.ts';

export type PrimitiveName = keyof Primitives;
export type Args<K extends PrimitiveName> = Primitives[K]['args'];
export type Value<K extends PrimitiveName> = Primitives[K]['value'];

export interface Host {
  /** Stable logical name: `r301-s07`, `r301-spare02`. */
  readonly name: string;
  /** What the agent said when the channel opened; a new one after every restart. Connects where needed. */
  hello(): Promise<Hello>;
  /**
   * Runs one primitive on the machine. Calls made in the same turn of the event loop travel together: `Promise.all` of ten calls is one
   * round trip. Calls of one turn are executed in the order they were made, and each has its own result or CallError.
   *
   * @throws CallError when the machine refused this call; HostError when there is no answer to be had.
   */
  call<K extends PrimitiveName>(name: K, args: Args<K>): Promise<Value<K>>;
  /**
   * Restarts the machine and returns when a *new* boot time answers at the same host key, wherever DHCP has put it.
   *
   * @throws HostError with code `restart-timeout` when it did not come back in time.
   */
  restart(): Promise<void>;
  /**
   * Waits for a machine that goes down, or is down, by itself, until it answers.
   *
   * @param since a boot time: only another one counts
   * @throws HostError with code `restart-timeout` when it does not answer in time
   */
  untilBack(since?: string): Promise<void>;
  /** After the machine's address was changed under the session: forget the connection and find the same host key again. */
  relocate(address: string): Promise<void>;
  /** What may be installed, and where the machine fetches it. */
  readonly depot: DepotView;
  /** Facts about this machine that must outlive a controller and must not be on the machine (a restore card would forget them). */
  readonly notes: Notes;
}

/** The depot's lock as modules see it. Methods throw UserError when the lock has no such thing. */
export interface DepotView {
  /** What `download` needs for one artifact: the address as the PCs see it, size and SHA-256 from the lock. */
  artifact(product: string, version: string): Artifact;
  /** Every wheel of a closed lock: `L2`. */
  wheels(lock: string): readonly Artifact[];
}

export interface Artifact {
  readonly url: string;
  /** File name, ASCII. */
  readonly file: string;
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
}

/** Small JSON values per machine, on the controller's disk, written atomically. */
export interface Notes {
  get(key: string): Promise<Json | undefined>;
  set(key: string, value: Json): Promise<void>;
  delete(key: string): Promise<void>;
}
