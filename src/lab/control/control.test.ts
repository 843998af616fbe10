// Does not prove the named pipe of Windows, nor that the daemon outlives a terminal: it is started here the way the command line does.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { newKeyPair } from '../../hosts/key-pair.ts';
import { Lab } from '../lab.ts';
import { sampleRoom } from '../sample-room.ts';
import { connect, exec } from '../ssh/testing.ts';
import { LabClient } from './client.ts';
import { isAlive, noteFile, readNote, socketPath } from './endpoint.ts';
import { launch } from './launch.ts';

const keys = newKeyPair();
let folder: string;
let dir: string;
let client: LabClient;

beforeEach(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'examsite-lab-'));
  dir = path.join(folder, 'room-301');
  client = new LabClient(folder);
  await Lab.create({ dir, ...sampleRoom(2, { net: '10.73.1' }), authorizedKey: keys.public });
});
afterEach(async () => {
  await client.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('a daemon answers when it is said to be ready, does what it is told, and leaves nothing behind', async () => {
  const note = await launch({ labFolder: folder, dir, port: 0 });
  expect(readNote(folder)).toEqual(note);
  const status = await client.status();
  expect(status).toMatchObject({ room: '301', port: note.port, pid: note.pid });
  expect(status.pcs.map(({ name, power, writes }) => [name, power, writes])).toEqual([
    ['r301-s01', 'on', 0],
    ['r301-s02', 'on', 0],
  ]);
  const unplugged = await client.do('02', 'unplug', []);
  expect(unplugged.pcs.map(({ plugged }) => plugged)).toEqual([true, false]);
  await expect(client.do('01', 'nonsense', [])).rejects.toThrow('expected one of restart');
  await expect(client.do('99', 'restart', [])).rejects.toThrow('expected one of r301-s01, r301-s02');
  expect(await client.stop()).toBe(true);
  expect(isAlive(note.pid)).toBe(false);
  expect([existsSync(noteFile(folder)), existsSync(socketPath(folder))]).toEqual([false, false]);
  expect(await client.stop()).toBe(false);
});

test('the journal tells what came in through SSH', async () => {
  const { port } = await launch({ labFolder: folder, dir, port: 0 });
  const ssh = await connect(Lab.open(dir).pc('r301-s01'), port, keys);
  expect((await exec(ssh, 'echo hello')).exitCode).toBe(0);
  expect((await client.journal('r301-s01')).writes).toBe(0);
  ssh.destroy();
});

test('a note and a socket of a daemon that was killed are in nobody’s way', async () => {
  const { pid } = await launch({ labFolder: folder, dir, port: 0 });
  process.kill(pid, 'SIGKILL');
  await expect.poll(() => isAlive(pid)).toBe(false);
  await expect(client.status()).rejects.toThrow(`process ${pid} left a note`);
  const next = await launch({ labFolder: folder, dir, port: 0 });
  expect((await client.status()).pid).toBe(next.pid);
});

test('a process that got the number of a dead daemon is not taken for one, and not stopped', async () => {
  const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  await once(other, 'spawn');
  try {
    writeFileSync(noteFile(folder), JSON.stringify({ pid: other.pid, room: '301', port: 1 }));
    expect(await client.running()).toBeUndefined();
    expect(await client.stop()).toBe(false);
    expect(other.exitCode).toBeNull();
  } finally {
    other.kill();
  }
});

test('a daemon that cannot start says why, and ends', async () => {
  await expect(launch({ labFolder: folder, dir: path.join(folder, 'absent'), port: 0 })).rejects.toThrow('ENOENT');
  expect(readNote(folder)).toBeUndefined();
});
