// Does not prove that a switch or TCP shares a link like this: the model is the fair one of textbooks, without packets, losses and start-up.
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { serveDepot, type DepotServer } from '../depot/serve.ts';
import { verifyDepot } from '../depot/verify.ts';
import { newKeyPair } from '../hosts/key-pair.ts';
import { act } from './actions.ts';
import { directHost } from './direct-host.ts';
import { Lab } from './lab.ts';
import { Lan } from './lan.ts';
import { buildDepot } from './packages/build.ts';
import { clean } from './room-mix.ts';
import { sampleRoom } from './sample-room.ts';
import { inSimulatedTime } from './simulated-time.ts';
import { depotView, simulatedPc } from './testing.ts';
import { fairShares, Traffic } from './traffic.ts';

const speed = fc.double({ min: 1, max: 1e9, noNaN: true });
const sum = (all: readonly number[]): number => all.reduce((total, one) => total + one, 0);

test('shares never add up to more than the uplink, leave nothing of it that somebody could use, and are fair', () => {
  fc.assert(
    fc.property(speed, fc.array(speed, { minLength: 1, maxLength: 60 }), (uplink, limits) => {
      const shares = fairShares(uplink, limits);
      const slack = 1 + 1e-9;
      expect(sum(shares)).toBeLessThanOrEqual(uplink * slack);
      expect(sum(shares) * slack).toBeGreaterThanOrEqual(Math.min(uplink, sum(limits)));
      const most = Math.max(...shares);
      shares.forEach((share, index) => {
        const limit = limits[index] ?? 0;
        expect(share).toBeLessThanOrEqual(limit);
        // Who has less than another has all that it can take.
        if (share * slack < most) expect(share).toBe(limit);
      });
    }),
  );
});

describe('transfers', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
  afterEach(() => void vi.useRealTimers());

  const transfer = fc.record({
    bytes: fc.integer({ min: 1, max: 1e9 }),
    limit: fc.integer({ min: 1e6, max: 1e9 }),
    afterMs: fc.integer({ min: 0, max: 20_000 }),
  });

  test('all end, none before its card and its share of the uplink let it', async () => {
    const all = fc.array(transfer, { minLength: 1, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(all, fc.integer({ min: 10, max: 2000 }), async (transfers, mbps) => {
        const [uplink, began] = [(mbps * 1e6) / 8, performance.now()];
        const traffic = new Traffic(mbps, 1);
        const ends: { at: number; bytes: number }[] = [];
        const work = transfers.map(async ({ bytes, limit, afterMs }) => {
          await new Promise((resolve) => setTimeout(resolve, afterMs));
          await traffic.carry(bytes, { limit: () => limit, alive: () => true });
          const at = (performance.now() - began) / 1000;
          ends.push({ at, bytes });
          expect(at - afterMs / 1000).toBeGreaterThanOrEqual(bytes / Math.min(limit, uplink) - 0.001);
        });
        await vi.runAllTimersAsync();
        await Promise.all(work);
        // At no moment has more arrived than the uplink can have carried.
        ends.forEach(({ at }, index) => {
          const arrived = sum(ends.slice(0, index + 1).map(({ bytes }) => bytes));
          expect(arrived).toBeLessThanOrEqual(uplink * (at + 0.001));
        });
      }),
      { numRuns: 50 },
    );
  });

  test('one that is lost is told so, and its share goes to the others', async () => {
    const traffic = new Traffic(8, 1);
    let alive = true;
    const began = performance.now();
    const limit = (): number => 1e9;
    const lost = traffic.carry(10e6, { limit, alive: () => alive }).catch((error: unknown) => String(error));
    const other = traffic.carry(10e6, { limit, alive: () => true }).then(() => performance.now() - began);
    setTimeout(() => {
      alive = false;
      traffic.uplinkMbps = 8;
    }, 2000);
    await vi.runAllTimersAsync();
    expect(await lost).toContain('lost under way');
    expect(await other).toBeCloseTo(11_000, -2);
  });
});

test('a slow disk holds a fast card back', async () => {
  const content = Buffer.from('installer');
  const depot = { lock: { artifacts: [], wheels: {} }, files: new Map([['i.exe', content]]) };
  const lan = new Lan({ subnet: '10.30.1.0/24', gateway: '10.30.1.1', dns: ['10.30.1.1'], pace: 1 });
  const { host, machine } = await simulatedPc({ depot, lan, changes: { diskBps: 3 } });
  const sha256 = createHash('sha256').update(content).digest('hex');
  const files = [{ url: 'http://10.30.1.2:8080/i.exe', path: 'C:\\i.exe', sha256, size: content.length }];
  expect(await inSimulatedTime([machine], () => host.call('download', { files }))).toBeCloseTo(3, 2);
});

describe('a room', () => {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'examsite-traffic-'));
  let depot: DepotServer | undefined;
  afterEach(async () => {
    await depot?.close();
    rmSync(dir, { recursive: true, force: true });
  });

  test('fetches a stand-in as large as the real file, each PC as fast as its card; a worn cable slows one PC alone', async () => {
    const size = 200_000_000;
    const lock = await buildDepot({ dir, products: { pycharm: ['2019.2.5'] }, sizes: { pycharm: size } });
    expect(await verifyDepot(dir, lock)).toEqual([]);
    depot = await serveDepot({ dir, lock, host: '127.76.1.2', port: 0 });
    const room = sampleRoom(4, { net: '10.76.1' });
    const [authorizedKey, mix] = [newKeyPair().public, clean('win10')];
    const lab = await Lab.create({ dir: path.join(dir, 'lab'), ...room, authorizedKey, mix, latency: 1 });
    const [slow] = lab.pcs;
    if (slow === undefined) throw new Error('no PC');
    await act(slow, 'card', ['100']);
    await act(slow, 'lan', ['1000']);
    const view = depotView(lock, depot.url.replace('127.', '10.'));
    const { url, sha256 } = view.artifact('pycharm', '2019.2.5');
    const files = [{ url, path: 'C:\\pycharm.exe', sha256, size }];
    const seconds: number[] = [];
    const fetching = (): Promise<unknown> =>
      Promise.all(
        lab.pcs.map(async (pc, index) => {
          const began = performance.now();
          expect(await directHost(pc, view).call('download', { files })).toEqual({
            fetched: ['C:\\pycharm.exe'],
            bytes: size,
          });
          seconds[index] = (performance.now() - began) / 1000;
        }),
      );
    await inSimulatedTime(lab.pcs, fetching);
    // 12.5 MB/s for the slow one; (125 − 12.5) / 3 for each of the others.
    expect(seconds.map((one) => Math.round(one * 10) / 10)).toEqual([16, 5.3, 5.3, 5.3]);
    expect(depot.stats.bytes).toBeLessThan(5 * 2 ** 20);
    expect(slow.files.read('C:\\pycharm.exe')?.size).toBe(size);
    expect(await directHost(slow, view).call('download', { files })).toEqual({ fetched: [], bytes: 0 });
  });
});
