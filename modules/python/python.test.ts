// Does not prove that the real installer and pip behave as the simulated ones do. probe.test.ts runs the probe on a real CPython.
import { expect, test } from 'vitest';
import { converge } from '../../src/core/converge.ts';
import { isOk } from '../../src/core/finding.ts';
import { damageFile, removePackage, replacePackage } from '../../src/lab/packages/tamper.ts';
import type { SimulatedPc } from '../../src/lab/testing.ts';
import { wheelLock } from '../../handbook/wheels.ts';
import { runCases } from '../cases.ts';
import { machineState } from '../machine-state.ts';
import { job } from './apply.ts';
import { python } from './module.ts';
import * as at from './places.ts';
import { applySteps, workFor } from './steps.ts';
import { anaconda, depot, faults, pc, programFiles, school, want } from './testing.ts';

runCases(python, import.meta.dirname);

const desired = want('L2');
const site = `${at.home}\\Lib\\site-packages`;

test.each([
  ['win10', 'L1'],
  ['win7', 'L2'],
  ['win10', 'L3'],
] as const)('sets up a fresh %s for %s, is then done, and takes everything back', async (os, level) => {
  const made = await pc({ os });
  const { machine, host } = made;
  if (level === 'L3') anaconda(made);
  const wanted = want(level);
  const before = machineState(machine);
  expect((await converge(python, host, wanted)).passes).toBe(1);

  const written = machine.journal.writes;
  const again = await converge(python, host, wanted);
  expect(again.findings.every(isOk)).toBe(true);
  await python.apply(host, wanted, again.actual, again.findings);
  expect(machine.journal.writes).toBe(written);

  await python.undo(host, wanted);
  expect(machineState(machine)).toStrictEqual(before);
  await python.undo(host, wanted);
  expect(machineState(machine)).toStrictEqual(before);
});

test('reads in one round trip', async () => {
  const { host } = await pc();
  const before = host.roundTrips;
  await python.read(host, desired);
  expect(host.roundTrips - before).toBe(1);
});

test('names each package that is wrong, missing or damaged, and puts back only those', async () => {
  const made = await pc();
  await converge(python, made.host, desired);
  replacePackage(made.machine, 'requests', '2.28.1');
  removePackage(made.machine, 'zipp');
  removePackage(made.machine, 'Scrapy');
  damageFile(made.machine, `${site}\\pymysql\\__init__.py`);

  const found = await faults(made);
  expect(found['packages.requests']).toBe('drifted: requests is 2.28.1, expected 2.26.0');
  expect(found['packages.scrapy']).toBe('drifted: scrapy is not installed, expected 2.5.1');
  expect(found['packages.pymysql']).toBe(
    'drifted: pymysql is 1.0.2, expected 1.0.2, files missing or changed: pymysql/__init__.py',
  );
  expect(found['dependencies']).toBe('drifted: 51 dependencies must be as locked, 50 are: zipp absent (locked 3.15.0)');

  const begun = made.machine.journal.events.length;
  await converge(python, made.host, desired);
  expect(await faults(made)).toStrictEqual({});
  const installed = made.machine.journal.events
    .slice(begun)
    .flatMap(({ action, what }) =>
      action === 'write' ? (/site-packages\\(.+)\.dist-info\\RECORD$/.exec(what)?.[1] ?? []) : [],
    );
  expect(installed.sort()).toStrictEqual([
    'PyMySQL-1.0.2',
    'Scrapy-2.5.1',
    'requests-2.26.0',
    expect.stringMatching(/^zipp-/),
  ]);
});

const folders = (made: SimulatedPc) => made.machine.files.list('C:\\').filter((name) => name.startsWith('Python'));

test.each([at.home, programFiles])(
  'adopts a 3.7.4 in %s: keeps it, and puts the packages right there',
  async (folder) => {
    const made = await pc();
    school(made, '3.7.4', folder, { requests: '2.25.1' });
    const drifted = python.plan(desired, await python.read(made.host, desired));
    expect(drifted[0]).toMatchObject({ property: 'version', actual: '3.7.4', verdict: 'ok', grade: 'minimum' });
    expect(drifted[1]).toMatchObject({ property: 'packages.requests', actual: '2.25.1', verdict: 'drifted' });

    const { findings, actual } = await converge(python, made.host, desired);
    expect(findings.every(isOk)).toBe(true);
    expect(actual).toMatchObject({ home: folder, interpreter: { version: '3.7.4' }, registered: '3.7.4', others: [] });
    expect(findings[0]?.evidence).toBe(`${folder}\\python.exe`);
    expect(folders(made)).toStrictEqual(folder === at.home ? ['Python37'] : []);

    await python.undo(made.host, desired);
    const left = await python.read(made.host, desired);
    expect(left.interpreter?.version).toBe('3.7.4');
    // What was new has gone; the former versions of these two are in no lock of the depot.
    expect(left.distributions).toStrictEqual({ pip: '20.1.1', requests: '2.26.0', setuptools: '68.0.0' });
  },
);

test('puts a replaced package back at undo when the lock of some level has its wheel', async () => {
  const made = await pc();
  school(made, '3.7.9', programFiles, { pymongo: wheelLock('L3')['pymongo'] ?? '' });
  const before = (await python.read(made.host, desired)).distributions;
  expect(before['pymongo']).not.toBe(desired.packages['pymongo']);
  await converge(python, made.host, desired);
  await python.undo(made.host, desired);
  expect((await python.read(made.host, desired)).distributions).toStrictEqual({ ...before, setuptools: '68.0.0' });
});

test('judges the registered interpreter and only mentions one that was left over', async () => {
  const made = await pc();
  school(made, '3.7.9', programFiles);
  const leftover = JSON.stringify({ program: 'python', version: '3.7.2' });
  made.machine.files.write(`${at.home}\\python.exe`, { content: Buffer.from(leftover), size: leftover.length });
  const { findings, actual } = await converge(python, made.host, desired);
  expect(actual.home).toBe(programFiles);
  expect(findings[0]?.evidence).toBe(`${programFiles}\\python.exe; also there, not used: ${at.home}\\python.exe`);
});

test.each([
  ['3.7.9', 'repair'],
  ['3.7.4', 'install'],
] as const)('puts a registered %s right in its own place (%s) when its program is gone', async (version, how) => {
  const made = await pc();
  school(made, version, programFiles);
  made.machine.files.delete(`${programFiles}\\python.exe`);
  const looked = await python.read(made.host, desired);
  const findings = python.plan(desired, looked);
  expect(findings[0]?.sentence.en).toBe(`no python in ${programFiles}, expected CPython 3.7.9`);
  // A bundle repairs only itself.
  expect(workFor(desired, looked, findings)).toMatchObject({ home: programFiles, interpreter: how });
  const { actual } = await converge(python, made.host, desired);
  expect(actual).toMatchObject({ home: programFiles, interpreter: { version: '3.7.9' }, registered: '3.7.9' });
  expect(folders(made)).toStrictEqual([]);
  // It was there before, so it is not ours to take away.
  await python.undo(made.host, desired);
  expect((await python.read(made.host, desired)).interpreter?.version).toBe('3.7.9');
});

test('starts its memory anew where somebody has taken the adopted interpreter away', async () => {
  const made = await pc();
  const before = machineState(made.machine);
  school(made, '3.7.9', programFiles);
  await converge(python, made.host, desired);
  const [uninstaller = ''] = made.machine.files.walk('C:\\ProgramData\\Package Cache');
  await made.machine.run(uninstaller, ['/uninstall', '/quiet'], '');
  made.machine.files.delete(programFiles);

  await converge(python, made.host, desired);
  expect((await python.read(made.host, desired)).home).toBe(at.home);
  await python.undo(made.host, desired);
  expect(machineState(made.machine)).toStrictEqual(before);
});

test('does not touch a Python that somebody else has put elsewhere, and says what to do', async () => {
  const made = await pc();
  school(made, '3.7.9', 'D:\\Python37');
  const before = made.machine.journal.writes;
  await expect(converge(python, made.host, desired)).rejects.toThrow(
    `r301-s07 python.version: python 3.7 is installed as D:\\Python37\\python.exe, expected in ${at.homes.join(' or ')}; uninstall the former first [L2.python failed]`,
  );
  expect(made.machine.journal.writes).toBe(before);
});

test('repairs an interpreter that does not start any more', async () => {
  const made = await pc();
  await converge(python, made.host, desired);
  made.machine.files.delete(`${at.home}\\python37.dll`);
  expect((await faults(made))['version']).toBe(
    'drifted: the interpreter C:\\Python37\\python.exe does not run (exit code 0xc0000135), expected CPython 3.7.9',
  );
  await converge(python, made.host, desired);
  expect(await faults(made)).toStrictEqual({});
});

test('refuses a wheel that is not what the lock says, and names the step', async () => {
  const files = new Map(depot.files);
  const wheel = [...files.keys()].find((name) => name.startsWith('lxml-')) ?? '';
  files.set(wheel, Buffer.from('not what the lock says'));
  const made = await pc({ depot: { lock: depot.lock, files } });
  await expect(converge(python, made.host, desired)).rejects.toThrow(/step 5 of 9, download: .*lxml/);
  expect(made.machine.files.walk(site).filter((file) => file.includes('lxml'))).toStrictEqual([]);
});

test('says which wheels the depot lacks before anything is changed', async () => {
  const [l2 = []] = [depot.lock.wheels['L2']];
  const lock = { ...depot.lock, wheels: { L2: l2.filter((file) => !/^(lxml|zipp)-/.test(file)) } };
  const made = await pc({ depot: { lock, files: depot.files } });
  const before = made.machine.journal.writes;
  await expect(converge(python, made.host, desired)).rejects.toThrow(
    /wheels\.L2: expected a wheel of lxml 4\.6\.3, got -.*\n.*expected a wheel of zipp 3\.15\.0/,
  );
  expect(made.machine.journal.writes).toBe(before);
});

test('waits for the job of a controller that was killed, instead of installing a second time', async () => {
  const made = await pc();
  const looked = await python.read(made.host, desired);
  const steps = applySteps(desired, workFor(desired, looked, python.plan(desired, looked)), made.host.depot);
  await made.host.call('job.start', { id: job, steps });
  await python.apply(made.host, desired, looked, python.plan(desired, looked));
  expect(await faults(made)).toStrictEqual({});
  const installs = made.machine.journal.events.filter((event) => event.what === at.interpreterOf(at.home));
  expect(installs).toHaveLength(1);
});
