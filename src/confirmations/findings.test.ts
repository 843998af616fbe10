// Does not prove that the report shows these findings (src/report) nor that anybody has looked.
import { describe, expect, it } from 'vitest';
import type { Confirmation } from './file.ts';
import { roomConfirmations, seatConfirmations } from './findings.ts';

const mac = '00:23:24:5a:00:07';
const entry = { seat: '07', computer: 'JF301-07', mac, address: '10.30.1.107', row: 1, column: 7 };
const at = '2022-11-18T07:31:05Z';
const yes: Confirmation = { requirement: 'P10', says: 'yes', by: 'A', at, pcs: { 'r301-s07': mac } };
const days = 14;

const verdictOf = (confirmations: Confirmation[], now: string): unknown =>
  seatConfirmations({ name: 'r301-s07', entry }, { confirmations, now: new Date(now), days }).find(
    ({ requirement }) => requirement === 'P10',
  );

describe('what is confirmed of a PC', () => {
  it.each<[string, Confirmation[], string, object]>([
    ['nobody has spoken', [], at, { verdict: 'unknown', actual: null, sentence: { en: /nobody has confirmed/ } }],
    ['somebody has', [yes], at, { verdict: 'ok', actual: true, evidence: `A, ${at}` }],
    ['on its last day', [yes], '2022-12-02T07:31:05Z', { verdict: 'ok' }],
    ['a second later', [yes], '2022-12-02T07:31:06Z', { verdict: 'unknown', sentence: { en: /14 days old/ } }],
    ['it is not so', [yes, { ...yes, says: 'no' }], at, { verdict: 'failed', actual: false }],
    ['it is so again', [{ ...yes, says: 'no' }, yes], at, { verdict: 'ok' }],
    ['it was taken back', [yes, { ...yes, says: 'withdrawn' }], at, { verdict: 'unknown' }],
    [
      'another PC stood here',
      [{ ...yes, pcs: { 'r301-s07': '00:23:24:5a:00:99' } }],
      at,
      { verdict: 'unknown', sentence: { en: /another PC/ } },
    ],
    ['this PC stood elsewhere', [{ ...yes, pcs: { 'r301-spare01': mac } }], at, { verdict: 'ok' }],
    ['something else was confirmed', [{ ...yes, requirement: 'P12' }], at, { verdict: 'unknown' }],
  ])('%s', (_, confirmations, now, expected) => {
    const { sentence, ...rest } = expected as { sentence?: { en: RegExp } };
    const found = verdictOf(confirmations, now) as { sentence: { en: string } };
    expect(found).toMatchObject(rest);
    if (sentence !== undefined) expect(found.sentence.en).toMatch(sentence.en);
  });

  it('has a finding for every requirement that a person confirms of a PC', () => {
    const found = seatConfirmations({ name: 'r301-s07', entry }, { confirmations: [], now: new Date(at), days });
    expect(found.map(({ requirement, verdict }) => [requirement, verdict])).toEqual([
      ['P9', 'unknown'],
      ['P10', 'unknown'],
      ['P12', 'unknown'],
    ]);
  });
});

describe('what is confirmed of the room', () => {
  const said = (says: Confirmation['says']): Confirmation => ({ requirement: 'S8', says, by: 'A', at });
  it.each<[Confirmation[], string, string[]]>([
    [[], at, []],
    [[said('yes')], at, ['S8 ok']],
    [[said('yes'), said('no')], at, ['S8 failed']],
    [[said('yes'), said('withdrawn')], at, []],
    [[said('yes')], '2023-11-18T07:31:05Z', []],
  ])('%j at %s', (confirmations, now, expected) => {
    const found = roomConfirmations({ confirmations, now: new Date(now), days });
    expect(found.map(({ requirement, verdict }) => `${requirement} ${verdict}`)).toEqual(expected);
  });
});
