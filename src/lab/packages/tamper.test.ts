// Does not prove what Google's updater does on a given day: files, pv, tasks and services as windows-facts 5 lists them.
import { describe, expect, it } from 'vitest';
import { put, run, snapshot, testPc } from '../programs/testing.ts';
import { chromeFolder } from './chrome.ts';
import { preinstall } from './preinstall.ts';
import { damageFile, removePackage, replacePackage, updateChrome } from './tamper.ts';

const clients = 'HKLM\\SOFTWARE\\WOW6432Node\\Google\\Update\\Clients\\{8A69D345-D564-463C-AFF1-A69D9E530F96}';
const application = `${chromeFolder('75.0.3770.100')}\\Application`;

describe('a Chrome that updates itself', () => {
  it('stands in the same folder, with pv, and its tasks and services on again', () => {
    const machine = testPc();
    preinstall(machine, { product: 'chrome', version: '75.0.3770.100', how: 'msi' });
    machine.tasks.set('\\GoogleUpdateTaskMachineUA', false);
    machine.services.setStartType('gupdate', 'Disabled');
    updateChrome(machine, '120.0.6099.71');
    expect(machine.files.read(`${application}\\chrome.exe`)?.version).toBe('120.0.6099.71');
    expect(machine.files.list(application)).toEqual(['120.0.6099.71', 'chrome.exe']);
    expect(machine.registry.values(clients)['pv']?.data).toBe('120.0.6099.71');
    expect(machine.tasks.list()).toContainEqual({ path: '\\GoogleUpdateTaskMachineUA', enabled: true });
    expect(machine.services.read('gupdate').startType).toBe('Automatic');
  });

  it('brings the new updater from 123 on', () => {
    const machine = testPc();
    preinstall(machine, { product: 'chrome', version: '75.0.3770.100', how: 'exe' });
    updateChrome(machine, '131.0.6778.86');
    expect(machine.services.read('GoogleUpdaterService131.0.6778.86').exists).toBe(true);
    expect(machine.tasks.list().some(({ path }) => path.includes('GoogleUpdaterTaskSystem131.0.6778.86'))).toBe(true);
  });

  it('waits beside the old one while that is open', () => {
    const machine = testPc();
    preinstall(machine, { product: 'chrome', version: '75.0.3770.100', how: 'exe' });
    updateChrome(machine, '120.0.6099.71', { pending: true });
    expect(machine.files.read(`${application}\\chrome.exe`)?.version).toBe('75.0.3770.100');
    expect(machine.files.read(`${application}\\new_chrome.exe`)?.version).toBe('120.0.6099.71');
  });

  it('needs a Chrome', () => {
    expect(() => updateChrome(testPc(), '120.0.6099.71')).toThrow('has no Chrome');
  });
});

describe('a package', () => {
  const packages = { requests: '2.26.0', idna: '3.10' };
  it('is replaced and removed as a candidate would do it', async () => {
    const machine = testPc();
    preinstall(machine, { product: 'python', version: '3.7.9', folder: 'C:\\Python37', packages });
    replacePackage(machine, 'Requests', '2.31.0');
    removePackage(machine, 'idna');
    const { stdout } = await run(machine, 'C:\\Python37\\python.exe', '-m', 'pip', 'freeze');
    expect(stdout.split('\r\n')).toEqual(['pip==20.1.1', 'requests==2.31.0', 'setuptools==47.1.0', '']);
  });

  it('needs a Python, and to be there', () => {
    const machine = testPc();
    expect(() => replacePackage(machine, 'requests', '1')).toThrow('has no Python');
    preinstall(machine, { product: 'python', version: '3.7.9' });
    expect(() => removePackage(machine, 'flask')).toThrow('has no package flask');
  });
});

it('damages one bit of a file and nothing else', () => {
  const machine = testPc();
  const path = put(machine, 'C:\\data.bin', 'abcdef');
  const before = snapshot(machine);
  damageFile(machine, path);
  expect(machine.files.read(path)?.content.toString()).toBe('abceef');
  expect(snapshot(machine)).toEqual(before);
  expect(() => damageFile(machine, 'C:\\nothing.bin')).toThrow('has no file');
});
