// Does not prove how a real card behaves: the simulated ones forget what was written while they were frozen, and DFC.exe's answer to a
// wrong password is assumed.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { converge } from '../../src/core/converge.ts';
import { ConvergeError } from '../../src/core/errors.ts';
import type { Finding } from '../../src/core/finding.ts';
import { installCardSoftware } from '../../src/lab/pc/card-software.ts';
import { dfc } from '../../src/lab/programs/dfc.ts';
import { uwfmgr } from '../../src/lab/programs/uwf.ts';
import type { PrimitiveName } from '../../src/core/host.ts';
import { simulatedPc, type SimulatedPc, type SimulatedPcOptions } from '../../src/lab/testing.ts';
import { runCases } from '../cases.ts';
import { restoreCard } from './module.ts';
import type { Desired } from './schema.ts';

runCases(restoreCard, import.meta.dirname);

const password = 'ice"cold\\4711';
const deepFreeze = restoreCard.desired.parse({ driver: 'deep-freeze', password: { env: 'EXAMSITE_TEST_DF' } });
const uwf = restoreCard.desired.parse({ driver: 'uwf' });
const byHand = restoreCard.desired.parse({ driver: 'by-hand', product: '噢易还原卡' });
const none = restoreCard.desired.parse({ driver: 'none' });

beforeEach(() => vi.stubEnv('EXAMSITE_TEST_DF', password));
afterEach(() => vi.unstubAllEnvs());

const software: NonNullable<SimulatedPcOptions['software']> = {
  programs: { dfc, uwfmgr },
  webdriver: () => Promise.reject(new Error('not needed here')),
};
/** As the school hands it over: the card's software is installed, then it protects or does not. */
async function pcWith(card: NonNullable<SimulatedPcOptions['card']> = { kind: 'none' }): Promise<SimulatedPc> {
  const pc = await simulatedPc({ software, card: { ...card, frozen: false } });
  pc.machine.journal.act('machine', () => {
    installCardSoftware(pc.machine, card);
    pc.machine.card.seal(card.frozen ?? false);
  });
  return pc;
}
const frozenDeepFreeze = { kind: 'deep-freeze', frozen: true, password } as const;

async function look({ host }: SimulatedPc, desired: Desired): Promise<Finding[]> {
  return restoreCard.plan(desired, await restoreCard.read(host, desired));
}
const verdicts = (findings: readonly Finding[]): string[] =>
  findings.map(({ property, verdict }) => `${property} ${verdict}`);
async function refusal(work: Promise<unknown>): Promise<ConvergeError> {
  const error: unknown = await work.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ConvergeError);
  return error as ConvergeError;
}
const overlayWrites = ({ machine }: SimulatedPc) =>
  machine.journal.events.filter(({ overlay, actor }) => overlay && actor === 'ssh');

describe.each([
  ['Deep Freeze', frozenDeepFreeze, deepFreeze],
  ['UWF', { kind: 'uwf', frozen: true } as const, uwf],
])('%s that is on', (_name, card, desired) => {
  test('is opened, then proved over two restarts, and nothing is written before it is open', async () => {
    const pc = await pcWith(card);
    expect(verdicts(await look(pc, desired))).toStrictEqual(['driver ok', 'enabled drifted', 'canary drifted']);
    const { findings, restarts } = await converge(restoreCard, pc.host, desired);
    expect(verdicts(findings)).toStrictEqual(['driver ok', 'enabled ok', 'canary ok']);
    expect(restarts).toBe(3);
    expect(overlayWrites(pc)).toStrictEqual([]);
    expect((await converge(restoreCard, pc.host, desired)).passes).toBe(0);
  });

  test('is put back as it was found, without a trace', async () => {
    const pc = await pcWith(card);
    const before = traces(pc);
    await converge(restoreCard, pc.host, desired);
    expect(traces(pc)).not.toStrictEqual(before);
    expect(await restoreCard.undo(pc.host, desired)).toStrictEqual({ restartRequired: true });
    await pc.host.restart();
    expect(pc.machine.card.frozen).toBe(true);
    expect(traces(pc)).toStrictEqual(before);
    expect(await pc.host.notes.get('restore-card')).toBeUndefined();
    expect(await restoreCard.undo(pc.host, desired)).toStrictEqual({ restartRequired: false });
  });

  test('that is switched on again later is found by the next look', async () => {
    const pc = await pcWith(card);
    await converge(restoreCard, pc.host, desired);
    pc.machine.card.setNextBoot(true);
    await pc.machine.restart();
    expect(verdicts(await look(pc, desired))).toStrictEqual(['driver ok', 'enabled drifted', 'canary drifted']);
  });
});

describe('Deep Freeze', () => {
  test('with a wrong password: nothing is changed, and the password is nowhere in the error', async () => {
    const pc = await pcWith({ ...frozenDeepFreeze, password: 'another' });
    const { message } = await refusal(converge(restoreCard, pc.host, deepFreeze));
    expect(message).toContain('exit code 5');
    expect(message).not.toContain('ice');
    expect(pc.machine.card.nextBootFrozen).toBe(true);
    expect(pc.machine.journal.writes).toBe(0);
  });

  test('never puts the password into notes, state or findings', async () => {
    const pc = await pcWith(frozenDeepFreeze);
    const { actual, findings } = await converge(restoreCard, pc.host, deepFreeze);
    const kept = JSON.stringify([actual, findings, await pc.host.notes.get('restore-card')]);
    expect(kept).not.toContain('cold');
  });

  test('that closes itself again and again is given up, and says so', async () => {
    const pc = await pcWith(frozenDeepFreeze);
    const restart = pc.host.restart.bind(pc.host);
    // The console's own schedule freezes it whatever DFC.exe was told.
    pc.host.restart = () => {
      pc.machine.card.setNextBoot(true);
      return restart();
    };
    const { findings } = await refusal(converge(restoreCard, pc.host, deepFreeze));
    expect(findings.map(({ property, verdict }) => `${property} ${verdict}`)).toStrictEqual([
      'enabled failed',
      'canary failed',
    ]);
    expect(findings[0]?.sentence.en).toContain('on again after it was opened twice');
    expect(overlayWrites(pc)).toStrictEqual([]);
  });

  test('that the inventory denies fails, and is left alone', async () => {
    const pc = await pcWith(frozenDeepFreeze);
    const { findings } = await refusal(converge(restoreCard, pc.host, none));
    expect(findings[0]).toMatchObject({
      property: 'driver',
      expected: 'none',
      actual: 'deep-freeze',
      verdict: 'failed',
    });
    expect(pc.machine.journal.writes).toBe(0);
  });
});

describe('a card without a command line', () => {
  test('that is closed takes the canary: the operator is told what to do, and the next run proves it', async () => {
    const pc = await pcWith({ kind: 'hardware', frozen: true });
    const { findings } = await refusal(converge(restoreCard, pc.host, byHand));
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({ property: 'canary', actual: 0, verdict: 'failed' });
    expect(findings[0]?.sentence.zh).toContain('请手动开放噢易还原卡');
    expect(findings[0]?.sentence.en).toContain('C:\\ProgramData\\examsite\\canary');
    expect(verdicts(await look(pc, byHand)), 'until somebody restarts it').toStrictEqual([
      'driver ok',
      'canary failed',
    ]);
    pc.machine.card.setNextBoot(false);
    await pc.machine.restart();
    const { findings: after, restarts } = await converge(restoreCard, pc.host, byHand);
    expect([verdicts(after), restarts]).toStrictEqual([['driver ok', 'canary ok'], 2]);
  });

  test('that restores every second time only is caught by the second restart', async () => {
    const pc = await pcWith({ kind: 'hardware', frozen: true, restoreEvery: 2 });
    const { findings } = await refusal(converge(restoreCard, pc.host, none));
    expect(findings[0]).toMatchObject({ property: 'canary', actual: 1, verdict: 'failed' });
    expect(findings[0]?.sentence.en).toContain('service hdguard');
  });

  test('that is closed after the proof is found out by the second look, although the old canary is still there', async () => {
    const pc = await pcWith({ kind: 'hardware' });
    await converge(restoreCard, pc.host, byHand);
    pc.machine.card.setNextBoot(true);
    await pc.machine.restart();
    expect(verdicts(await look(pc, byHand)), 'nothing is lost yet').toStrictEqual(['driver ok', 'canary ok']);
    await pc.machine.restart();
    const found = await look(pc, byHand);
    expect(verdicts(found)).toStrictEqual(['driver ok', 'canary drifted']);
    expect(found[1]?.sentence.en).toContain('a card may be closed again');
    const { findings } = await refusal(converge(restoreCard, pc.host, byHand));
    expect(findings[0]?.sentence.zh).toContain('请手动开放噢易还原卡');
  });

  test('that stays open stays proved over any number of restarts, also where Windows does not count them', async () => {
    for (const counts of [true, false]) {
      const pc = await pcWith({ kind: 'hardware' });
      if (!counts) pc.machine.countStart = () => undefined;
      await converge(restoreCard, pc.host, byHand);
      for (let start = 0; start < 3; start += 1) {
        await pc.machine.restart();
        expect(verdicts(await look(pc, byHand))).toStrictEqual(['driver ok', 'canary ok']);
      }
    }
  });

  test('leaves no canary behind when the PC is given back', async () => {
    const pc = await pcWith({ kind: 'hardware' });
    const before = traces(pc);
    await converge(restoreCard, pc.host, byHand);
    expect(await restoreCard.undo(pc.host, byHand)).toStrictEqual({ restartRequired: false });
    expect(traces(pc)).toStrictEqual(before);
  });
});

describe('a proof that is interrupted', () => {
  test('by a power cut between the two restarts goes on where it was', async () => {
    const pc = await pcWith();
    await step(pc, none);
    await pc.machine.restart();
    await look(pc, none);
    await pc.machine.restart();
    expect(verdicts(await look(pc, none))).toStrictEqual(['driver ok', 'canary ok']);
  });

  test('by a kill while the canary is written plants a new one, and calls nothing restored', async () => {
    const pc = await pcWith();
    const call = pc.host.call.bind(pc.host);
    pc.host.call = (name: PrimitiveName, args: never) =>
      name === 'registry.write' ? Promise.reject(new Error('killed')) : call(name, args);
    await expect(step(pc, none)).rejects.toThrow('killed');
    pc.host.call = call;
    await pc.machine.restart();
    expect(verdicts(await look(pc, none))).toStrictEqual(['driver ok', 'canary drifted']);
    expect((await converge(restoreCard, pc.host, none)).restarts).toBe(2);
  });

  test('by a person who deletes the canary without a restart is begun anew', async () => {
    const pc = await pcWith();
    await step(pc, none);
    pc.machine.files.delete('C:\\ProgramData\\examsite\\canary');
    expect(verdicts(await look(pc, none))).toStrictEqual(['driver ok', 'canary drifted']);
  });
});

/** One pass, without the restart that it asks for. */
async function step({ host }: SimulatedPc, desired: Desired): Promise<void> {
  const actual = await restoreCard.read(host, desired);
  await restoreCard.apply(host, desired, actual, restoreCard.plan(desired, actual));
}

function traces({ machine }: SimulatedPc): unknown {
  return {
    files: machine.files.walk('C:\\'),
    key: machine.registry.exists('HKLM\\SOFTWARE\\examsite'),
    frozen: machine.card.frozen,
  };
}
