// Does not prove anything about a real machine: the host here is a few fields that a made-up module reads and writes.
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { converge } from './converge.ts';
import { ConvergeError, HostError } from './errors.ts';
import type { Finding, Json, Verdict } from './finding.ts';
import { notesIn } from '../../modules/scripted-host.ts';
import type { Host, PrimitiveName, Value } from './host.ts';
import type { Applied, Module } from './module.ts';
import type { Hello } from './primitives.ts';
import { wantRestart } from './restart.ts';

/** A machine with one setting, which takes effect at the next restart when `staged` is used. */
class Machine implements Pick<Host, 'name' | 'restart' | 'hello' | 'notes' | 'call'> {
  readonly name = 'r301-s01';
  readonly notes = notesIn(new Map<string, Json>());
  /** Windows' own sign of a restart that must come. */
  waits = false;
  hello(): Promise<Hello> {
    return Promise.resolve({ bootTime: `2022-11-18T08:0${this.restarts}:00Z` } as Hello);
  }
  call<K extends PrimitiveName>(name: K): Promise<Value<K>> {
    const answer = name === 'registry.find' ? { keys: [] } : { exists: this.waits, values: {}, subkeys: [] };
    return Promise.resolve(answer as unknown as Value<K>);
  }
  value = 'old';
  staged: string | undefined;
  writes = 0;
  restarts = 0;
  restart(): Promise<void> {
    this.restarts += 1;
    this.value = this.staged ?? this.value;
    return Promise.resolve();
  }
}

const finding = (verdict: Verdict, actual: string): Finding => ({
  requirement: 'P6',
  property: 'value',
  expected: 'new',
  actual,
  verdict,
  sentence: { zh: `应为 new，实为 ${actual}`, en: `expected new, got ${actual}` },
});

function moduleFor(
  machine: Machine,
  apply: () => { restartRequired: boolean },
  wrong: Verdict = 'drifted',
): Module<Record<string, never>, string> {
  return {
    name: 'thing',
    token: 'test:index:Thing',
    requirements: ['P6'],
    desired: z.strictObject({}),
    actual: z.string(),
    read: () => Promise.resolve(machine.value),
    plan: (_desired, actual) => [finding(actual === 'new' ? 'ok' : wrong, actual)],
    apply: () => {
      machine.writes += 1;
      return Promise.resolve(apply());
    },
    undo: () => Promise.resolve({ restartRequired: false }),
  };
}

const run = (machine: Machine, apply: () => { restartRequired: boolean }, wrong?: Verdict) =>
  converge(moduleFor(machine, apply, wrong), machine as unknown as Host, {});

test('only looks at a machine that is already as required', async () => {
  const machine = new Machine();
  machine.value = 'new';
  const result = await run(machine, () => ({ restartRequired: false }));
  expect(result).toMatchObject({ passes: 0, restarts: 0 });
  expect(machine.writes).toBe(0);
});

test('looks again after it has acted, and believes only what it sees', async () => {
  const machine = new Machine();
  await expect(run(machine, () => ({ restartRequired: false }))).rejects.toThrow(
    'r301-s01 thing.value: expected new, got old [P6 drifted]',
  );
  expect(machine.writes).toBe(1);
});

test('restarts when the module asks for it, and goes on afterwards', async () => {
  const machine = new Machine();
  const result = await run(machine, () => {
    machine.staged = 'new';
    return { restartRequired: true };
  });
  expect(result).toMatchObject({ passes: 1, restarts: 1 });
});

test('does not touch a machine that no program can repair', async () => {
  const machine = new Machine();
  await expect(run(machine, () => ({ restartRequired: false }), 'failed')).rejects.toThrow(ConvergeError);
  expect(machine.writes).toBe(0);
});

test('looks again when the session dies under an apply, and does only what is still missing', async () => {
  const machine = new Machine();
  const result = await run(machine, () => {
    machine.value = 'new';
    throw new HostError('r301-s01', 'session-lost', 'connection reset', true);
  });
  expect(result.passes).toBe(1);
  expect(machine.writes).toBe(1);
});

test('gives up a machine that drops every session', async () => {
  const machine = new Machine();
  await expect(
    run(machine, () => {
      throw new HostError('r301-s01', 'session-lost', 'connection reset', true);
    }),
  ).rejects.toThrow('session-lost');
  expect(machine.writes).toBe(4);
});

test('gives up a machine that restarts for ever without getting better', async () => {
  const machine = new Machine();
  await expect(run(machine, () => ({ restartRequired: true }))).rejects.toThrow(ConvergeError);
  expect(machine.restarts).toBe(6);
});

describe('a module that may wait for the restart of its machine', () => {
  const waiting = (machine: Machine, apply: () => Applied | Promise<Applied>, wrong?: Verdict) => {
    const plain = moduleFor(machine, () => ({ restartRequired: false }), wrong);
    const one = { ...plain, mayWait: true as const, apply: async () => ((machine.writes += 1), apply()) };
    return converge(one, machine as unknown as Host, {});
  };
  const nothing = () => ({ restartRequired: false });

  test('is left undone after the installer that asked, and not told to install again', async () => {
    const machine = new Machine();
    const result = await waiting(machine, async () => {
      await wantRestart(machine as unknown as Host, 'thing', 'setup.exe ended with 3010');
      machine.value = 'half';
      return { restartRequired: false };
    });
    expect(result.undone).toMatchObject([{ property: 'value', actual: 'half' }]);
    expect(machine.writes).toBe(1);
  });

  test('is left undone where another waits, once it can do no more itself', async () => {
    const machine = new Machine();
    await wantRestart(machine as unknown as Host, 'other', 'setup.exe ended with 3010');
    expect((await waiting(machine, nothing)).undone).toHaveLength(1);
    expect(machine.writes).toBe(1);

    const windows = new Machine();
    windows.waits = true;
    expect((await waiting(windows, nothing, 'failed')).undone).toHaveLength(1);
    expect(windows.writes).toBe(0);
  });

  test('is left undone when it gives up what it has begun, and fails with that word where nothing waits', async () => {
    const stops = (machine: Machine) => () =>
      Promise.reject(new ConvergeError(machine.name, 'thing', [finding('failed', 'step 2 of 5')]));
    const machine = new Machine();
    machine.waits = true;
    expect((await waiting(machine, stops(machine))).undone).toHaveLength(1);

    const settled = new Machine();
    await expect(waiting(settled, stops(settled))).rejects.toThrow('expected new, got step 2 of 5');
  });

  test('fails as ever when the restart has come', async () => {
    const machine = new Machine();
    await wantRestart(machine as unknown as Host, 'thing', 'setup.exe ended with 3010');
    await machine.restart();
    await expect(waiting(machine, nothing)).rejects.toThrow(ConvergeError);
  });
});
