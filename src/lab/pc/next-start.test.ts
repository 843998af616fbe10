// Does not prove what a real Windows does at its start: the keys and their order are from docs/reference/windows-facts.md 9.
import { describe, expect, test } from 'vitest';
import { CallError } from '../../core/errors.ts';
import { preinstall } from '../packages/preinstall.ts';
import { simulatedPc, type SimulatedPc } from '../testing.ts';

const library = 'C:\\Windows\\System32\\msvcp140.dll';
const update = 'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\WindowsUpdate\\Auto Update\\RebootRequired';
const put = ({ machine }: SimulatedPc, path: string, text: string): void =>
  machine.files.write(path, { content: Buffer.from(text), size: text.length });
const text = ({ machine }: SimulatedPc, path: string): string | undefined =>
  machine.files.read(path)?.content.toString();

async function inClass(): Promise<SimulatedPc> {
  const pc = await simulatedPc();
  preinstall(pc.machine, { product: 'vc-redist', version: '14.16.27033' });
  preinstall(pc.machine, { product: 'classroom', version: '6.0' });
  await pc.machine.restart();
  return pc;
}

describe('what waits for the next start', () => {
  test('happens then, in order, and once', async () => {
    const pc = await simulatedPc();
    put(pc, 'C:\\a.dll', 'old');
    put(pc, 'C:\\a.new', 'new');
    put(pc, 'C:\\b.dll', 'b');
    pc.machine.nextStart.move('C:\\a.new', 'C:\\a.dll');
    pc.machine.nextStart.move('C:\\b.dll', null);
    pc.machine.nextStart.updateWindows();
    expect(text(pc, 'C:\\a.dll')).toBe('old');
    await pc.machine.restart();
    expect([text(pc, 'C:\\a.dll'), text(pc, 'C:\\a.new'), text(pc, 'C:\\b.dll')]).toEqual([
      'new',
      undefined,
      undefined,
    ]);
    expect(pc.machine.nextStart.moves()).toEqual([]);
    expect(pc.machine.registry.exists(update)).toBe(false);
  });

  test('and was written while a card protected, is forgotten with the rest', async () => {
    const pc = await simulatedPc({ card: { kind: 'hardware', frozen: true } });
    pc.machine.nextStart.move('C:\\Windows\\System32\\cmd.exe', null);
    await pc.machine.restart();
    expect(pc.machine.files.read('C:\\Windows\\System32\\cmd.exe')).toBeDefined();
  });

  test('is taken back for a file that is to stay', async () => {
    const pc = await simulatedPc();
    put(pc, 'C:\\a.new', 'new');
    pc.machine.nextStart.move('C:\\a.new', 'C:\\a.dll');
    pc.machine.nextStart.move('C:\\b.dll', null);
    pc.machine.nextStart.keep('C:\\A.DLL');
    expect(pc.machine.nextStart.moves()).toEqual([{ from: 'C:\\b.dll', to: null }]);
    expect(text(pc, 'C:\\a.new')).toBeUndefined();
  });
});

describe('code that runs', () => {
  test('is held, with the libraries that it has loaded, as long as somebody is logged on', async () => {
    const pc = await inClass();
    expect(pc.machine.processes()).toContain('StudentMain.exe');
    expect(pc.machine.inUse(library)).toBe(true);
    const refused = async (work: Promise<unknown>) => {
      const error: unknown = await work.catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(CallError);
      return (error as CallError).code;
    };
    expect(await refused(pc.host.call('file.delete', { path: library }))).toBe('denied');
    expect(await refused(pc.host.call('file.write', { path: library, base64: '' }))).toBe('busy');
    pc.machine.accounts.logOff('exam');
    await pc.host.call('file.delete', { path: library });
    expect(pc.machine.files.read(library)).toBeUndefined();
  });

  test('keeps a folder half deleted', async () => {
    const pc = await inClass();
    put(pc, 'C:\\Program Files (x86)\\Mythware\\Classroom\\A.txt', 'a');
    put(pc, 'C:\\Program Files (x86)\\Mythware\\Classroom\\z.txt', 'z');
    await expect(pc.host.call('file.delete', { path: 'C:\\Program Files (x86)\\Mythware' })).rejects.toThrow(
      'is in use',
    );
    expect(pc.machine.files.list('C:\\Program Files (x86)\\Mythware\\Classroom')).toEqual(['StudentMain.exe', 'z.txt']);
  });

  test('of Explorer is what was in its menu at the logon', async () => {
    const pc = await simulatedPc();
    preinstall(pc.machine, { product: '360zip', version: '4.0' });
    const extension = 'C:\\Program Files (x86)\\360\\360zip\\360zipExt.dll';
    expect(pc.machine.inUse(extension)).toBe(false);
    await pc.machine.restart();
    expect(pc.machine.inUse(extension)).toBe(true);
  });
});

test('whoever is logged on keeps the PATH of the logon', async () => {
  const { machine } = await simulatedPc();
  const key = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Environment';
  const before = machine.shellPath();
  machine.registry.set(key, 'Path', { type: 'REG_EXPAND_SZ', data: 'C:\\Python37' });
  expect(machine.shellPath()).toBe(before);
  machine.accounts.logOff('exam');
  expect(machine.shellPath()).toBeNull();
  machine.accounts.logOn('exam');
  expect(machine.shellPath()).toBe('C:\\Python37');
});

test('a service that is deleted while somebody looks at it is there until the next start, and cannot be made anew', async () => {
  const { machine } = await simulatedPc();
  machine.services.held = true;
  machine.services.unregister('W32Time');
  expect(machine.services.read('W32Time')).toMatchObject({ exists: true, startType: 'Disabled' });
  expect(() => machine.services.register('W32Time', { startType: 'Manual', path: 'C:\\x.exe' })).toThrow(/1072/);
  await machine.restart();
  expect(machine.services.read('W32Time').exists).toBe(false);
});
