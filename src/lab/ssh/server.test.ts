// Does not prove Windows' sshd; what it is known to do differently from others is in windows-facts 1.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'ssh2';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { newKeyPair } from '../../hosts/key-pair.ts';
import { Lan } from '../lan.ts';
import { createMachine } from '../pc/create.ts';
import type { Pc } from '../pc/pc.ts';
import { software } from '../software.ts';
import { SshServer } from './server.ts';
import { agentSource, connect, exec, Lines, sftp, shown } from './testing.ts';

const keys = newKeyPair();
let pc: Pc;
let server: SshServer;
let port: number;
let clients: Client[];

beforeEach(async () => {
  const lan = new Lan({ subnet: '10.71.1.0/24', gateway: '10.71.1.1', dns: ['10.71.1.1'] });
  pc = createMachine({ name: 'r301-s01', lan, software, authorizedKey: keys.public });
  port = await lan.freePort();
  server = new SshServer(pc, { port, user: 'examsite' });
  clients = [];
  await server.refresh();
});
afterEach(async () => {
  for (const client of clients) client.destroy();
  await server.stop();
});

async function login(): Promise<Client> {
  const client = await connect(pc, port, keys);
  clients.push(client);
  return client;
}

describe('who gets in', () => {
  test('the account with the key that the PC has', async () => {
    await expect(login()).resolves.toBeDefined();
  });

  test('nobody with another key, and nobody under another name', async () => {
    await expect(connect(pc, port, newKeyPair())).rejects.toThrow('authentication');
    await expect(connect(pc, port, keys, 'administrator')).rejects.toThrow('authentication');
  });

  test('nobody once the key was taken from the PC', async () => {
    pc.files.delete('C:\\ProgramData\\ssh\\administrators_authorized_keys');
    await expect(login()).rejects.toThrow('authentication');
  });
});

describe('a command', () => {
  test('runs in cmd.exe, with its exit code in 32 bits', async () => {
    const client = await login();
    expect(await exec(client, 'echo %OS%')).toEqual({ exitCode: 0, stdout: 'Windows_NT\r\n', stderr: '' });
    expect((await exec(client, 'exit 3010')).exitCode).toBe(3010);
    expect((await exec(client, 'exit -1073741515')).exitCode).toBe(0xc0000135);
  });
});

describe('the agent channel', () => {
  test('hashes what arrived, and answers each call', async () => {
    const lines = await Lines.open(await login());
    const hello = await lines.start();
    expect(hello).toMatchObject({
      agent: createHash('sha256').update(agentSource).digest('hex'),
      platform: 'windows',
      osVersion: '10.0.19045',
      machineId: pc.machineId,
    });
    const results = await lines.ask(7, [
      { name: 'file.write', args: { path: 'C:\\a', base64: 'eA==' } },
      { name: 'file.read', args: { path: 'C:\\a' } },
      { name: 'file.read', args: { path: 'C:\\b' } },
    ]);
    expect(results).toEqual([
      { ok: {} },
      { ok: { base64: 'eA==' } },
      { error: expect.objectContaining({ code: 'not-found' }) as object },
    ]);
    expect(pc.journal.events.filter((event) => event.actor === 'ssh').length).toBeGreaterThan(0);
    expect(lines.stderr).toEqual([]);
  });

  test('takes a source that was cut short for what it is', async () => {
    const lines = await Lines.open(await login());
    lines.stream.write("$s=''\n$s+='cGFydA=='\n$b=[Convert]::FromBase64String($s)\n");
    lines.stream.write('. ([scriptblock]::Create([Text.Encoding]::UTF8.GetString($b)))\nStart-Agent $h\n');
    await expect.poll(() => lines.stderr.join('')).toMatch(/ParserError[\s\S]*CommandNotFoundException/);
  });

  test('complains about any other line, and goes on', async () => {
    const lines = await Lines.open(await login());
    await lines.start();
    lines.stream.write('Remove-Item C:\\ -Recurse\n');
    expect(await lines.ask(1, [{ name: 'process.list', args: {} }])).toMatchObject([{ ok: {} }]);
    expect(lines.stderr.join('')).toContain('ParserError');
  });

  test('ends when its input ends', async () => {
    const lines = await Lines.open(await login());
    await lines.start();
    const exit = once(lines.stream, 'exit');
    lines.stream.end();
    expect((await exit)[0]).toBe(0);
  });

  test('has noise between its answers on a PC that talks', async () => {
    pc.faults.garbage = true;
    const lines = await Lines.open(await login());
    lines.stream.write((await import('../../hosts/windows/channel.ts')).windowsChannel.opening(agentSource));
    const first = await lines.next();
    expect(first.startsWith('@@')).toBe(false);
    expect((await lines.next()).startsWith('@@{"hello"')).toBe(true);
  });
});

describe('files', () => {
  test('go there and come back, under either form of a path', async () => {
    const files = await sftp(await login());
    const content = Buffer.alloc(200_000, 'abc');
    await new Promise<void>((resolve, reject) => files.mkdir('/C:/up', (error) => (error ? reject(error) : resolve())));
    await new Promise<void>((resolve, reject) =>
      files.writeFile('/C:/up/f.bin', content, (error) => (error ? reject(error) : resolve())),
    );
    expect(pc.files.read('C:\\up\\f.bin')?.content.equals(content)).toBe(true);
    const back = await new Promise<Buffer>((resolve, reject) =>
      files.readFile('C:/up/f.bin', (error, data) => (error ? reject(error) : resolve(data))),
    );
    expect(back.equals(content)).toBe(true);
    const names = await new Promise<string[]>((resolve, reject) =>
      files.readdir('/C:/up', (error, list) => (error ? reject(error) : resolve(list.map(({ filename }) => filename)))),
    );
    expect(names).toEqual(['f.bin']);
    const real = await new Promise<string>((resolve, reject) =>
      files.realpath('C:\\up\\..\\up', (error, path) => (error ? reject(error) : resolve(path))),
    );
    expect(real).toBe('/C:/up');
  });

  test('that are not there are told apart from what fails', async () => {
    const files = await sftp(await login());
    const stat = (path: string) =>
      new Promise<unknown>((resolve) =>
        files.stat(path, (error) => resolve((error as { code?: number } | undefined)?.code)),
      );
    expect(await stat('/C:/absent')).toBe(2);
    expect(await stat('/C:/Windows')).toBeUndefined();
  });
});

describe('a session', () => {
  test('ends at a restart, and the PC answers elsewhere with the same key', async () => {
    const client = await login();
    const before = pc.nic.address;
    const closed = once(client, 'close');
    await pc.restart();
    await closed;
    await server.refresh();
    expect(pc.nic.address).not.toBe(before);
    const again = await login();
    expect((await exec(again, 'echo back')).stdout).toBe('back\r\n');
    expect(shown.get(again)).toBe(shown.get(client));
    expect(shown.get(again)).toMatch(/^AAAAC3NzaC1lZDI1NTE5/);
  });

  test('hears nothing any more when the cable is pulled, and learns of it when it is back', async () => {
    const client = await login();
    let closed = false;
    client.on('close', () => (closed = true));
    const answer = exec(client, 'echo lost');
    answer.catch(() => undefined);
    pc.plug(false);
    await sleep(150);
    expect(closed).toBe(false);
    await server.refresh();
    await expect(login()).rejects.toThrow('ECONNREFUSED');
    pc.plug(true);
    await expect.poll(() => closed).toBe(true);
    await server.refresh();
    expect((await exec(await login(), 'echo back')).stdout).toBe('back\r\n');
  });

  test('is lost when the address changes, and the new one answers', async () => {
    const client = await login();
    let heard = false;
    await pc.configure({ dhcp: false, address: '10.71.1.200', prefix: 24, gateway: '10.71.1.1', dns: [] });
    exec(client, 'echo lost').then(
      () => (heard = true),
      () => undefined,
    );
    await server.refresh();
    expect((await exec(await login(), 'echo new')).stdout).toBe('new\r\n');
    expect(heard).toBe(false);
  });

  test('dies under the n-th request when told to', async () => {
    const client = await login();
    const lines = await Lines.open(client);
    await lines.start();
    pc.faults.dropAfter = 2;
    await lines.ask(1, [{ name: 'process.list', args: {} }]);
    await expect(lines.ask(2, [{ name: 'process.list', args: {} }])).rejects.toThrow('closed');
    expect(pc.faults.dropAfter).toBeNull();
  });
});

test('a PC that hangs accepts a connection and says nothing', async () => {
  pc.faults.hang = true;
  const { createConnection } = await import('node:net');
  const socket = createConnection({ host: pc.nic.lan.dial(pc.nic.address ?? ''), port });
  let said = '';
  socket.on('data', (data) => (said += data.toString()));
  await once(socket, 'connect');
  await sleep(100);
  expect(said).toBe('');
  socket.destroy();
});
