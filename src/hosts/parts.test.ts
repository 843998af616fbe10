// The small parts by themselves; how they work together is in session.test.ts and moving.test.ts.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { needs, toolPath } from '../../test/tools.ts';
import { home as homeAt } from '../core/home.ts';
import type { Home } from '../core/home.ts';
import { batchMs } from './deadline.ts';
import { AddressBook, changeEnrolled, readEnrolled, roomOf } from './enrolled.ts';
import { fingerprint } from './host-key.ts';
import { ensureIdentity } from './identity.ts';
import { isWhole, newKeyPair } from './key-pair.ts';
import { LineSplitter, readable } from './lines.ts';
import { linuxChannel } from './linux/channel.ts';
import { FileNotes } from './notes.ts';
import { lines, windowsChannel } from './windows/channel.ts';

let home: Home;
beforeEach(() => (home = homeAt(mkdtempSync(path.join(os.tmpdir(), 'examsite-parts-')))));
afterEach(() => rmSync(home.root, { recursive: true, force: true }));

describe('lines', () => {
  it('come out whole however the stream was cut', () => {
    const text = fc.array(fc.stringMatching(/^[ -~]{0,30}$/), { minLength: 1 });
    fc.assert(
      fc.property(text, fc.array(fc.integer({ min: 1, max: 9 })), fc.constantFrom('\n', '\r\n'), (all, sizes, end) => {
        const bytes = Buffer.from(all.map((line) => line + end).join(''));
        const splitter = new LineSplitter();
        const got: string[] = [];
        for (let at = 0, turn = 0; at < bytes.length; turn++) {
          const size = sizes[turn % sizes.length] ?? bytes.length;
          got.push(...splitter.push(bytes.subarray(at, at + size)).map(String));
          at += size;
        }
        expect(got).toEqual(all);
      }),
    );
  });

  it('are read as UTF-8, and as code page 936 where they are none', () => {
    expect(readable(Buffer.from('拒绝访问'))).toBe('拒绝访问');
    expect(readable(Buffer.from([0xbe, 0xdc, 0xbe, 0xf8]))).toBe('拒绝');
  });
});

describe('the Windows channel', () => {
  it('sends statements of one line, none longer than PowerShell reads comfortably, ASCII only', () => {
    const opening = windowsChannel.opening(Buffer.from('中'.repeat(20_000)));
    expect(opening).toMatch(/^[\x20-\x7e\n]+\n$/);
    expect(Math.max(...opening.split('\n').map((line) => line.length))).toBeLessThan(8_200);
  });

  it('carries every byte of the source', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 30_000 }), (bytes) => {
        const chunks = windowsChannel.opening(Buffer.from(bytes)).matchAll(/^\$s\+='([^']*)'$/gm);
        const base64 = [...chunks].map(([, part]) => part).join('');
        expect(Buffer.from(base64, 'base64').equals(bytes)).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  it('ends with the start of the agent', () => {
    expect(windowsChannel.opening(Buffer.from('x')).trimEnd().split('\n').slice(-4)).toEqual([
      lines.decode,
      lines.hash,
      lines.load,
      lines.start,
    ]);
  });
});

describe('the Linux channel', () => {
  it('is one shell word with nothing in it that a shell would touch', () => {
    const word = /^exec python3 -I -S -u -c '([^']*)'$/.exec(linuxChannel.command)?.[1];
    expect(word).toBeDefined();
    expect(word).not.toMatch(/[!\\\n]/);
  });

  needs('python3').it('hands the agent its hash and the rest of the input', () => {
    const agent = 'import sys\ndef start_agent(sha):\n    print(sha, sys.stdin.readline().strip())\n';
    const input = linuxChannel.opening(Buffer.from(agent)) + linuxChannel.request('{"id":1}');
    const out = execFileSync('/bin/sh', ['-c', linuxChannel.command], { input, encoding: 'utf8' });
    expect(out).toMatch(/^[0-9a-f]{64} \{"id":1\}\n$/);
  });
});

describe('the time for a batch', () => {
  it('is the sum of what its calls may take, for they run one after the other', () => {
    const run = { name: 'process.run', args: { exe: 'x', args: [], timeoutSec: 600 } } as const;
    const big = { url: '', path: '', sha256: '', size: 300_000_000 };
    expect(batchMs([run, run], 5_000)).toBe(1_205_000);
    expect(batchMs([{ name: 'download', args: { files: [big] } }], 0)).toBe(180_000);
    expect(batchMs([{ name: 'net.read', args: {} }], 1_000)).toBe(31_000);
  });
});

describe('notes', () => {
  it('outlive who wrote them, and forget what is deleted', async () => {
    const notes = new FileNotes(home, 'r301-s07');
    await notes.set('canary', { written: '2026-03-01T08:00:00Z' });
    await notes.set('other', [1, null, '中']);
    await notes.delete('other');
    const later = new FileNotes(home, 'r301-s07');
    expect([await later.get('canary'), await later.get('other')]).toEqual([
      { written: '2026-03-01T08:00:00Z' },
      undefined,
    ]);
  });

  it('keep every one of many changes made at once, by two who do not know of each other', async () => {
    const [one, two] = [new FileNotes(home, 'r301-s07'), new FileNotes(home, 'r301-s07')];
    await Promise.all(Array.from({ length: 20 }, (_, index) => (index % 2 ? one : two).set(`k${index}`, index)));
    const values = await Promise.all(Array.from({ length: 20 }, (_, index) => one.get(`k${index}`)));
    expect(values).toEqual(Array.from({ length: 20 }, (_, index) => index));
  });

  it('leave no half-written file and no lock behind', async () => {
    await new FileNotes(home, 'r301-s07').set('a', 1);
    expect(readdirSync(home.notes)).toEqual(['r301-s07.json']);
  });

  it('take a name for a name, whatever it means to JavaScript', async () => {
    const notes = new FileNotes(home, 'r301-s07');
    expect(await notes.get('constructor')).toBeUndefined();
    await notes.set('toString', 'x');
    expect([await notes.get('toString'), await notes.get('valueOf')]).toEqual(['x', undefined]);
  });
});

describe('a key pair', () => {
  it('of which ssh2 lost a byte is told from a whole one', () => {
    const wire = (bytes: number): Buffer => {
      const name = Buffer.from('ssh-ed25519');
      const length = (value: number): Buffer => Buffer.from([0, 0, 0, value]);
      return Buffer.concat([length(name.length), name, length(bytes), Buffer.alloc(bytes, 7)]);
    };
    expect(isWhole(`ssh-ed25519 ${wire(32).toString('base64')}`)).toBe(true);
    expect(isWhole(`ssh-ed25519 ${wire(31).toString('base64')}`)).toBe(false);
  });

  it('can be read, every one of them', () => {
    const pairs = Array.from({ length: 600 }, () => newKeyPair());
    expect(pairs.filter((pair) => !isWhole(pair.private) || !isWhole(pair.public))).toEqual([]);
  });
});

describe('the identity', () => {
  it('is made once, and for its owner alone', () => {
    const made = ensureIdentity(home);
    expect(ensureIdentity(home)).toEqual(made);
    expect(statSync(made.file).mode & 0o777).toBe(0o600);
  });

  needs('ssh-keygen').it('has the form that OpenSSH reads, and the fingerprint that it shows', () => {
    const { file, publicKey } = ensureIdentity(home);
    const keygen = (...args: string[]): string => execFileSync(toolPath('ssh-keygen'), args, { encoding: 'utf8' });
    expect(keygen('-y', '-f', file)).toContain(publicKey.split(' ').slice(0, 2).join(' '));
    expect(keygen('-lf', `${file}.pub`)).toContain(fingerprint(publicKey));
  });
});

describe('the enrolled room', () => {
  const host = (address: string) =>
    ({ address, hostKey: 'ssh-ed25519 AAAA', mac: '00:23:24:5a:00:01', machineId: 'x', platform: 'windows' }) as const;
  const fill = () =>
    changeEnrolled(home, '301', () => ({
      room: '301',
      network: 'lan',
      port: 22,
      user: 'examsite',
      subnet: '10.61.0.0/24',
      depot: 'http://10.61.0.2/',
      hosts: { 'r301-s01': host('10.61.0.1'), 'r301-s02': host('10.61.0.2') },
    }));

  it('is found by the names of its hosts', () => {
    expect(['r301-s07', 'r301-spare02', 'ra12-s101'].map(roomOf)).toEqual(['301', '301', 'a12']);
    expect(() => roomOf('router')).toThrow(/r301-s07.*\[not-enrolled\]/);
  });

  it('takes the addresses that two processes noticed at the same time', async () => {
    await fill();
    const [one, two] = [new AddressBook(home, '301'), new AddressBook(home, '301')];
    one.set('r301-s01', '10.61.0.11');
    two.set('r301-s02', '10.61.0.12');
    await Promise.all([one.flush(), two.flush()]);
    const hosts = readEnrolled(home, '301')?.hosts ?? {};
    expect(Object.values(hosts).map(({ address }) => address)).toEqual(['10.61.0.11', '10.61.0.12']);
  });

  it('that is damaged says which file and what to do', async () => {
    await fill();
    const file = path.join(home.enrolled, 'room-301.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace('ssh-ed25519 AAAA', 'AAAA'));
    expect(() => readEnrolled(home, '301')).toThrow(/room-301\.yaml is damaged/);
  });
});
