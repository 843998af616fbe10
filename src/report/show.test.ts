// Does not prove that a font has the signs.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { sampleCheck } from './testing.ts';
import { showLabels, showMoment, showNames, showSpan, showValue } from './show.ts';

const { seats } = sampleCheck();
const some = (...names: string[]) => seats.filter(({ name }) => names.includes(name));

describe('a list of PCs', () => {
  it('shortens three neighbours and more', () => {
    expect(showLabels(seats)).toBe('01–40, B01–B04');
    expect(showNames(seats)).toBe('r301-s01–s40, spare01–spare04');
  });

  it('keeps two neighbours, gaps and kinds apart', () => {
    const list = some('r301-s01', 'r301-s02', 'r301-s04', 'r301-s40', 'r301-spare01');
    expect(showLabels(list)).toBe('01, 02, 04, 40, B01');
    expect(showNames(list)).toBe('r301-s01, s02, s04, s40, spare01');
  });

  it('is empty for nobody', () => {
    expect([showLabels([]), showNames([])]).toEqual(['', '']);
  });
});

describe('a moment', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it.each([
    ['Asia/Shanghai', '2022-11-19T07:31:05+08:00', '07:31:05'],
    ['America/St_Johns', '2022-11-18T20:01:05-03:30', '20:01:05'],
    ['UTC', '2022-11-18T23:31:05+00:00', '23:31:05'],
  ])('is shown in the zone %s and in UTC', (zone, local, time) => {
    vi.stubEnv('TZ', zone);
    expect(showMoment('2022-11-18T23:31:05.987Z')).toEqual({ local, utc: '2022-11-18T23:31:05Z', time });
    expect(Date.parse(local)).toBe(Date.parse('2022-11-18T23:31:05Z'));
  });

  it('becomes a span where a group was looked at over some time', () => {
    vi.stubEnv('TZ', 'Asia/Shanghai');
    const [early, late] = ['2022-11-18T23:31:05Z', '2022-11-18T23:31:09Z'];
    expect(showSpan([late, early, late])).toBe('07:31:05–07:31:09');
    expect(showSpan([early, early])).toBe('07:31:05');
  });
});

describe('a value', () => {
  it.each([
    [null, '无', 'none'],
    ['', '无', 'none'],
    [[], '无', 'none'],
    [true, '是', 'yes'],
    [false, '否', 'no'],
    [0, '0', '0'],
    [['10.30.1.1', '10.30.1.2'], '10.30.1.1, 10.30.1.2', '10.30.1.1, 10.30.1.2'],
    [{ recommended: 4, minimum: 2 }, '建议 4, 最低 2', 'recommended 4, minimum 2'],
    [{ toString: 'x' }, 'toString x', 'toString x'],
  ])('%j reads %s, %s', (value, zh, en) => {
    expect([showValue(value, 'zh'), showValue(value, 'en')]).toEqual([zh, en]);
  });
});
