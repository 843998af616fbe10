// Does not prove that the real Anaconda looks into the folder beside it: probe.test.ts proves that of a CPython on Linux.
import { expect, test } from 'vitest';
import { converge } from '../../src/core/converge.ts';
import { isOk } from '../../src/core/finding.ts';
import type { SimulatedPc } from '../../src/lab/testing.ts';
import { machineState } from '../machine-state.ts';
import { environmentKey } from '../path.ts';
import { python } from './module.ts';
import { anaconda, faults, pc, programFiles, school, want } from './testing.ts';

test('puts L3 beside what Anaconda has, in front of it, and leaves every file of Anaconda as it was', async () => {
  const made = await pc();
  anaconda(made);
  const own = () => machineState(made.machine).filter((line) => /C:\\Anaconda3\\(?!examsite)/.test(line));
  const before = own();
  const { findings } = await converge(python, made.host, want('L3'));
  expect(findings.every(isOk)).toBe(true);
  expect(
    findings.filter(({ requirement }) => requirement === 'L3.python').map(({ property }) => property),
  ).toStrictEqual(['version', 'path']);
  expect(own().filter((line) => !line.includes('examsite.pth'))).toStrictEqual(before);
  expect(made.machine.path().slice(0, 2)).toStrictEqual(['C:\\Anaconda3\\examsite\\Scripts', 'C:\\Anaconda3']);
  const pip = await made.machine.run('python.exe', ['-m', 'pip', 'list', '--format=json'], '');
  expect(pip.stdout).toContain('"seaborn","version":"0.11.0"');
  // Where one package is wrong, the folder is made anew: half of it would be a set that nobody has tried.
  made.machine.files.delete('C:\\Anaconda3\\examsite\\Lib\\site-packages\\seaborn');
  expect(await faults(made, want('L3'))).toHaveProperty(['packages.seaborn']);
  await converge(python, made.host, want('L3'));
  expect(await faults(made, want('L3'))).toStrictEqual({});
});

test('adopts an Anaconda where its own installer proposes to put it, and passes over one with another Python', async () => {
  const made = await pc();
  const [ours, theirs] = ['C:\\Anaconda3', 'C:\\ProgramData\\Anaconda3'] as const;
  anaconda(made, '2021.11', ours);
  expect((await faults(made, want('L3')))['version']).toMatch(
    /^failed: python in C:\\Anaconda3 is 64-bit CPython 3\.9\.7/,
  );
  anaconda(made, '2020.02', theirs);
  const { actual } = await converge(python, made.host, want('L3'));
  expect(actual).toMatchObject({ home: theirs, onPath: `${theirs}\\python.exe`, others: [`${ours}\\python.exe`] });
});

test('without Anaconda writes nothing and says where one should be', async () => {
  const made = await pc();
  const before = made.machine.journal.writes;
  await expect(converge(python, made.host, want('L3'))).rejects.toThrow(
    'no anaconda with python 3.7 in C:\\Anaconda3 or C:\\ProgramData\\Anaconda3 [L3.python drifted]',
  );
  expect(made.machine.journal.writes).toBe(before);
});

/** Without what differs from PC to PC. */
const stateOf = ({ machine }: SimulatedPc): string[] =>
  machineState(machine).filter((line) => !line.includes('ssh_host_'));

test.each([
  ['L2', 'L3'],
  ['L3', 'L2'],
  ['L2', 'L1'],
] as const)('from %s to %s nothing stays that only the former level has', async (from, to) => {
  const make = async (): Promise<SimulatedPc> => {
    const made = await pc();
    anaconda(made);
    return made;
  };
  const [straight, moved] = [await make(), await make()];
  await converge(python, straight.host, want(to));
  await converge(python, moved.host, want(from));
  expect(await faults(moved, want(to))).toHaveProperty('leftovers');
  await converge(python, moved.host, want(to));
  expect(await faults(moved, want(to))).toStrictEqual({});
  // The lock of L2 has replaced the setuptools that came with the interpreter, and that one is in no lock.
  const rest = (made: SimulatedPc) =>
    stateOf(made).filter((line) => to !== 'L1' || !/setuptools|pkg_resources|undo/.test(line));
  expect(rest(moved)).toStrictEqual(rest(straight));
});

test('on the way back from L3, Anaconda may have gone already', async () => {
  const [straight, moved] = [await pc(), await pc()];
  await converge(python, straight.host, want('L2'));
  const path = moved.machine.registry.values(environmentKey)['Path'];
  anaconda(moved);
  await converge(python, moved.host, want('L3'));
  await moved.machine.run('C:\\Anaconda3\\Uninstall-Anaconda3.exe', ['/S', '_?=C:\\Anaconda3'], '');
  moved.machine.files.delete('C:\\Anaconda3');
  await converge(python, moved.host, want('L2'));
  expect(stateOf(moved)).toStrictEqual(stateOf(straight));
  await python.undo(moved.host, want('L2'));
  expect(moved.machine.registry.values(environmentKey)['Path']).toStrictEqual(path);
});

test('a school’s own CPython stays when its seat becomes L3, without the packages that were put into it', async () => {
  const made = await pc();
  school(made, '3.7.9', programFiles);
  anaconda(made);
  const before = stateOf(made).filter((line) => !line.includes('setuptools') && !line.includes('pkg_resources'));
  await converge(python, made.host, want('L2'));
  await converge(python, made.host, want('L3'));
  await python.undo(made.host, want('L3'));
  const after = stateOf(made).filter((line) => !line.includes('setuptools') && !line.includes('pkg_resources'));
  expect(after).toStrictEqual(before);
});

test('says where a DLL is missing that no wheel brings', async () => {
  const made = await pc();
  anaconda(made);
  await converge(python, made.host, want('L3'));
  made.machine.files.delete('C:\\Anaconda3\\msvcp140.dll');
  expect(await faults(made, want('L3'))).toStrictEqual({
    'packages.seaborn': expect.stringMatching(/^failed: .*ImportError: DLL load failed/) as unknown,
  });
});
