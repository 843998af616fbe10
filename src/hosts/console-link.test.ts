// Against a scripted console in this process: how a device without an agent is spoken to, not what OpenWrt or RouterOS says (src/lab/devices).
import type { ServerChannel } from 'ssh2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Args } from '../core/host.ts';
import { mostOutputBytes } from './console-link.ts';
import { languageOf } from './consoles.ts';
import { enrollRoom } from './enroll.ts';
import { lanAddress, subnet, TestRoom } from './testing/room.ts';
import type { TestServer } from './testing/server.ts';

const router = 'r301-s01';
const { greeting } = languageOf('openwrt');
const hello = '6.6.86\n93784.51 180000.02\n00:00:00:00:00:00\n00:16:3E:11:22:33\n00:16:3e:11:22:34\n';

let room: TestRoom;
let server: TestServer;
/** Commands in the order in which they began. */
let heard: string[];
let answer: (command: string, stream: ServerChannel) => void;

const says = (stream: ServerChannel, text: string, code: number | null = 0): void => {
  stream.write(text);
  if (code !== null) stream.exit(code);
  stream.end();
};

beforeEach(async () => {
  room = new TestRoom();
  server = await room.server(2);
  await room.enrol({ [router]: { hostKey: server.hostKey, last: 2, platform: 'openwrt' } });
  heard = [];
  answer = (_, stream) => says(stream, 'done\n');
  server.script = {
    exec: (command, stream) => {
      if (command === greeting) return says(stream, hello);
      heard.push(command);
      answer(command, stream);
    },
  };
});
afterEach(() => room.end());

const line = (command: string, more: Partial<Args<'console.run'>> = {}): Args<'console.run'> => ({
  command,
  timeoutSec: 5,
  ...more,
});

describe('a device without an agent', () => {
  it('says hello by its own commands', async () => {
    const { bootTime, ...rest } = await room.pool().host(router).hello();
    expect(rest).toMatchObject({ platform: 'openwrt', osVersion: '6.6.86', machineId: '00:16:3e:11:22:33', pid: 0 });
    expect(Math.abs(Date.now() - 93_784_510 - Date.parse(bootTime))).toBeLessThan(5_000);
  });

  it('that says something else is not taken for one', async () => {
    server.script = { exec: (_, stream) => says(stream, 'bad command name cat (line 1 column 1)\n') };
    await expect(room.pool().host(router).hello()).rejects.toMatchObject({ code: 'agent-failed' });
  });

  it('is found by a MAC of its cards', async () => {
    const seats = [{ name: router, computer: 'router', mac: '00:16:3e:11:22:34' }];
    const found = await enrollRoom({
      home: room.home,
      room: {
        ...{ room: '301', platform: 'openwrt', subnet, depot: 'http://10.61.0.14/', seats },
        ssh: { user: 'root', port: room.port, network: 'lab' },
      },
      addresses: [lanAddress(2)],
    });
    expect(found.refusals).toEqual([]);
    expect(found.seats[0]).toMatchObject({ state: 'same', found: { platform: 'openwrt' } });
  });

  it('does one line after the other, each in a channel of its own on one connection', async () => {
    let running = 0;
    let most = 0;
    answer = (command, stream) => {
      most = Math.max(most, ++running);
      setTimeout(() => {
        running--;
        says(stream, command, 3);
      }, 20);
    };
    const host = room.pool().host(router);
    const ends = await Promise.all(['a', 'b', 'c'].map((one) => host.call('console.run', line(one))));
    await host.call('console.run', line('d'));
    expect(ends).toEqual(['a', 'b', 'c'].map((stdout) => ({ exitCode: 3, stdout, stderr: '' })));
    expect({ heard, most, logins: server.logins }).toEqual({ heard: ['a', 'b', 'c', 'd'], most: 1, logins: 1 });
  });

  it('is given input, and ends it', async () => {
    answer = (_, stream) => {
      const parts: Buffer[] = [];
      stream.on('data', (data: Buffer) => parts.push(data));
      stream.on('end', () => says(stream, Buffer.concat(parts).toString().toUpperCase()));
    };
    const { stdout } = await room
      .pool()
      .host(router)
      .call('console.run', line('cat', { stdin: 'a\nb\n' }));
    expect(stdout).toBe('A\nB\n');
  });

  it('that gives no exit code has none', async () => {
    answer = (_, stream) => says(stream, 'text', null);
    const end = await room.pool().host(router).call('console.run', line('x'));
    expect(end).toEqual({ exitCode: null, stdout: 'text', stderr: '' });
  });

  it('has nothing else of the vocabulary', async () => {
    const call = room.pool().host(router).call('file.read', { path: '/etc/passwd' });
    await expect(call).rejects.toMatchObject({ code: 'unsupported' });
  });

  it('may not say more than a list can hold', async () => {
    answer = (_, stream) => says(stream, 'x'.repeat(mostOutputBytes + 1));
    await expect(room.pool().host(router).call('console.run', line('x'))).rejects.toMatchObject({ code: 'failed' });
  });
});

describe('a session that breaks under a line', () => {
  it('is told as possibly done, and the line is not repeated', async () => {
    answer = () => server.drop();
    const call = room.pool().host(router).call('console.run', line('reload'));
    await expect(call).rejects.toMatchObject({ code: 'session-lost', mayHaveHappened: true });
    expect(heard).toEqual(['reload']);
  });

  it('sends again what only looks', async () => {
    let times = 0;
    answer = (_, stream) => (++times === 1 ? server.drop() : says(stream, 'seen'));
    const { stdout } = await room
      .pool()
      .host(router)
      .call('console.run', line('look', { readOnly: true }));
    expect({ stdout, heard }).toEqual({ stdout: 'seen', heard: ['look', 'look'] });
  });

  it('does not keep back the lines of other callers, which had not begun', async () => {
    answer = (command, stream) => (command === 'first' ? void setTimeout(() => server.drop(), 50) : says(stream, 'ok'));
    const host = room.pool().host(router);
    const first = host.call('console.run', line('first'));
    await new Promise((resolve) => setTimeout(resolve, 30));
    const second = host.call('console.run', line('second'));
    await expect(first).rejects.toMatchObject({ code: 'session-lost' });
    expect(await second).toMatchObject({ stdout: 'ok' });
    expect(heard).toEqual(['first', 'second']);
  });

  it('or hangs is ended, and the next line has a session of its own', async () => {
    answer = () => undefined;
    const host = room.pool().host(router);
    const call = host.call('console.run', line('hang', { timeoutSec: 0.2 }));
    await expect(call).rejects.toMatchObject({ code: 'request-timeout', mayHaveHappened: true });
    answer = (_, stream) => says(stream, 'again');
    expect(await host.call('console.run', line('x'))).toMatchObject({ stdout: 'again' });
    expect(server.logins).toBe(2);
  });

  it('at another machine with another key is not begun', async () => {
    const other = await room.server(3);
    await room.enrol({ [router]: { hostKey: other.hostKey, last: 2, platform: 'openwrt' } });
    await other.stop();
    await expect(room.pool().host(router).call('console.run', line('x'))).rejects.toMatchObject({
      code: 'host-key-changed',
    });
    expect(heard).toEqual([]);
  });
});

describe('RouterOS', () => {
  it.each([
    ['1w2d03:04:05', 788_645],
    ['00:00:59', 59],
  ])('is greeted in its own language: up for %s', (uptime, seconds) => {
    const said = `7.15.3 (stable)\r\n${uptime}\r\n48:8F:5A:00:00:01\r\n`;
    expect(languageOf('routeros').look(said)).toEqual({
      osVersion: '7.15.3 (stable)',
      uptimeSec: seconds,
      macs: ['48:8f:5a:00:00:01'],
    });
  });
});
