/** What was done to a PC, and by whom. Tests prove with it that a machine was left alone. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { Refusal } from './fault.ts';

/**
 * - `ssh`: came in through the SSH server: primitives, sftp, and all that a program does which was started that way
 * - `machine`: the system itself: booting, a service that updates something
 * - `person`: somebody at the PC; `examsite lab do`
 */
export type Actor = 'ssh' | 'machine' | 'person';
export type EventKind = 'file' | 'registry' | 'service' | 'task' | 'net' | 'card' | 'power';

export interface JournalEvent {
  /** RFC 3339, UTC. */
  readonly time: string;
  readonly actor: Actor;
  readonly kind: EventKind;
  /** `write`, `delete`, `stop`, `restart`. */
  readonly action: string;
  /** Path, key or name. */
  readonly what: string;
  /** It went to the restore card's overlay: a restart forgets it. */
  readonly overlay: boolean;
}

export interface JournalData {
  readonly writes: number;
  readonly events: readonly JournalEvent[];
}

/** Carried through every await, so that a program's effects count as the work of whoever started it. */
const current = new AsyncLocalStorage<{ actor: Actor; journal: Journal; boot: number }>();

const kept = 5000;
const temporary = /\\te?mp\\/i;

export class Journal {
  #writes: number;
  #events: JournalEvent[];
  #boot = 0;
  /** Called after each event. */
  onRecord: () => void = () => undefined;

  constructor(data?: JournalData) {
    this.#writes = data?.writes ?? 0;
    this.#events = [...(data?.events ?? [])];
  }

  /** Changes that came through SSH and are not in a temporary folder. Power events are recorded, not counted. */
  get writes(): number {
    return this.#writes;
  }

  get events(): readonly JournalEvent[] {
    return this.#events;
  }

  /** Does something on this machine in somebody's name; it ends with the machine's power. */
  act<T>(actor: Actor, work: () => T): T {
    return current.run({ actor, journal: this, boot: this.#boot }, work);
  }

  /** The power went: whatever was running can do nothing more. */
  powerLost(): void {
    this.#boot++;
  }

  /** @throws Refusal when the caller was started before the machine last lost its power: a dead program writes nothing. */
  assertAlive(): void {
    const context = current.getStore();
    if (context?.journal === this && context.boot !== this.#boot) {
      throw new Refusal('failed', 'the machine restarted under this program');
    }
  }

  record(kind: EventKind, action: string, what: string, overlay = false): void {
    const actor = current.getStore()?.actor ?? 'person';
    this.#events.push({ time: new Date().toISOString(), actor, kind, action, what, overlay });
    if (this.#events.length > kept) this.#events = this.#events.slice(-kept / 2);
    if (actor === 'ssh' && kind !== 'power' && !temporary.test(what)) this.#writes++;
    this.onRecord();
  }

  toJSON(): JournalData {
    return { writes: this.#writes, events: this.#events };
  }
}
