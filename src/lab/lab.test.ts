// Does not prove a room of real PCs, nor times of one: the room that tests and the demo run on, with its own sockets.
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { createHash } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import { newKeyPair } from '../hosts/key-pair.ts';
import { act } from './actions.ts';
import { directHost } from './direct-host.ts';
import { Lab } from './lab.ts';
import { clean, usualMix, type RoomMix } from './room-mix.ts';
import { type SampleOptions, sampleRoom } from './sample-room.ts';
import { connect, exec } from './ssh/testing.ts';
import { depotView } from './testing.ts';

const keys = newKeyPair();
const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const work of cleanUp.splice(0).reverse()) await work();
});

async function makeLab(count: number, options: SampleOptions & { mix?: RoomMix } = {}): Promise<Lab> {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'examsite-lab-'));
  cleanUp.push(() => rmSync(dir, { recursive: true, force: true }));
  const { mix = usualMix, ...sample } = options;
  const authorizedKey = keys.public;
  return Lab.create({ dir, ...sampleRoom(count, { net: '10.72.1', ...sample }), authorizedKey, mix });
}

const versions = (lab: Lab): string[] => lab.pcs.map((pc) => `${pc.name} ${pc.os.version} ${pc.hardware.model}`);

test('a room is a mess, and the same mess from the same seed', async () => {
  const [one, two] = [await makeLab(40, { spares: 4 }), await makeLab(40, { spares: 4 })];
  expect(one.pcs).toHaveLength(44);
  expect(versions(one)).toEqual(versions(two));
  expect(new Set(one.pcs.map((pc) => pc.os.version)).size).toBe(2);
  expect(one.pcs.every((pc) => pc.adapters()[0]?.persistent.dhcp)).toBe(true);
  expect(one.pcs.every((pc) => pc.journal.writes === 0)).toBe(true);
  const planned = new Set(one.plan.room.seats.map((seat) => seat.address));
  expect(one.pcs.filter((pc) => pc.nic.address === null || planned.has(pc.nic.address))).toEqual([]);
});

test('a test may ask for PCs that are all alike', async () => {
  const lab = await makeLab(3, { mix: clean('win7') });
  expect(lab.pcs.map((pc) => pc.os.version)).toEqual(['6.1.7601', '6.1.7601', '6.1.7601']);
});

test('cards are those of the inventory, and protect', async () => {
  process.env['LAB_TEST_DF'] = 'secret of the card';
  cleanUp.push(() => delete process.env['LAB_TEST_DF']);
  const restoreCard = { driver: 'deep-freeze', password: { env: 'LAB_TEST_DF' } } as const;
  const lab = await makeLab(1, { restoreCard });
  const [pc] = lab.pcs;
  expect(pc?.card).toMatchObject({ kind: 'deep-freeze', frozen: true, password: 'secret of the card' });
  expect(pc?.processes()).toEqual(expect.arrayContaining(['DFServ.exe', 'FrzState2k.exe']));
  expect(pc && (await pc.run('C:\\Windows\\SysWOW64\\DFC.exe', ['get', '/ISFROZEN'], '')).exitCode).toBe(1);
});

test('outlives a stop: addresses, keys, files, overlay and the journal', async () => {
  const lab = await makeLab(2, { restoreCard: { driver: 'by-hand' } });
  await lab.start({ port: 0 });
  const pc = lab.pc('r301-s01');
  const client = await connect(pc, lab.port, keys);
  cleanUp.push(() => client.destroy());
  expect((await exec(client, 'echo %OS%')).stdout).toBe('Windows_NT\r\n');
  pc.journal.act('ssh', () => pc.files.write('C:\\canary', { content: Buffer.from('n'), size: 1 }));
  const before = { address: pc.nic.address, bootTime: pc.bootTime, writes: pc.journal.writes };
  await lab.stop();
  await expect(connect(pc, lab.port, keys)).rejects.toThrow('ECONNREFUSED');

  const again = Lab.open(lab.dir).pc('r301-s01');
  expect({ address: again.nic.address, bootTime: again.bootTime, writes: again.journal.writes }).toEqual(before);
  expect(again.files.read('C:\\canary')?.content.toString()).toBe('n');
  await again.restart();
  expect(again.files.read('C:\\canary')).toBeUndefined();
});

test('a seat is made new in its place', async () => {
  const lab = await makeLab(2);
  await lab.start({ port: 0 });
  cleanUp.push(() => lab.stop());
  const keyOf = (name: string) =>
    lab.pc(name).files.read('C:\\ProgramData\\ssh\\ssh_host_ed25519_key')?.content.toString();
  const [first, second] = [keyOf('r301-s01'), keyOf('r301-s02')];
  await lab.reset('r301-s01');
  expect(keyOf('r301-s01')).not.toBe(first);
  expect(keyOf('r301-s02')).toBe(second);
  const client = await connect(lab.pc('r301-s01'), lab.port, keys);
  cleanUp.push(() => client.destroy());
  await expect(exec(client, 'ver')).resolves.toMatchObject({ exitCode: 0 });
});

test('a download really comes over HTTP, from the depot at its address on the LAN', async () => {
  const content = Buffer.from('an installer');
  const server = createServer((request, response) => response.end(request.url === '/f.exe' ? content : '')).listen(
    0,
    '127.72.1.2',
  );
  await once(server, 'listening');
  cleanUp.push(() => server.close());
  const lab = await makeLab(1);
  const host = directHost(lab.pc('r301-s01'), depotView({ artifacts: [], wheels: {} }, 'http://10.72.1.2/'));
  const url = `http://10.72.1.2:${(server.address() as AddressInfo).port}/f.exe`;
  const sha256 = createHash('sha256').update(content).digest('hex');
  const files = [{ url, path: 'C:\\f.exe', sha256, size: content.length }];
  expect(await host.call('download', { files })).toEqual({ fetched: ['C:\\f.exe'], bytes: content.length });
  const far = { ...files[0], url: url.replace('10.72.1.2', '10.9.9.9'), path: 'C:\\g.exe' } as (typeof files)[0];
  await lab
    .pc('r301-s01')
    .configure({ dhcp: false, address: '10.72.1.101', prefix: 24, gateway: '10.72.1.77', dns: [] });
  await expect(host.call('download', { files: [far] })).rejects.toMatchObject({ code: 'no-answer' });
});

test('what a person does to a PC is not counted as ours', async () => {
  const lab = await makeLab(1, {
    mix: [
      {
        weight: 1,
        os: 'win10',
        hardware: 'desktop2019',
        software: [{ product: 'chrome', version: '96.0.4664.45', how: 'msi' }],
      },
    ],
  });
  const pc = lab.pc('r301-s01');
  await act(pc, 'tamper', ['chrome', '131.0.6778.86']);
  expect(pc.journal.writes).toBe(0);
  expect(pc.journal.events.filter((event) => event.actor === 'person').length).toBeGreaterThan(0);
  await act(pc, 'tamper', ['input-method', 'sogou']);
  expect(pc.files.isDirectory('C:\\Program Files (x86)\\SogouInput')).toBe(true);
  await act(pc, 'tamper', ['firewall', 'C:\\Exam\\ExamClient.exe']);
  expect(pc.firewall.rules('ExamClient.exe').map(({ action, protocol }) => [action, protocol])).toEqual([
    ['block', 'tcp'],
    ['block', 'udp'],
  ]);
  await act(pc, 'fill-disk', []);
  expect(pc.files.freeBytes()).toBe(1_000_000);
  await act(pc, 'free-disk', []);
  expect(pc.files.freeBytes()).toBeGreaterThan(100e9);
  await expect(act(pc, 'nonsense', [])).rejects.toThrow(/expected one of restart, unplug/);
  await expect(act(pc, 'tamper', ['nonsense'])).rejects.toThrow(/expected one of chrome, package/);
  await expect(act(pc, 'open-card', [])).rejects.toThrow('no restore card');
});

test('the folder holds nothing of the controller but its public key', async () => {
  const lab = await makeLab(1);
  await lab.save();
  expect(readFileSync(path.join(lab.dir, 'lab.json'), 'utf8')).not.toContain('PRIVATE');
});
