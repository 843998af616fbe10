/** Cells one by one. Does not prove: that a column is taken for the right field (asset-list.test.ts). */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { integerOf, levelOf, macOf, seatOf } from './cell.ts';

const byte = fc.integer({ min: 0, max: 255 }).map((n) => n.toString(16).padStart(2, '0'));
const bytes = fc.array(byte, { minLength: 6, maxLength: 6 });

describe('macOf', () => {
  it.each([
    ['00-23-24-5A-30-0A', '00:23:24:5a:30:0a'],
    ['00:23:24:5a:30:0a', '00:23:24:5a:30:0a'],
    ['0023.245A.300A', '00:23:24:5a:30:0a'],
    ['0023245a300a', '00:23:24:5a:30:0a'],
    [' ００－２３－２４－５Ａ－３０－０Ａ ', '00:23:24:5a:30:0a'],
  ])('reads %j', (text, mac) => expect(macOf(text)).toBe(mac));

  it.each(['', '00-23-24-5A-3G-01', '00-23-24-5A-30', '00-23-24-5A-30-0A-01', '2.3245E+10'])('refuses %j', (text) =>
    expect(macOf(text)).toBeUndefined(),
  );

  it('gives one spelling for every way to write an address, and keeps it', () => {
    fc.assert(
      fc.property(bytes, fc.constantFrom('', '-', ':', '.', ' '), fc.boolean(), (parts, separator, upper) => {
        const text = parts.join(separator);
        const mac = macOf(upper ? text.toUpperCase() : text);
        expect(mac).toBe(parts.join(':'));
        expect(macOf(mac ?? '')).toBe(mac);
      }),
    );
  });
});

describe('seatOf', () => {
  it.each([
    ['1', 'seat', '01'],
    ['07', 'seat', '07'],
    ['007', 'seat', '07'],
    ['１２', 'seat', '12'],
    ['12号', 'seat', '12'],
    ['120', 'seat', '120'],
    ['备1', 'spare', '01'],
    ['备用2', 'spare', '02'],
    ['备用机-03', 'spare', '03'],
    ['spare1', 'spare', '01'],
    ['Spare 12', 'spare', '12'],
  ])('reads %j as %s %s', (text, kind, number) => expect(seatOf(text)).toEqual({ kind, number }));

  it.each(['', 'S1', 'B1', 'A-07', '1234', '备', '-1'])('refuses %j, which says neither seat nor spare', (text) =>
    expect(seatOf(text)).toBeUndefined(),
  );
});

it.each([
  ['初级', 'L1'],
  ['L2', 'L2'],
  ['ｌ３', 'L3'],
  [' 高级 ', 'L3'],
  ['特级', undefined],
  ['', undefined],
])('reads the level %j as %s', (text, level) => expect(levelOf(text)).toBe(level));

it.each([
  ['3', 3],
  ['３', 3],
  ['3.0', 3],
  ['03', 3],
  ['3.5', undefined],
  ['三', undefined],
  ['-3', undefined],
])('reads the number %j as %s', (text, value) => expect(integerOf(text)).toBe(value));
