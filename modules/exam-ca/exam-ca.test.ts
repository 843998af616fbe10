// Does not prove that a browser on a real Windows trusts what is in the store: on Linux test/exam-ca.test.ts asks a real Chromium.
import { expect, test } from 'vitest';
import fc from 'fast-check';
import { converge } from '../../src/core/converge.ts';
import { isOk } from '../../src/core/finding.ts';
import { act } from '../../src/lab/actions.ts';
import { plantRoot } from '../../src/lab/roots.ts';
import { simulatedPc, type SimulatedPc } from '../../src/lab/testing.ts';
import { runCases } from '../cases.ts';
import { machineState } from '../machine-state.ts';
import { asRoot } from './certificate.ts';
import { examCa } from './module.ts';
import type { ExamCaDesired, WantedCertificate } from './schema.ts';

runCases(examCa, import.meta.dirname);

/** A CA of examsite as another PC's root store has it, good for a year. */
async function authority(): Promise<WantedCertificate> {
  const { machine } = await simulatedPc({ name: 'r999-s01' });
  return asRoot((await plantRoot(machine, 'examsite')).toString('base64')) ?? expect.fail();
}
const want = (...certificates: WantedCertificate[]): ExamCaDesired => ({ certificates });

async function trusted({ host }: SimulatedPc): Promise<string[]> {
  const { roots } = await examCa.read(host, want());
  return roots.map(({ sha256 }) => sha256);
}
async function verdicts({ host }: SimulatedPc, desired: ExamCaDesired): Promise<Record<string, string>> {
  const findings = examCa.plan(desired, await examCa.read(host, desired));
  return Object.fromEntries(findings.map(({ property, verdict }) => [property, verdict]));
}

test.each(['win10', 'win7'] as const)(
  'a fresh %s comes to trust the CA of the site, and does so no more when it is handed back',
  async (os) => {
    const [made, ca] = [await simulatedPc({ os }), await authority()];
    const before = machineState(made.machine);
    expect((await converge(examCa, made.host, want(ca))).passes).toBe(1);
    expect(await trusted(made)).toStrictEqual([ca.sha256]);
    const { writes } = made.machine.journal;
    expect((await converge(examCa, made.host, want(ca))).passes).toBe(0);
    expect(made.machine.journal.writes).toBe(writes);
    await made.machine.restart();
    expect(await verdicts(made, want(ca))).toStrictEqual({ 'certificates.0': 'ok', former: 'ok' });

    await examCa.undo(made.host, want(ca));
    expect(machineState(made.machine)).toStrictEqual(before);
    await examCa.undo(made.host, want(ca));
    expect(machineState(made.machine)).toStrictEqual(before);
  },
);

test('reads in one round trip, and a PC that needs none and has none is not spoken of', async () => {
  const made = await simulatedPc();
  const before = made.host.roundTrips;
  expect(await verdicts(made, want())).toStrictEqual({});
  expect(made.host.roundTrips - before).toBe(1);
  expect((await converge(examCa, made.host, want())).passes).toBe(0);
  expect(made.machine.journal.writes).toBe(0);
});

test('the CA of the next cycle takes the place of the former one', async () => {
  const [made, first, second] = [await simulatedPc(), await authority(), await authority()];
  const before = machineState(made.machine);
  await converge(examCa, made.host, want(first));
  expect(await verdicts(made, want(second))).toStrictEqual({ 'certificates.0': 'drifted', former: 'drifted' });
  await converge(examCa, made.host, want(second));
  expect(await trusted(made)).toStrictEqual([second.sha256]);
  await examCa.undo(made.host, want(second));
  expect(machineState(made.machine)).toStrictEqual(before);
});

test('what somebody takes away comes back, what somebody else has put there goes until the PC is handed back', async () => {
  const [made, ca] = [await simulatedPc(), await authority()];
  const planted = await plantRoot(made.machine, 'examsite');
  await plantRoot(made.machine, 'Somebody');
  const before = machineState(made.machine);
  await converge(examCa, made.host, want(ca));
  expect(await trusted(made)).toStrictEqual([ca.sha256]);

  await act(made.machine, 'tamper', ['certificate', 'remove', 'examsite']);
  expect(await verdicts(made, want(ca))).toStrictEqual({ 'certificates.0': 'drifted', former: 'ok' });
  await converge(examCa, made.host, want(ca));
  await act(made.machine, 'tamper', ['certificate', 'add', 'examsite']);
  expect(await verdicts(made, want(ca))).toStrictEqual({ 'certificates.0': 'ok', former: 'drifted' });
  await converge(examCa, made.host, want(ca));
  expect(await trusted(made)).toStrictEqual([ca.sha256]);

  await examCa.undo(made.host, want(ca));
  expect(await trusted(made)).toContain(asRoot(planted.toString('base64'))?.sha256);
  expect(before.filter((line) => !machineState(made.machine).includes(line))).toStrictEqual([]);
});

test('without a resource, what a former cycle has left is told and touched by nobody', async () => {
  const made = await simulatedPc();
  await plantRoot(made.machine, 'examsite');
  await expect(converge(examCa, made.host, want())).rejects.toThrow(/former: .*delete it by hand/);
  expect(made.machine.journal.writes).toBe(0);
});

test('a power cut in the middle leaves nothing that undo does not find', async () => {
  const [made, first, second] = [await simulatedPc(), await authority(), await authority()];
  const before = machineState(made.machine);
  await converge(examCa, made.host, want(first));
  made.machine.faults.cutAtWrite = true;
  await expect(converge(examCa, made.host, want(second))).rejects.toThrow();
  await made.machine.powerOn();
  await examCa.undo(made.host, want(second));
  const halfWritten = (line: string): boolean => /\\exam-ca\.json\.[0-9a-f]+\.tmp /.test(line);
  expect(machineState(made.machine).filter((line) => !halfWritten(line))).toStrictEqual(before);
});

test('whatever is wanted in whatever order, it alone is trusted in the end, and handing back gives the PC as it was', async () => {
  const all = await Promise.all(Array.from({ length: 4 }, authority));
  const some = fc.subarray(all, { minLength: 1 });
  await fc.assert(
    fc.asyncProperty(fc.subarray(all), fc.array(some, { minLength: 1, maxLength: 4 }), async (there, cycles) => {
      const made = await simulatedPc();
      for (const { der } of there) await made.host.call('certificate.add', { der });
      const before = machineState(made.machine);
      for (const cycle of cycles) {
        const { findings } = await converge(examCa, made.host, want(...cycle));
        expect(findings.every(isOk)).toBe(true);
        expect(await trusted(made)).toStrictEqual(cycle.map(({ sha256 }) => sha256).sort());
      }
      await examCa.undo(made.host, want());
      expect(machineState(made.machine)).toStrictEqual(before);
    }),
    { numRuns: 15 },
  );
});
