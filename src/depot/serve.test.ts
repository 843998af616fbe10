// Does not prove speed on a real network, nor what a PC does with a wrong file: that is the agent's `download`.
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Agent, get, request as open } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DepotLock } from './lock.ts';
import { serveDepot, type DepotServer } from './serve.ts';

const content = randomBytes(300_000);
const hash = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const entry = (file: string, bytes: Buffer): DepotLock['artifacts'][number] => ({
  product: 'wheel',
  version: '1',
  file,
  size: bytes.length,
  sha256: hash(bytes),
});
const small = Array.from({ length: 70 }, (_, index) => ({
  file: `wheel-${index}.whl`,
  bytes: randomBytes(2000 + index),
}));

let dir: string;
let depot: DepotServer;
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'depot-'));
  await writeFile(path.join(dir, 'big.bin'), content);
  await writeFile(path.join(dir, 'secret.txt'), 'not in the lock');
  await writeFile(path.join(dir, 'short.bin'), content.subarray(1));
  await Promise.all(small.map(({ file, bytes }) => writeFile(path.join(dir, file), bytes)));
  const artifacts = ['big.bin', 'short.bin', 'absent.bin'].map((file) => entry(file, content));
  const lock = { artifacts: [...artifacts, ...small.map(({ file, bytes }) => entry(file, bytes))], wheels: {} };
  depot = await serveDepot({ dir, lock, host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await depot.close();
  await rm(dir, { recursive: true });
});

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}
const ask = (
  url: string,
  options: { method?: string; headers?: Record<string, string>; agent?: Agent } = {},
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const asking = open(new URL(url, depot.url), options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
      );
      response.on('error', reject);
    });
    asking.on('error', reject);
    asking.end();
  });

describe('the depot', () => {
  it('sends a whole file with its hash as ETag', async () => {
    const { status, headers, body } = await ask('big.bin');
    expect(status).toBe(200);
    expect(headers).toMatchObject({ etag: `"${hash(content)}"`, 'content-length': '300000', 'accept-ranges': 'bytes' });
    expect(body.equals(content)).toBe(true);
  });

  const ranges: [string, number, number, number][] = [
    ['bytes=0-99', 206, 0, 100],
    ['bytes=299990-', 206, 299_990, 300_000],
    ['bytes=-10', 206, 299_990, 300_000],
    ['bytes=-999999', 206, 0, 300_000],
    ['bytes=299999-999999', 206, 299_999, 300_000],
    ['bytes=0-0', 206, 0, 1],
    // What makes no sense, or asks for several parts, gets the whole file.
    ['bytes=5-2', 200, 0, 300_000],
    ['bytes=0-1,5-6', 200, 0, 300_000],
    ['bytes=-', 200, 0, 300_000],
    ['lines=1-2', 200, 0, 300_000],
  ];
  it.each(ranges)('answers Range %s with %i', async (range, status, start, end) => {
    const answer = await ask('big.bin', { headers: { range } });
    expect(answer.status).toBe(status);
    expect(answer.headers['content-range']).toBe(status === 206 ? `bytes ${start}-${end - 1}/300000` : undefined);
    expect(answer.body.equals(content.subarray(start, end))).toBe(true);
  });

  it.each(['bytes=300000-', 'bytes=999999-9999999', 'bytes=-0'])('answers Range %s with 416', async (range) => {
    const { status, headers } = await ask('big.bin', { headers: { range } });
    expect({ status, range: headers['content-range'] }).toEqual({ status: 416, range: 'bytes */300000' });
  });

  it('goes on with a download only while the file is the same', async () => {
    const range = 'bytes=100-';
    const same = await ask('big.bin', { headers: { range, 'if-range': `"${hash(content)}"` } });
    const other = await ask('big.bin', { headers: { range, 'if-range': '"another"' } });
    expect([same.status, other.status]).toEqual([206, 200]);
  });

  it('sends nothing to whom has it already', async () => {
    const { status, body } = await ask('big.bin', { headers: { 'if-none-match': `"x", "${hash(content)}"` } });
    expect({ status, length: body.length }).toEqual({ status: 304, length: 0 });
  });

  it('answers HEAD like GET, without the file', async () => {
    const { status, headers, body } = await ask('big.bin', { method: 'HEAD' });
    expect({ status, length: headers['content-length'], body: body.length }).toEqual({
      status: 200,
      length: '300000',
      body: 0,
    });
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('refuses %s with 405', async (method) => {
    const { status, headers } = await ask('big.bin', { method });
    expect({ status, allow: headers['allow'] }).toEqual({ status: 405, allow: 'GET, HEAD' });
  });

  it.each([
    ['secret.txt', 404],
    ['absent.bin', 404],
    // The lock promises another file: certainly not this one.
    ['short.bin', 500],
    ['', 404],
    ['big.bin/', 404],
    ['%E0%A4%A', 404],
  ])('answers /%s with %i', async (name, status) => {
    expect((await ask(name)).status).toBe(status);
  });

  it.each([
    '/../secret.txt',
    '/./secret.txt',
    '//etc/passwd',
    '/..%2f..%2fetc%2fpasswd',
    '/%2e%2e/secret.txt',
    '/..\\secret.txt',
    'http://x/secret.txt',
    '/big.bin%00',
  ])('has no way to a file outside the lock: %s', async (target) => {
    // A client library would tidy the path up; the server must not rely on that.
    const answer = await raw(`GET ${target} HTTP/1.1\r\nHost: depot\r\nConnection: close\r\n\r\n`);
    expect(answer.split('\r\n')[0]).toBe('HTTP/1.1 404 Not Found');
    expect(answer).not.toContain('not in the lock');
  });

  it('serves 44 PCs that each fetch 70 wheels, whole and without mixing them up', async () => {
    const before = depot.stats.requests;
    const pcs = Array.from({ length: 44 }, async () => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      let bytes = 0;
      for (const { file, bytes: expected } of small) {
        const { body } = await ask(file, { agent });
        if (body.equals(expected)) bytes += body.length;
      }
      agent.destroy();
      return bytes;
    });
    const whole = small.reduce((sum, { bytes }) => sum + bytes.length, 0);
    expect(await Promise.all(pcs)).toEqual(Array<number>(44).fill(whole));
    expect(depot.stats.requests - before).toBe(44 * 70);
  }, 60_000);

  it('goes on when a client goes away in the middle', async () => {
    await new Promise<void>((resolve) => {
      get(new URL('big.bin', depot.url), (response) => {
        response.destroy();
        response.once('close', resolve);
      }).on('error', () => resolve());
    });
    expect((await ask('big.bin')).status).toBe(200);
  });
});

it('ends open connections when it is closed', async () => {
  const other = await serveDepot({ dir, lock: { artifacts: [], wheels: {} }, host: '127.0.0.1', port: 0 });
  const socket = connect(Number(new URL(other.url).port), '127.0.0.1');
  await new Promise((resolve) => socket.once('connect', resolve));
  const ended = new Promise((resolve) => socket.once('close', resolve));
  socket.on('error', () => undefined);
  socket.write('GET / HT');
  await other.close();
  await ended;
});

it('says when its port is taken', async () => {
  const port = Number(new URL(depot.url).port);
  await expect(serveDepot({ dir, lock: { artifacts: [], wheels: {} }, host: '127.0.0.1', port })).rejects.toThrow(
    'EADDRINUSE',
  );
});

function raw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(depot.url).port), '127.0.0.1', () => socket.write(text));
    let answer = '';
    socket.on('data', (chunk) => (answer += chunk.toString('latin1')));
    socket.on('end', () => resolve(answer));
    socket.on('error', reject);
  });
}
