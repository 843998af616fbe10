// Does not prove that Windows Installer behaves so: the exit codes and rules are read from its documentation (windows-facts 5 and 9).
import { describe, expect, it } from 'vitest';
import { chromeMsi, msiVersion } from '../packages/chrome.ts';
import { seal } from '../packages/format.ts';
import { damageFile, updateChrome } from '../packages/tamper.ts';
import { preinstall } from '../packages/preinstall.ts';
import type { Machine } from '../pc/machine.ts';
import { put, run, snapshot, testPc } from './testing.ts';

const old = '75.0.3770.100';
const newer = '80.0.3987.87';
const x86 = 'C:\\Program Files (x86)\\Google\\Chrome\\Application';

const msi = (machine: Machine, version: string): string =>
  put(machine, `chrome-${version}.msi`, seal(chromeMsi(version)));
const install = async (machine: Machine, version: string, ...more: string[]): Promise<number> =>
  (await run(machine, 'msiexec.exe', '/i', msi(machine, version), '/qn', '/norestart', ...more)).exitCode;
const remove = async (machine: Machine, version: string): Promise<number> =>
  (await run(machine, 'msiexec.exe', '/x', chromeMsi(version).productCode, '/qn')).exitCode;
const present = (machine: Machine): string | undefined => machine.files.read(`${x86}\\chrome.exe`)?.version;

describe('msiexec', () => {
  it('installs files, Uninstall entry, pv, services and tasks, and a log in UTF-16', async () => {
    const machine = testPc();
    const log = 'C:\\ProgramData\\examsite\\chrome.log';
    expect(await install(machine, old, '/l*v', log)).toBe(0);
    expect(present(machine)).toBe(old);
    const entry = `HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\${chromeMsi(old).productCode}`;
    expect(machine.registry.values(entry)['DisplayVersion']?.data).toBe(msiVersion(old));
    const clients = 'HKLM\\SOFTWARE\\WOW6432Node\\Google\\Update\\Clients\\{8A69D345-D564-463C-AFF1-A69D9E530F96}';
    expect(machine.registry.values(clients)['pv']?.data).toBe(old);
    expect(machine.services.read('gupdate')).toMatchObject({ exists: true, startType: 'Automatic' });
    expect(machine.tasks.list()).toContainEqual({ path: '\\GoogleUpdateTaskMachineUA', enabled: true });
    const content = machine.files.read(log)?.content;
    expect(content?.subarray(0, 2)).toEqual(Buffer.from([0xff, 0xfe]));
    expect(content?.toString('utf16le')).toContain('MainEngineThread is returning 0');
  });

  it('leaves nothing behind when it removes what it installed', async () => {
    const machine = testPc();
    const before = snapshot(machine);
    await install(machine, old);
    expect(await remove(machine, old)).toBe(0);
    expect(snapshot(machine)).toEqual(before);
  });

  it('removes a Chrome that has updated itself since', async () => {
    const machine = testPc();
    const before = snapshot(machine);
    await install(machine, old);
    updateChrome(machine, '120.0.6099.71');
    expect(present(machine)).toBe('120.0.6099.71');
    // Of its own keys and folders nothing stays, whoever wrote there.
    const state = 'HKLM\\SOFTWARE\\WOW6432Node\\Google\\Update\\ClientState';
    machine.registry.set(state, 'experiment', { type: 'REG_SZ', data: 'a' });
    put(machine, `${x86}\\debug.log`, 'text');
    expect(await remove(machine, old)).toBe(0);
    expect(snapshot(machine)).toEqual(before);
  });

  it('creates services and tasks anew when it repairs', async () => {
    const machine = testPc();
    await install(machine, old);
    machine.services.setStartType('gupdate', 'Disabled');
    machine.tasks.set('\\GoogleUpdateTaskMachineCore', false);
    expect(await install(machine, old)).toBe(0);
    expect(machine.services.read('gupdate').startType).toBe('Automatic');
    expect(machine.tasks.list()).toContainEqual({ path: '\\GoogleUpdateTaskMachineCore', enabled: true });
  });

  it('replaces an older version and refuses a downgrade unless it is allowed', async () => {
    const machine = testPc();
    await install(machine, old);
    expect(await install(machine, newer)).toBe(0);
    expect(present(machine)).toBe(newer);
    expect(await install(machine, old)).toBe(1603);
    expect(present(machine)).toBe(newer);
    expect(await install(machine, old, 'ALLOWDOWNGRADE=1')).toBe(0);
    expect(present(machine)).toBe(old);
  });

  it('refuses to install over a newer Chrome that came by itself', async () => {
    const machine = testPc();
    await install(machine, old);
    updateChrome(machine, newer);
    expect(await install(machine, old)).toBe(1603);
    expect(present(machine)).toBe(newer);
  });

  it('asks for a restart when it replaces a program that runs', async () => {
    const machine = testPc();
    await install(machine, old);
    machine.services.register('kiosk', { startType: 'Automatic', path: `"${x86}\\chrome.exe" --kiosk` });
    machine.services.start('kiosk');
    expect(await install(machine, newer)).toBe(3010);
  });

  it('answers 1618 to the second of two at once, and the first one is installed', async () => {
    const machine = testPc({ latency: 0.001 });
    const both = await Promise.all([install(machine, old), install(machine, newer)]);
    expect(both.sort()).toEqual([0, 1618]);
    expect([old, newer]).toContain(present(machine));
  });

  it('does not install on Windows 7 what needs Windows 10', async () => {
    const machine = testPc({ os: 'win7' });
    expect(await install(machine, '120.0.6099.71')).toBe(1603);
    expect(await install(machine, old)).toBe(0);
  });

  it('changes nothing when the disk is too full', async () => {
    const machine = testPc();
    machine.files.write('C:\\bulk.bin', { content: Buffer.alloc(0), size: machine.files.freeBytes() - 1_000_000 });
    const before = snapshot(machine);
    expect(await install(machine, old)).toBe(1603);
    expect(snapshot(machine)).toEqual(before);
  });

  const refusals: [string, number, (machine: Machine) => string[]][] = [
    ['a package that is not there', 1619, () => ['/i', 'C:\\nowhere.msi', '/qn']],
    ['a file that is no package', 1620, (machine) => ['/i', put(machine, 'text.msi', 'MZ'), '/qn']],
    ['an unknown product', 1605, () => ['/x', chromeMsi(old).productCode, '/qn']],
    ['a dialog that nobody sees', 1602, (machine) => ['/i', msi(machine, old)]],
    ['an option it does not know', 1639, (machine) => ['/i', msi(machine, old), '/silently']],
    ['no action at all', 1639, () => ['/qn']],
  ];
  it.each(refusals)('refuses %s with %i', async (_, code, args) => {
    const machine = testPc();
    const line = args(machine);
    const before = snapshot(machine);
    expect((await run(machine, 'msiexec.exe', ...line)).exitCode).toBe(code);
    expect(snapshot(machine)).toEqual(before);
  });

  it('refuses a package in which one bit has flipped', async () => {
    const machine = testPc();
    const path = msi(machine, old);
    damageFile(machine, path);
    expect((await run(machine, 'msiexec.exe', '/i', path, '/qn')).exitCode).toBe(1620);
  });

  it('is not what an MSI is started with by itself', async () => {
    const machine = testPc();
    await expect(run(machine, msi(machine, old))).rejects.toThrow('is not a valid Win32 application');
  });
});

describe("Chrome's setup.exe", () => {
  const setup = (version: string): string => `${x86}\\${version}\\Installer\\setup.exe`;

  it('removes without a trace the Chrome that was installed from its page', async () => {
    const machine = testPc();
    const before = snapshot(machine);
    preinstall(machine, { product: 'chrome', version: old, how: 'exe' });
    const result = await run(machine, setup(old), '--uninstall', '--system-level', '--force-uninstall');
    expect(result.exitCode).toBe(19);
    expect(snapshot(machine)).toEqual(before);
  });

  it('still removes it after an update, at the place that Uninstall then names', async () => {
    const machine = testPc();
    const before = snapshot(machine);
    preinstall(machine, { product: 'chrome', version: old, how: 'exe' });
    updateChrome(machine, newer);
    const key = 'HKLM\\SOFTWARE\\WOW6432Node\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\Google Chrome';
    expect(machine.registry.values(key)['UninstallString']?.data).toBe(`"${setup(newer)}" --uninstall --system-level`);
    await run(machine, setup(newer), '--uninstall', '--system-level', '--force-uninstall');
    expect(snapshot(machine)).toEqual(before);
  });

  it('changes nothing where it would have to ask', async () => {
    const machine = testPc();
    preinstall(machine, { product: 'chrome', version: old, how: 'exe' });
    const before = snapshot(machine);
    expect((await run(machine, setup(old), '--uninstall', '--system-level')).exitCode).toBe(21);
    expect(snapshot(machine)).toEqual(before);
  });
});

it("gives Chrome's MSI the version scheme of Google's enterprise installer", () => {
  expect(msiVersion('79.0.3945.79')).toBe('67.218.16463');
});
