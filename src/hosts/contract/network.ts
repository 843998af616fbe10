/** Downloads, probes and network cards. */
import { createHash } from 'node:crypto';
import { base64, describe, expect, inside, it, refused, text, where } from './subject.ts';
import type { Family, Get } from './subject.ts';

const content = Buffer.from('installer '.repeat(5000));
const sha256 = createHash('sha256').update(content).digest('hex');
const other = createHash('sha256').update('other').digest('hex');
const size = content.length;

function downloads(get: Get): void {
  it('fetches what is absent, once', async () => {
    const { host, serve } = get();
    const file = { url: serve('a.msi', content), path: inside(get(), 'pkg', 'a.msi'), sha256, size };
    expect(await host.call('download', { files: [file] })).toEqual({ fetched: [file.path], bytes: size });
    expect(await host.call('file.stat', { path: file.path, sha256: true })).toMatchObject({ size, sha256 });
    expect(await host.call('download', { files: [file] })).toEqual({ fetched: [], bytes: 0 });
  });

  it('replaces a file that has another hash', async () => {
    const { host, serve } = get();
    const file = { url: serve('b.msi', content), path: inside(get(), 'b.msi'), sha256, size };
    await host.call('file.write', { path: file.path, base64: base64('damaged') });
    expect((await host.call('download', { files: [file] })).fetched).toEqual([file.path]);
    expect((await host.call('file.stat', { path: file.path, sha256: true })).sha256).toBe(sha256);
  });

  it('refuses what is not the locked file, says both hashes, and leaves nothing behind', async () => {
    const { host, serve } = get();
    const file = { url: serve('c.msi', content), path: inside(get(), 'wrong', 'c.msi'), sha256: other, size };
    const detail = await refused(host.call('download', { files: [file] }), 'hash-mismatch');
    expect(detail).toMatchObject({ expected: other, actual: sha256 });
    expect((await host.call('file.list', { path: inside(get(), 'wrong'), match: '*' })).names).toEqual([]);
  });

  it('keeps the good file when its replacement is a bad one', async () => {
    const { host, serve } = get();
    const path = inside(get(), 'kept.msi');
    await host.call('file.write', { path, base64: base64('good') });
    await refused(
      host.call('download', { files: [{ url: serve('k.msi', content), path, sha256: other, size }] }),
      'hash-mismatch',
    );
    expect(await host.call('file.read', { path })).toEqual({ base64: base64('good') });
  });

  it('refuses what the depot does not have', async () => {
    const { host, serve } = get();
    const url = `${serve('d.msi', content)}.absent`;
    const path = inside(get(), 'absent', 'd.msi');
    await refused(host.call('download', { files: [{ url, path, sha256, size }] }), 'not-found');
    expect((await host.call('file.list', { path: inside(get(), 'absent'), match: '*' })).names).toEqual([]);
  });

  it('refuses what cannot fit on the disk, before it fetches', async () => {
    const { host, serve } = get();
    const file = { url: serve('e.msi', content), path: inside(get(), 'e.msi'), sha256, size: 2 ** 41 };
    const { free } = await refused(host.call('download', { files: [file] }), 'no-space');
    expect(free).toBeTypeOf('number');
    expect((await host.call('file.stat', { path: file.path })).exists).toBe(false);
  });
}

function probes(get: Get): void {
  it('reach a web server, and say its status', async () => {
    const { host, serve } = get();
    const target = serve('p.txt', Buffer.from('page'));
    const [there, absent] = await Promise.all([
      host.call('net.probe', { kind: 'http', target, timeoutMs: 3000 }),
      host.call('net.probe', { kind: 'http', target: `${target}.absent`, timeoutMs: 3000 }),
    ]);
    expect(there).toMatchObject({ answered: true, status: 200 });
    expect(absent).toMatchObject({ answered: true, status: 404 });
  });

  it('say that nothing answered, and refuse only where an answer is a must', async () => {
    const { host } = get();
    // tcpmux: nobody has listened there for thirty years.
    const probe = { kind: 'tcp', target: '127.0.0.1:1', timeoutMs: 500 } as const;
    expect(await host.call('net.probe', probe)).toMatchObject({ answered: false, status: null, addresses: [] });
    expect(await refused(host.call('net.probe', { ...probe, mustAnswer: true }), 'no-answer')).toMatchObject({
      target: probe.target,
    });
  });
}

function exchanges(get: Get): void {
  const http = (url: string): { address: string; port: number; send: string } => {
    const { hostname, port, pathname } = new URL(url);
    const request = `GET ${pathname} HTTP/1.0\r\nHost: ${hostname}\r\n\r\n`;
    return { address: hostname, port: Number(port), send: base64(request) };
  };
  const tcp = { protocol: 'tcp', receiveBytes: 1000, timeoutMs: 2000 } as const;

  it('say what came back, to the byte', async () => {
    const { host, serve } = get();
    const to = http(serve('x.txt', Buffer.from('a page')));
    const { results } = await host.call('net.exchange', {
      exchanges: [
        { ...tcp, ...to },
        { ...tcp, ...to, receiveBytes: 8 },
        { ...tcp, ...to, receiveBytes: 0 },
      ],
    });
    expect(results.map(({ outcome }) => outcome)).toEqual(['answered', 'answered', 'connected']);
    expect(text(results[0]?.received ?? '')).toMatch(/^HTTP\/1\.\d 200 [^]*a page$/);
    expect(text(results[1]?.received ?? '')).toMatch(/^HTTP\/1\.\d$/);
    expect(results[0]?.resolved).toBe(to.address);
  });

  it('tell refused from silent and from no such name, in order', async () => {
    const { host, serve } = get();
    const quiet = { ...http(serve('q.txt', Buffer.from('x'))), send: '' };
    const { results } = await host.call('net.exchange', {
      exchanges: [
        { ...tcp, address: '127.0.0.1', port: 1, send: '' },
        { ...tcp, ...quiet, timeoutMs: 300 },
        { ...tcp, address: 'no-such-name.invalid', port: 80, send: '' },
        { ...tcp, protocol: 'udp', address: '127.0.0.1', port: 1, send: base64('?') },
      ],
    });
    expect(results.map(({ outcome, received }) => [outcome, received])).toEqual([
      ['refused', ''],
      ['connected', ''],
      ['unreachable', ''],
      ['refused', ''],
    ]);
  });

  it('take as long as the longest of them, not as all together', async () => {
    const { host, serve } = get();
    const quiet = { ...tcp, ...http(serve('s.txt', Buffer.from('x'))), send: '', timeoutMs: 700 };
    const began = Date.now();
    const { results } = await host.call('net.exchange', { exchanges: Array.from({ length: 12 }, () => quiet) });
    expect(new Set(results.map(({ outcome }) => outcome))).toEqual(new Set(['connected']));
    expect(Date.now() - began).toBeLessThan((12 * 700) / 2);
  });

  it('need nobody to talk to', async () => {
    const { host } = get();
    expect(await host.call('net.exchange', { exchanges: [] })).toEqual({ results: [] });
    expect(await host.call('net.ping', { addresses: [], timeoutMs: 100 })).toEqual({ results: [] });
  });
}

export const network: Family = (get, { adapters }) => {
  describe('downloads', () => downloads(get));
  describe('probes', () => probes(get));
  describe('exchanges', () => exchanges(get));
  describe('network cards', () => {
    where(adapters, 'it has none')('are read with what is configured and what is live', async () => {
      const { adapters: cards } = await get().host.call('net.read', {});
      expect(cards.length).toBeGreaterThan(0);
      for (const { mac, live, persistent } of cards) {
        expect(mac).toMatch(/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/);
        for (const { address, prefix } of [live, persistent]) expect(address === null).toBe(prefix === null);
      }
      const macs = cards.map(({ mac }) => mac);
      expect(macs).toEqual([...macs].sort());
    });
  });
};
