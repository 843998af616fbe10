// Does not prove that NSIS, Inno Setup and the programs packed with them behave so: switches and exit codes are from their documentation.
import { describe, expect, it, vi } from 'vitest';
import { anacondaInstaller } from '../packages/anaconda.ts';
import { navicatInstaller, pycharmInstaller, sevenZipInstaller, zip360Installer } from '../packages/desktop.ts';
import { seal, type Installer } from '../packages/format.ts';
import { preinstall } from '../packages/preinstall.ts';
import type { Machine } from '../pc/machine.ts';
import { put, run, snapshot, testPc } from './testing.ts';

const list = 'Microsoft\\Windows\\CurrentVersion\\Uninstall';
const setup = (machine: Machine, wanted: Installer): string => put(machine, 'setup.exe', seal(wanted));
const config = (machine: Machine): string => put(machine, 'silent.config', 'mode=admin\r\nlauncher64=1\r\n');
const gone = (machine: Machine, path: string): Promise<void> =>
  vi.waitFor(() => expect(machine.files.read(path)).toBeUndefined());

describe('NSIS', () => {
  it('installs PyCharm for all users where its configuration says so, into a folder without blanks', async () => {
    const machine = testPc();
    const args = ['/S', `/CONFIG=${config(machine)}`, '/D=C:\\PyCharm'];
    expect((await run(machine, setup(machine, pycharmInstaller('2019.2.5')), ...args)).exitCode).toBe(0);
    expect(machine.files.read('C:\\PyCharm\\bin\\pycharm64.exe')?.version).toBe('192.7142.56');
    const entry = machine.registry.values(`HKLM\\SOFTWARE\\WOW6432Node\\${list}\\PyCharm Community Edition 2019.2.5`);
    expect(entry['InstallLocation']?.data).toBe('C:\\PyCharm');
  });

  it('takes no folder with a blank in it from an argument list, and installs for one user unless it is told otherwise', async () => {
    const machine = testPc();
    await run(machine, setup(machine, pycharmInstaller('2019.2.5')), '/S', '/D=C:\\Program Files\\PyCharm');
    expect(machine.files.isDirectory('C:\\Program Files\\PyCharm')).toBe(false);
    expect(machine.files.isDirectory('C:\\Users\\examsite\\AppData\\Local\\JetBrains')).toBe(true);
  });

  it.each([
    ['without /S opens a window that nobody sees', [], 1],
    ['does not know /s', ['/s'], 1],
  ])('%s', async (_, args, code) => {
    const machine = testPc();
    const exe = setup(machine, zip360Installer('4.0'));
    const before = snapshot(machine);
    expect((await run(machine, exe, ...args)).exitCode).toBe(code);
    expect(snapshot(machine)).toEqual(before);
  });

  it('finds that it is damaged', async () => {
    const machine = testPc();
    const exe = put(machine, 'setup.exe', seal(zip360Installer('4.0')).toString().replace('360zip.exe', '361zip.exe'));
    expect((await run(machine, exe, '/S')).exitCode).toBe(2);
  });

  it('uninstalls from a copy: it has ended before its work is done', async () => {
    const machine = testPc();
    const exe = setup(machine, zip360Installer('4.0'));
    const before = snapshot(machine);
    await run(machine, exe, '/S');
    const folder = 'C:\\Program Files (x86)\\360\\360zip';
    expect((await run(machine, `${folder}\\UnInstaller.exe`, '/S')).exitCode).toBe(0);
    expect(machine.files.read(`${folder}\\360zip.exe`)).toBeDefined();
    await gone(machine, `${folder}\\360zip.exe`);
    await gone(machine, `${folder}\\UnInstaller.exe`);
    expect(snapshot(machine)).toEqual(before);
  });

  it('with _?= waits for the end, and cannot take itself away', async () => {
    const machine = testPc();
    const exe = setup(machine, sevenZipInstaller('19.00'));
    await run(machine, exe, '/S', '/D=C:\\7zip');
    await run(machine, 'C:\\7zip\\Uninstall.exe', '/S', '_?=C:\\7zip');
    expect(machine.registry.exists(`HKLM\\SOFTWARE\\${list}\\7-Zip`)).toBe(false);
  });
});

describe('Anaconda', () => {
  const all = ['/InstallationType=AllUsers', '/AddToPath=0', '/RegisterPython=0', '/S', '/D=C:\\Anaconda3'];

  it('is a Python of its own, which is not on PATH and not the registered one', async () => {
    const machine = testPc();
    const before = snapshot(machine);
    expect((await run(machine, setup(machine, anacondaInstaller('2020.02')), ...all)).exitCode).toBe(0);
    expect((await run(machine, 'C:\\Anaconda3\\python.exe', '-V')).stdout).toBe('Python 3.7.6\r\n');
    expect(machine.path().filter((folder) => folder.includes('Anaconda'))).toEqual([]);
    expect(machine.registry.exists('HKLM\\SOFTWARE\\Python')).toBe(false);
    const entry = machine.registry.values(`HKLM\\SOFTWARE\\${list}\\Anaconda3 2020.02 (Python 3.7.6 64-bit)`);
    expect(entry['DisplayVersion']?.data).toBe('2020.02');
    await run(machine, 'C:\\Anaconda3\\Uninstall-Anaconda3.exe', '/S', '_?=C:\\Anaconda3');
    machine.files.delete('C:\\Anaconda3');
    expect(snapshot(machine)).toEqual(before);
  });

  it("registered as the PC's Python, takes the place of the one that is; its removal leaves a stranger's alone", async () => {
    const machine = testPc();
    const core = 'HKLM\\SOFTWARE\\Python\\PythonCore\\3.7\\InstallPath';
    preinstall(machine, { product: 'python', version: '3.7.9', folder: 'C:\\Python37' });
    const exe = setup(machine, anacondaInstaller('2020.02'));
    await run(machine, exe, ...all);
    await run(machine, 'C:\\Anaconda3\\Uninstall-Anaconda3.exe', '/S', '_?=C:\\Anaconda3');
    expect(machine.registry.values(core)['']?.data).toBe('C:\\Python37\\');
    await run(
      machine,
      exe,
      '/InstallationType=AllUsers',
      '/RegisterPython=1',
      '/AddToPath=1',
      '/S',
      '/D=C:\\Anaconda3',
    );
    expect(machine.registry.values(core)['']?.data).toBe('C:\\Anaconda3');
    expect(machine.path()[0]).toBe('C:\\Anaconda3');
  });

  it('does not put itself on PATH for all users since 2022.05', async () => {
    const machine = testPc();
    await run(
      machine,
      setup(machine, anacondaInstaller('2022.10')),
      '/InstallationType=AllUsers',
      '/AddToPath=1',
      '/S',
    );
    expect(machine.path().filter((folder) => folder.includes('Anaconda'))).toEqual([]);
  });
});

it('Inno Setup waits for the copy that uninstalls', async () => {
  const machine = testPc();
  const exe = setup(machine, navicatInstaller('15.0.27'));
  const before = snapshot(machine);
  expect((await run(machine, exe, '/SP-')).exitCode).toBe(2);
  expect((await run(machine, exe, '/VERYSILENT', '/SUPPRESSMSGBOXES', '/NORESTART')).exitCode).toBe(0);
  const folder = 'C:\\Program Files\\PremiumSoft\\Navicat Premium 15';
  expect(machine.files.read(`${folder}\\navicat.exe`)?.version).toBe('15.0.27.0');
  expect((await run(machine, `${folder}\\unins000.exe`)).exitCode).toBe(2);
  expect((await run(machine, `${folder}\\unins000.exe`, '/VERYSILENT', '/NORESTART')).exitCode).toBe(0);
  expect(snapshot(machine)).toEqual(before);
});
