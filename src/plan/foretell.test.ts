// Does not prove the durations of the handbook, nor that a look finds what a PC lacks: that is room.test.ts.
import { describe, expect, test } from 'vitest';
import { durationOf } from '../../handbook/durations.ts';
import { seatsOf } from '../inventory/schema.ts';
import { roomOf } from '../inventory/testing.ts';
import { foretell } from './foretell.ts';
import type { SeatWork } from './look.ts';
import { planText } from './text.ts';

const GiB = 2 ** 30;
const [seat] = seatsOf(roomOf(1));
if (seat === undefined) throw new Error('no seat');

const work = (size: number, over: Partial<SeatWork> = {}): SeatWork => ({
  seat,
  works: [[{ what: 'chrome', files: [{ url: 'http://d/c.msi', file: 'c.msi', sha256: '', size }] }]],
  nicMbps: 1000,
  freeDiskGiB: 100,
  leastFreeGiB: 20,
  ...over,
});
const restart: SeatWork['works'] = [[{ what: 'restart', files: [] }]];

describe('a PC', () => {
  test('takes between what a quick one takes and a slow one, and always the same', () => {
    const [pc] = foretell([work(80e6)], 1000).pcs;
    const [quick, slow] = durationOf('chrome').seconds;
    expect(pc?.phases.install).toBeGreaterThanOrEqual(quick);
    expect(pc?.phases.install).toBeLessThanOrEqual(slow);
    expect(pc?.phases.disk).toBeCloseTo(1, 6);
    expect(foretell([work(80e6)], 1000).pcs).toEqual([pc]);
  });

  test.each([
    [100, null],
    [22, 'at most 18.0 GiB will be free on its disk, P3 asks for 20'],
    [7, '7 GiB are free on its disk, at least 8.0 are needed'],
    [null, null],
  ])('with %s GiB free that fetches 4 GiB is warned of: %s', (freeDiskGiB, warning) => {
    const [pc] = foretell([work(4 * GiB, { freeDiskGiB })], 1000).pcs;
    expect(pc?.warning?.en ?? null).toBe(warning);
  });

  test('that fetches nothing is not warned of a full disk: check tells it', () => {
    expect(foretell([work(0, { works: restart, freeDiskGiB: 1 })], 1000).pcs).toMatchObject([
      { warning: null, restarts: 1 },
    ]);
  });
});

describe('a room', () => {
  test('is done when its last PC is, and names what that one spends most of its time with', () => {
    const room = foretell([work(10e9, { nicMbps: 100 }), work(10e9)], 1000);
    expect(room).toMatchObject({ bytes: 20e9, bottleneck: 'card', pcs: [{ cardMbps: 100 }, { cardMbps: 1000 }] });
    expect(room.seconds).toBe(room.pcs[0]?.seconds);
    expect(foretell([work(1, { works: restart })], 1000).bottleneck).toBe('restart');
    expect(foretell([work(10e9), work(10e9)], 100).bottleneck).toBe('uplink');
  });

  test('with nothing to do takes no time', () => {
    expect(foretell([], 1000)).toMatchObject({ bytes: 0, seconds: 0, bottleneck: null });
  });

  test('is told in both languages, with the moment at which it would be done', () => {
    const assumed = { zh: '尚未登记', en: 'not enrolled yet' };
    const room = foretell([work(30e9, { nicMbps: null, assumed, freeDiskGiB: 40 })], 1000);
    const begin = new Date(2026, 0, 5, 9, 0);
    const [en, zh] = [planText('301', room, begin, 'en'), planText('301', room, begin, 'zh')];
    expect(en).toMatch(/│ r301-s01 │ 30\.0 GB {2}│ 0 {8}│ 1000 │ 6 min \d\d s │ assumed fresh: not enrolled yet │/);
    expect(en).toMatch(/the last one is done after 6 min \d\d s, at 09:06 if begun now/);
    expect(en).toContain("  6 min 15 s  fetching, held back by the PC's disk ◀");
    expect(en).toContain('r301-s01: 40 GiB are free on its disk, at least 55.9 are needed');
    expect(zh).toContain('按全新电脑估计: 尚未登记');
    expect(zh).toContain('09:06 完成');
    expect(zh).toContain('  6 分 15 秒  下载，受本机磁盘限制 ◀');
  });
});
