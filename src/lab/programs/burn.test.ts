// Does not prove that Python's installer behaves so: options and exit codes are from CPython's documentation (windows-facts 6).
import { describe, expect, it } from 'vitest';
import { seal } from '../packages/format.ts';
import { pythonInstaller, vcRedist } from '../packages/python.ts';
import { damageFile } from '../packages/tamper.ts';
import type { Machine } from '../pc/machine.ts';
import { put, run, snapshot, testPc } from './testing.ts';

const options = ['/quiet', 'InstallAllUsers=1', 'PrependPath=1', 'Include_test=0', 'TargetDir=C:\\Python37'];
const setup = (machine: Machine, version = '3.7.9'): string =>
  put(machine, `python-${version}-amd64.exe`, seal(pythonInstaller(version)));
const core = 'HKLM\\SOFTWARE\\Python\\PythonCore\\3.7';

describe("Python's installer", () => {
  it('installs for all users, registers as PEP 514 has it, and comes first on PATH', async () => {
    const machine = testPc();
    const result = await run(machine, setup(machine), ...options, '/log', 'C:\\ProgramData\\examsite\\py.log');
    expect(result.exitCode).toBe(0);
    expect(machine.registry.values(`${core}\\InstallPath`)['ExecutablePath']?.data).toBe('C:\\Python37\\python.exe');
    expect(machine.registry.values(core)['Version']?.data).toBe('3.7.9');
    expect(machine.path().slice(0, 2)).toEqual(['C:\\Python37\\Scripts\\', 'C:\\Python37\\']);
    expect((await run(machine, 'python.exe', '-V')).stdout).toBe('Python 3.7.9\r\n');
    expect((await run(machine, 'where.exe', 'python')).stdout).toBe('C:\\Python37\\python.exe\r\n');
    expect(machine.files.read('C:\\ProgramData\\examsite\\py.log')?.content.toString()).toContain('result: 0x0');
  });

  it('leaves nothing behind, PATH included, when it removes what it installed', async () => {
    const machine = testPc();
    const before = snapshot(machine);
    const exe = setup(machine);
    await run(machine, exe, ...options);
    expect((await run(machine, exe, '/uninstall', '/quiet')).exitCode).toBe(0);
    expect(snapshot(machine)).toEqual(before);
  });

  it('can be removed through the command that it registers', async () => {
    const machine = testPc();
    const before = snapshot(machine);
    await run(machine, setup(machine), ...options);
    const uninstall = 'HKLM\\SOFTWARE\\WOW6432Node\\Microsoft\\Windows\\CurrentVersion\\Uninstall';
    const entry = machine.registry.values(`${uninstall}\\${pythonInstaller('3.7.9').productCode}`);
    const [, exe = ''] = /^"([^"]+)" \/uninstall \/quiet$/.exec(String(entry['QuietUninstallString']?.data)) ?? [];
    expect((await run(machine, exe, '/uninstall', '/quiet')).exitCode).toBe(0);
    expect(snapshot(machine)).toEqual(before);
  });

  it('installs for one user alone unless it is told otherwise', async () => {
    const machine = testPc();
    await run(machine, setup(machine), '/quiet');
    expect(machine.registry.exists(core)).toBe(false);
    expect(machine.registry.exists('HKCU\\SOFTWARE\\Python\\PythonCore\\3.7')).toBe(true);
    expect(machine.path().some((folder) => folder.includes('Python'))).toBe(false);
  });

  it('replaces an older patch and refuses to go back with 1638', async () => {
    const machine = testPc();
    await run(machine, setup(machine, '3.7.6'), ...options);
    expect((await run(machine, setup(machine), ...options)).exitCode).toBe(0);
    expect((await run(machine, setup(machine, '3.7.6'), ...options)).exitCode).toBe(1638);
    expect((await run(machine, 'C:\\Python37\\python.exe', '-V')).stdout).toBe('Python 3.7.9\r\n');
  });

  it('repairs at the place where it is', async () => {
    const machine = testPc();
    const exe = setup(machine);
    await run(machine, exe, ...options);
    machine.files.delete('C:\\Python37\\python37.dll');
    expect((await run(machine, 'C:\\Python37\\python.exe', '-V')).exitCode).toBe(0xc0000135);
    expect((await run(machine, exe, '/quiet')).exitCode).toBe(0);
    expect((await run(machine, 'C:\\Python37\\python.exe', '-V')).exitCode).toBe(0);
  });

  const refusals: [string, number, 'win10' | 'win7', string, readonly string[]][] = [
    ['a dialog that nobody sees', 1602, 'win10', '3.7.9', options.slice(1)],
    ['a Python that does not run on Windows 7', 1603, 'win7', '3.9.13', options],
  ];
  it.each(refusals)('refuses %s with %i', async (_, code, os, version, args) => {
    const machine = testPc({ os });
    const exe = setup(machine, version);
    const before = snapshot(machine);
    expect((await run(machine, exe, ...args)).exitCode).toBe(code);
    expect(snapshot(machine)).toEqual(before);
  });

  it('finds its payload damaged when one bit has flipped, and changes nothing', async () => {
    const machine = testPc();
    const exe = setup(machine);
    damageFile(machine, exe);
    const before = snapshot(machine);
    expect((await run(machine, exe, ...options)).exitCode).toBe(1603);
    expect(snapshot(machine)).toEqual(before);
  });
});

it('installs the VC++ runtime into System32 and takes it away again', async () => {
  const machine = testPc();
  const before = snapshot(machine);
  const exe = put(machine, 'vc_redist.x64.exe', seal(vcRedist('14.29.30139')));
  expect((await run(machine, exe, '/install', '/quiet', '/norestart')).exitCode).toBe(0);
  expect(machine.files.read('C:\\Windows\\System32\\msvcp140.dll')?.version).toBe('14.29.30139.0');
  await run(machine, exe, '/uninstall', '/quiet');
  expect(snapshot(machine)).toEqual(before);
});
