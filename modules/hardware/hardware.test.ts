// Does not prove what a real Windows shows for a given board: the WMI rows are the simulation's.
import { expect, test } from 'vitest';
import { simulatedPc } from '../../src/lab/testing.ts';
import { runCases } from '../cases.ts';
import { hardware } from './module.ts';

runCases(hardware, import.meta.dirname);

const look = async (options: Parameters<typeof simulatedPc>[0]) => {
  const { host, machine } = await simulatedPc(options);
  const desired = hardware.desired.parse({ mac: machine.hardware.mac });
  const actual = await hardware.read(host, desired);
  const findings = hardware.plan(desired, actual);
  expect(hardware.actual.parse(actual)).toStrictEqual(actual);
  expect(host.roundTrips).toBe(1);
  return { host, machine, desired, actual, findings };
};
const graded = ({ findings }: Awaited<ReturnType<typeof look>>): string[] =>
  findings.map(({ property, verdict, grade }) => `${property} ${grade ?? verdict}`);

test.each(['win10', 'win7'] as const)('reads a good PC with %s', async (os) => {
  expect(graded(await look({ os }))).toStrictEqual([
    'cores recommended',
    'clockGHz recommended',
    'memoryGiB recommended',
    'freeDiskGiB recommended',
    'display ok',
    'nicMbps ok',
    'nicFullDuplex ok',
    os === 'win10' ? 'windows recommended' : 'windows minimum',
    'usb2Controllers ok',
  ]);
});

test('the least that is allowed passes, and is told from the recommended', async () => {
  const found = graded(await look({ os: 'win7', hardware: 'desktop2012' }));
  expect(found).toContain('cores minimum');
  expect(found).toContain('memoryGiB minimum');
});

test('changes nothing on the PC, and two looks see the same', async () => {
  const { host, machine, desired, actual, findings } = await look({ changes: { memoryBytes: 2 ** 30 } });
  const writes = machine.journal.writes;
  expect(await hardware.apply(host, desired, actual, findings)).toStrictEqual({ restartRequired: false });
  expect(await hardware.undo(host, desired)).toStrictEqual({ restartRequired: false });
  expect(await hardware.read(host, desired)).toStrictEqual(actual);
  expect(machine.journal.writes).toBe(writes);
});

test('a monitor that is off is unknown, never a failure and never passed', async () => {
  const { findings } = await look({ changes: { display: null } });
  expect(findings.find(({ property }) => property === 'display')?.verdict).toBe('unknown');
});

test('a 100 Mbit link fails', async () => {
  const { findings } = await look({ changes: { nicBps: 1e8 } });
  expect(findings.find(({ property }) => property === 'nicMbps')?.verdict).toBe('failed');
});
