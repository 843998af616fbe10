// Does not prove that real installers end so: the codes and options are from docs/reference/windows-facts.md 9.
import { describe, expect, it } from 'vitest';
import { navicatInstaller, zip360Installer } from '../packages/desktop.ts';
import { chromeMsi } from '../packages/chrome.ts';
import { seal } from '../packages/format.ts';
import { preinstall } from '../packages/preinstall.ts';
import { vcRedist } from '../packages/python.ts';
import type { Pc } from '../pc/pc.ts';
import { put, run, testPc } from './testing.ts';

const library = 'C:\\Windows\\System32\\msvcp140.dll';
const quiet = ['/install', '/quiet', '/norestart'];
const runtime = (machine: Pc): string => put(machine, 'VC_redist.x64.exe', seal(vcRedist('14.29.30139')));
const runKey = 'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run';

/** Runs at every logon. */
async function startAtLogon(machine: Pc, path: string): Promise<void> {
  machine.registry.set(runKey, 'it', { type: 'REG_SZ', data: `"${path}" /background` });
  await machine.restart();
}

async function inClass(): Promise<Pc> {
  const machine = testPc();
  preinstall(machine, { product: 'vc-redist', version: '14.16.27033' });
  preinstall(machine, { product: 'classroom', version: '6.0' });
  await machine.restart();
  return machine;
}
const version = (machine: Pc, path = library): string | undefined => machine.files.read(path)?.version;

describe('a file that is in use', () => {
  it('is replaced with the next start, and the bundle says 3010', async () => {
    const machine = await inClass();
    expect((await run(machine, runtime(machine), ...quiet)).exitCode).toBe(3010);
    expect(version(machine)).toBe('14.16.27033.0');
    // New files have nothing in their way.
    expect(version(machine, 'C:\\Windows\\System32\\concrt140.dll')).toBe('14.29.30139.0');
    await machine.restart();
    expect(version(machine)).toBe('14.29.30139.0');
  });

  it('restarts the machine under a quiet bundle that was not told to leave that to others', async () => {
    const machine = await inClass();
    const { bootTime } = machine;
    expect((await run(machine, runtime(machine), '/install', '/quiet')).exitCode).toBe(1641);
    await expect.poll(() => machine.power).toBe('on');
    expect(machine.bootTime).not.toEqual(bootTime);
    expect(version(machine)).toBe('14.29.30139.0');
  });

  it('stays until the next start when its product is removed, and is kept when that comes back before', async () => {
    const machine = await inClass();
    const exe = runtime(machine);
    await run(machine, exe, ...quiet);
    await machine.restart();
    expect((await run(machine, exe, '/uninstall', '/quiet', '/norestart')).exitCode).toBe(3010);
    expect(version(machine)).toBe('14.29.30139.0');
    expect((await run(machine, exe, ...quiet)).exitCode).toBe(0);
    await machine.restart();
    expect(version(machine)).toBe('14.29.30139.0');
  });
});

it('an update that an older Windows is given with it waits in the servicing stack', async () => {
  const key = 'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Component Based Servicing\\RebootPending';
  const [ten, seven] = [testPc(), testPc({ os: 'win7' })];
  expect((await run(ten, runtime(ten), ...quiet)).exitCode).toBe(0);
  expect((await run(seven, runtime(seven), ...quiet)).exitCode).toBe(3010);
  expect([ten.registry.exists(key), seven.registry.exists(key)]).toEqual([false, true]);
  await seven.restart();
  expect(seven.registry.exists(key)).toBe(false);
});

describe('Windows Installer', () => {
  it.each([
    [['/norestart'], 3010],
    [['REBOOT=ReallySuppress'], 3010],
    [[], 1641],
  ])('told %j ends with %i where a program that runs was replaced', async (options, code) => {
    const machine = testPc();
    preinstall(machine, { product: 'chrome', version: '75.0.3770.100', how: 'msi' });
    await startAtLogon(machine, 'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe');
    const msi = put(machine, 'chrome.msi', seal(chromeMsi('75.0.3770.142')));
    expect((await run(machine, 'msiexec.exe', '/i', msi, '/qn', ...options)).exitCode).toBe(code);
  });
});

describe('installers without Windows Installer', () => {
  const silent = ['/VERYSILENT', '/SUPPRESSMSGBOXES'];
  async function navicat(): Promise<{ machine: Pc; exe: string }> {
    const machine = testPc();
    preinstall(machine, { product: 'navicat', version: '15.0.10' });
    await startAtLogon(machine, 'C:\\Program Files\\PremiumSoft\\Navicat Premium 15\\navicat.exe');
    return { machine, exe: put(machine, 'navicat.exe', seal(navicatInstaller('15.0.27'))) };
  }

  it('Inno Setup says that a restart is wanted only with the code that it is given', async () => {
    const told = await navicat();
    expect((await run(told.machine, told.exe, ...silent, '/NORESTART', '/RESTARTEXITCODE=3010')).exitCode).toBe(3010);
    const untold = await navicat();
    expect((await run(untold.machine, untold.exe, ...silent, '/NORESTART')).exitCode).toBe(0);
    expect(untold.machine.nextStart.moves()).toHaveLength(1);
  });

  it('Inno Setup restarts the machine where it is not kept from it', async () => {
    const { machine, exe } = await navicat();
    const { bootTime } = machine;
    await run(machine, exe, ...silent);
    await expect.poll(() => machine.bootTime).not.toEqual(bootTime);
  });

  it('NSIS says nothing', async () => {
    const machine = testPc();
    preinstall(machine, { product: '360zip', version: '3.2' });
    await machine.restart();
    const exe = put(machine, '360zip.exe', seal(zip360Installer('4.0')));
    expect((await run(machine, exe, '/S')).exitCode).toBe(0);
    expect(machine.nextStart.moves()).toMatchObject([{ to: 'C:\\Program Files (x86)\\360\\360zip\\360zipExt.dll' }]);
  });
});
