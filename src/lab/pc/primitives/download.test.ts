// Does not prove HTTP: src/lab/lab.test.ts has a real server. Here it is what becomes of what arrives.
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { simulatedPc } from '../../testing.ts';
import { asSsh } from './case.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex');

describe('download', () => {
  const content = Buffer.from('installer');
  const wanted = (hash = sha256(content)) => ({
    files: [{ url: 'http://10.30.1.2:8080/i.exe', path: 'C:\\pkg\\i.exe', sha256: hash, size: content.length }],
  });
  const withDepot = () =>
    simulatedPc({ depot: { lock: { artifacts: [], wheels: {} }, files: new Map([['i.exe', content]]) } });

  test('fetches once', async () => {
    const { host } = await withDepot();
    expect(await host.call('download', wanted())).toEqual({ fetched: ['C:\\pkg\\i.exe'], bytes: content.length });
    expect(await host.call('download', wanted())).toEqual({ fetched: [], bytes: 0 });
  });

  test('leaves nothing behind of a file that arrived damaged, and fetches it the next time', async () => {
    const { host, machine } = await withDepot();
    machine.faults.corruptDownloads = 1;
    await expect(host.call('download', wanted())).rejects.toMatchObject({
      code: 'hash-mismatch',
      detail: { expected: sha256(content) },
    });
    expect((await host.call('file.list', { path: 'C:\\pkg', match: '*' })).names).toEqual([]);
    expect((await host.call('download', wanted())).bytes).toBe(content.length);
  });

  test('says how much room was missing', async () => {
    const { host, machine } = await withDepot();
    machine.files.write('C:\\filler.bin', { content: Buffer.alloc(0), size: machine.files.freeBytes() - 3 });
    await expect(host.call('download', wanted())).rejects.toMatchObject({
      code: 'no-space',
      detail: { free: 3, needed: content.length },
    });
  });

  test('gets no answer with the cable out', async () => {
    const { machine } = await withDepot();
    machine.plug(false);
    expect(await asSsh(machine, { name: 'download', args: wanted() })).toMatchObject({ error: { code: 'no-answer' } });
  });
});

test('a power cut in the middle of a write leaves the old file', async () => {
  const { host, machine } = await simulatedPc();
  await host.call('file.write', { path: 'C:\\state.json', base64: base64('old') });
  machine.faults.cutAtWrite = true;
  await expect(host.call('file.write', { path: 'C:\\state.json', base64: base64('new and longer') })).rejects.toThrow();
  await expect(host.call('file.read', { path: 'C:\\state.json' })).rejects.toMatchObject({ code: 'unreachable' });
  await machine.powerOn();
  expect(await host.call('file.read', { path: 'C:\\state.json' })).toEqual({ base64: base64('old') });
});

test('calls of one turn are one round trip, in their order, each with its own result', async () => {
  const { host } = await simulatedPc();
  const [, read, absent] = await Promise.allSettled([
    host.call('file.write', { path: 'C:\\a', base64: 'eA==' }),
    host.call('file.read', { path: 'C:\\a' }),
    host.call('file.read', { path: 'C:\\b' }),
  ]);
  expect([host.roundTrips, read.status, absent.status]).toEqual([1, 'fulfilled', 'rejected']);
});
