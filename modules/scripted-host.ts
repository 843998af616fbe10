/** A machine that is only its answers: what the cases of a module hold under `machine`. It cannot be changed, so it proves that `read` looks only. */
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { CallError, HostError, type HostErrorCode } from '../src/core/errors.ts';
import type { Json } from '../src/core/finding.ts';
import type { Args, DepotView, Host, Notes, PrimitiveName, Value } from '../src/core/host.ts';
import { readOnly, type Hello, type WireError } from '../src/core/primitives.ts';

/** `args` may be partial: the first answer whose `args` are all in the call's is taken. */
export const answer = z.strictObject({
  call: z.string(),
  args: z.record(z.string(), z.json()).default({}),
  ok: z.json().optional(),
  error: z.looseObject({ code: z.string(), message: z.string() }).optional(),
});
export type Answer = z.infer<typeof answer>;

const hello: Hello = {
  protocol: 1,
  agent: '0'.repeat(64),
  platform: 'windows',
  osVersion: '10.0.19045',
  bootTime: '2022-11-18T08:00:00Z',
  machineId: '8a1d2c60-5e0f-4b7e-9a53-1f0c2ad4b001',
  pid: 4711,
};

export class ScriptedHost implements Host {
  readonly name = 'r301-s07';
  /** Calls of one turn of the event loop are one. */
  roundTrips = 0;
  readonly notes: Notes;
  readonly depot: DepotView = {
    artifact: () => {
      throw new Error('a case has no depot: read must not need one');
    },
    wheels: () => {
      throw new Error('a case has no depot: read must not need one');
    },
  };
  private readonly answers: readonly Answer[];
  private readonly silent: HostErrorCode | undefined;
  private turn: Promise<void> | undefined;

  /** @param silent every call fails with this HostError. */
  constructor(answers: readonly Answer[], notes: Record<string, Json> = {}, silent?: HostErrorCode) {
    this.answers = answers;
    this.silent = silent;
    this.notes = notesIn(new Map(Object.entries(notes)));
  }

  hello(): Promise<Hello> {
    if (this.silent !== undefined) return Promise.reject(new HostError(this.name, this.silent, 'no answer'));
    const scripted = this.answers.find((one) => one.call === 'hello');
    return Promise.resolve({ ...hello, ...(scripted?.ok as Partial<Hello> | undefined) });
  }

  async call<K extends PrimitiveName>(name: K, args: Args<K>): Promise<Value<K>> {
    await this.travel();
    if (this.silent !== undefined) throw new HostError(this.name, this.silent, 'no answer');
    if (!readOnly.has(name) && (args as { readOnly?: boolean }).readOnly !== true) {
      throw new Error(`read called ${name}, which changes the machine`);
    }
    const found = this.answers.find((one) => one.call === name && includes(args, one.args));
    if (found === undefined) throw new Error(`the case has no answer to ${name} ${JSON.stringify(args)}`);
    if (found.error !== undefined) throw new CallError(name, found.error as WireError);
    return found.ok as Value<K>;
  }

  restart(): Promise<void> {
    return Promise.reject(new Error('modules never restart a machine'));
  }

  untilBack(): Promise<void> {
    return Promise.reject(new Error('read must not wait for a machine'));
  }

  relocate(): Promise<void> {
    return Promise.reject(new Error('read must not relocate'));
  }

  private travel(): Promise<void> {
    this.turn ??= new Promise((resolve) => {
      this.roundTrips += 1;
      setImmediate(() => {
        this.turn = undefined;
        resolve();
      });
    });
    return this.turn;
  }
}

const includes = (args: object, wanted: Record<string, unknown>): boolean =>
  Object.entries(wanted).every(([key, value]) => isDeepStrictEqual((args as Record<string, unknown>)[key], value));

/** Notes that live as long as the map. */
export function notesIn(map: Map<string, Json>): Notes {
  return {
    get: (key) => Promise.resolve(map.get(key)),
    set: (key, value) => Promise.resolve(void map.set(key, value)),
    delete: (key) => Promise.resolve(void map.delete(key)),
  };
}
