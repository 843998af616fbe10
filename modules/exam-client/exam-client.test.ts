// Does not prove that a real firewall and a real antivirus let anything through: packets and scans are not modelled. Nor that a PC is free of
// viruses, which is the other half of P9.
import { describe, expect, test } from 'vitest';
import { converge } from '../../src/core/converge.ts';
import { isOk } from '../../src/core/finding.ts';
import { preinstall } from '../../src/lab/packages/preinstall.ts';
import { simulatedPc, type SimulatedPc } from '../../src/lab/testing.ts';
import { runCases } from '../cases.ts';
import { machineState } from '../machine-state.ts';
import { examClient } from './module.ts';
import type { ExamClientDesired } from './schema.ts';

runCases(examClient, import.meta.dirname);

const client = 'C:\\Program Files (x86)\\考试系统\\ExamClient.exe';
const helper = 'C:\\Program Files (x86)\\考试系统\\Monitor.exe';
const want = (more: Partial<ExamClientDesired> = {}): ExamClientDesired =>
  examClient.desired.parse({ programs: [client], ports: [8090, 443], antivirus: [], ...more });

async function faults({ host }: SimulatedPc, desired = want()): Promise<Record<string, string>> {
  const findings = examClient.plan(desired, await examClient.read(host, desired));
  const open = findings.filter((one) => !isOk(one));
  return Object.fromEntries(open.map((one) => [one.property, `${one.verdict}: ${one.sentence.en}`]));
}
const ours = ({ machine }: SimulatedPc) => machine.firewall.rules('examsite exam *');
const policy = 'HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows Defender\\Exclusions';

test.each(['win10', 'win7'] as const)(
  'lets the exam system through on a fresh %s, is then done, and takes it back',
  async (os) => {
    const made = await simulatedPc({ os });
    const before = machineState(made.machine);
    const desired = want({ programs: [client, helper] });
    expect(Object.keys(await faults(made, desired))).toStrictEqual(
      os === 'win10' ? ['firewall', 'exclusions'] : ['firewall'],
    );
    expect((await converge(examClient, made.host, desired)).passes).toBe(1);
    const { writes } = made.machine.journal;
    expect((await converge(examClient, made.host, desired)).passes).toBe(0);
    expect(made.machine.journal.writes).toBe(writes);

    await made.machine.restart();
    expect(await faults(made, desired)).toStrictEqual({});

    await examClient.undo(made.host, desired);
    expect(machineState(made.machine)).toStrictEqual(before);
    await examClient.undo(made.host, desired);
    expect(machineState(made.machine)).toStrictEqual(before);
  },
);

test('reads in one round trip', async () => {
  const { host } = await simulatedPc();
  const before = host.roundTrips;
  await examClient.read(host, want());
  expect(host.roundTrips - before).toBe(1);
});

test('where nobody has said which program it is, the PC is unknown, with what to fill in, and nothing is written', async () => {
  const made = await simulatedPc();
  expect(await faults(made, want({ programs: [] }))).toStrictEqual({
    programs: expect.stringMatching(/^unknown: .*fill in examClient in site\.yaml: programs:/) as string,
  });
  await expect(converge(examClient, made.host, want({ programs: [] }))).rejects.toThrow(/programs/);
  expect(made.machine.journal.writes).toBe(0);
});

test('its rules are for every profile, both ways, and for the ports that it listens at', async () => {
  const made = await simulatedPc();
  await converge(examClient, made.host, want());
  const found = ours(made).map(({ name, direction, program, localPorts }) => [name, direction, program, localPorts]);
  expect(found.sort()).toStrictEqual([
    ['examsite exam ports', 'in', null, '443,8090'],
    ['examsite exam program 1 in', 'in', client, '*'],
    ['examsite exam program 1 out', 'out', client, '*'],
  ]);
  expect(
    ours(made).every(({ profiles, action, enabled }) => profiles.length === 3 && action === 'allow' && enabled),
  ).toBe(true);
});

describe('a rule that blocks it', () => {
  test('because somebody answered "cancel", is switched off, and blocks again when the PC is handed back', async () => {
    const made = await simulatedPc();
    made.machine.firewall.block('考试系统', client);
    made.machine.firewall.block('考试系统', 'C:\\another.exe');
    const before = machineState(made.machine);
    expect((await faults(made))['blocked']).toMatch(/^drifted: .*these do: 考试系统$/);
    await converge(examClient, made.host, want());
    const blocked = (program: string) =>
      made.machine.firewall.rules('考试系统').filter((one) => one.program === program && one.enabled);
    expect([blocked(client), blocked('C:\\another.exe')].map(({ length }) => length)).toStrictEqual([0, 2]);
    expect(await faults(made)).toStrictEqual({});
    await examClient.undo(made.host, want());
    expect(machineState(made.machine)).toStrictEqual(before);
  });

  test('and names its program with a variable, is one all the same', async () => {
    const made = await simulatedPc();
    made.machine.firewall.block('x', '%ProgramFiles(x86)%\\考试系统\\ExamClient.exe');
    expect(await faults(made)).toHaveProperty('blocked');
  });
});

test('what somebody has changed is put right, what the inventory no longer says goes, and what others have excluded stays', async () => {
  const made = await simulatedPc();
  const local = 'HKLM\\SOFTWARE\\Microsoft\\Windows Defender\\Exclusions\\Paths';
  made.machine.registry.set(local, 'C:\\school', { type: 'REG_DWORD', data: 0 });
  const before = machineState(made.machine);
  const both = want({ programs: [client, helper] });
  await converge(examClient, made.host, both);

  made.machine.firewall.replace('examsite exam program 1 in', null);
  made.machine.registry.set(`${policy}\\Processes`, client, null);
  expect(Object.keys(await faults(made, both))).toStrictEqual(['firewall', 'exclusions']);
  await converge(examClient, made.host, both);
  expect(await faults(made, both)).toStrictEqual({});

  const one = want({ programs: [helper], ports: [] });
  expect(Object.keys(await faults(made, one))).toStrictEqual(['firewall', 'exclusions']);
  await converge(examClient, made.host, one);
  expect(await faults(made, one)).toStrictEqual({});
  expect(ours(made).map(({ program }) => program)).toStrictEqual([helper, helper]);
  expect(Object.keys(made.machine.registry.values(`${policy}\\Paths`))).toStrictEqual([helper]);

  await examClient.undo(made.host, one);
  expect(machineState(made.machine)).toStrictEqual(before);
});

test('a folder that a person has excluded covers the file itself, not what it opens', async () => {
  const made = await simulatedPc();
  const local = 'HKLM\\SOFTWARE\\Microsoft\\Windows Defender\\Exclusions';
  made.machine.registry.set(`${local}\\Paths`, 'C:\\Program Files (x86)\\考试系统', { type: 'REG_DWORD', data: 0 });
  expect(await faults(made)).toHaveProperty('exclusions');
  made.machine.registry.set(`${local}\\Processes`, client, { type: 'REG_DWORD', data: 0 });
  expect(await faults(made)).not.toHaveProperty('exclusions');
});

describe('an antivirus of somebody else', () => {
  test('that is on is unknown until a person has said that it lets the exam system through', async () => {
    const made = await simulatedPc();
    preinstall(made.machine, { product: 'antivirus', name: '360安全卫士' });
    expect((await faults(made))['others']).toMatch(
      /^unknown: .*nobody has said so of 360安全卫士; do it there by hand/,
    );
    expect(await faults(made, want({ antivirus: ['360'] }))).not.toHaveProperty('others');
  });

  test('does not keep the rest from being done', async () => {
    const made = await simulatedPc();
    preinstall(made.machine, { product: 'antivirus', name: '火绒安全软件' });
    await expect(converge(examClient, made.host, want())).rejects.toThrow(/others: .*火绒安全软件/);
    expect(Object.keys(await faults(made))).toStrictEqual(['others']);
  });
});

test('a firewall whose service does not run is unknown', async () => {
  const made = await simulatedPc();
  made.machine.services.stop('mpssvc');
  const found = await faults(made);
  expect([found['firewall'], found['blocked']].every((one) => one?.startsWith('unknown: ') === true)).toBe(true);
});
