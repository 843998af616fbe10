/** A Host that works on the model itself: what a module's test needs, without SSH, sockets or waiting. */
import { setTimeout as sleep } from 'node:timers/promises';
import { CallError, HostError } from '../core/errors.ts';
import type { Args, DepotView, Host, Notes, PrimitiveName, Value } from '../core/host.ts';
import type { Json } from '../core/finding.ts';
import type { Call, Hello, StepResult } from '../core/primitives.ts';
import type { Pc } from './pc/pc.ts';
import { perform } from './pc/primitives/perform.ts';
import { helloOf } from './pc/hello.ts';

export interface DirectHost extends Host {
  /** Batches answered so far: a module's `read` may use one. */
  readonly roundTrips: number;
}

interface Waiting {
  readonly call: Call;
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
}

/** How long `untilBack` waits: a restart of the model takes no time. */
const returnMs = 5000;

/** What a direct host says in hello: there is no agent, so this is the hash of nothing. */
const noAgent = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

export function directHost(pc: Pc, depot: DepotView): DirectHost {
  return new Direct(pc, depot);
}

class Direct implements DirectHost {
  readonly name: string;
  readonly depot: DepotView;
  readonly notes: Notes = memoryNotes();
  readonly #pc: Pc;
  #waiting: Waiting[] = [];
  roundTrips = 0;

  constructor(pc: Pc, depot: DepotView) {
    this.#pc = pc;
    this.name = pc.name;
    this.depot = depot;
  }

  async hello(): Promise<Hello> {
    await Promise.resolve();
    this.#assertReachable();
    return helloOf(this.#pc, noAgent);
  }

  call<K extends PrimitiveName>(name: K, args: Args<K>): Promise<Value<K>> {
    return new Promise<Value<K>>((resolve, reject) => {
      if (this.#waiting.length === 0) setImmediate(() => void this.#flush());
      // JSON there and back, as over the wire: what does not survive it must not work here either.
      const sent = JSON.parse(JSON.stringify(args)) as Args<K>;
      this.#waiting.push({ call: { name, args: sent }, resolve, reject });
    });
  }

  async restart(): Promise<void> {
    this.#assertReachable();
    await this.#pc.restart();
  }

  async untilBack(since?: string): Promise<void> {
    const deadline = Date.now() + returnMs;
    while (!this.#reachable || helloOf(this.#pc, noAgent).bootTime === since) {
      if (Date.now() > deadline) throw new HostError(this.name, 'restart-timeout', `not back within ${returnMs} ms`);
      await sleep(5);
    }
  }

  /** There is no connection to forget; the address must be the machine's, as it would have to be for SSH. */
  async relocate(address: string): Promise<void> {
    await Promise.resolve();
    if (this.#pc.nic.address === address && this.#pc.nic.reachable) return;
    throw new HostError(this.name, 'unreachable', `nothing answers at ${address}`);
  }

  async #flush(): Promise<void> {
    const batch = this.#waiting;
    this.#waiting = [];
    this.roundTrips++;
    for (const { call, resolve, reject } of batch) {
      try {
        this.#assertReachable();
        const result = await this.#pc.journal.act('ssh', () => perform(this.#pc, call));
        resolve(valueOf(call.name, result) as never);
      } catch (error) {
        reject(error);
      }
    }
  }

  get #reachable(): boolean {
    return this.#pc.power === 'on' && this.#pc.nic.reachable && this.#pc.nic.address !== null;
  }

  #assertReachable(): void {
    if (this.#reachable) return;
    throw new HostError(this.name, 'unreachable', 'nothing answers');
  }
}

function valueOf(name: PrimitiveName, result: StepResult): Json {
  if ('error' in result) throw new CallError(name, result.error);
  return result.ok;
}

export function memoryNotes(): Notes {
  const held = new Map<string, Json>();
  return {
    get: (key) => Promise.resolve(held.get(key)),
    set: (key, value) => {
      held.set(key, value);
      return Promise.resolve();
    },
    delete: (key) => {
      held.delete(key);
      return Promise.resolve();
    },
  };
}
