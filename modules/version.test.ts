// Does not prove that the handbook's rules are the right ones: only that they are read as written.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { build, compareVersions, meets } from './version.ts';

test.each([
  ['75.0.3770.100', '75.0.3770.99', 1],
  ['9.0.8112.16421', '9', 1],
  ['9', '9.0.0', 0],
  ['8.0.7601.17514', '9', -1],
  ['11.789.19041.0', '9', 1],
  ['3.0.0.post0', '3.0.0', 0],
])('compares %s with %s by number', (a, b, sign) => {
  expect(Math.sign(compareVersions(a, b))).toBe(sign);
  expect(Math.sign(compareVersions(b, a))).toBe(-sign || 0);
});

test('orders versions as their lists of numbers', () => {
  const version = fc.array(fc.nat(99_999), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(version, version, (a, b) => {
      const at = [0, 1, 2, 3].find((index) => (a[index] ?? 0) !== (b[index] ?? 0));
      const expected = at === undefined ? 0 : Math.sign((a[at] ?? 0) - (b[at] ?? 0));
      expect(Math.sign(compareVersions(a.join('.'), b.join('.')))).toBe(expected);
    }),
  );
});

test.each([
  [{ exact: '0.11.0' }, '0.11.0', true],
  [{ exact: '0.11.0' }, '0.11.1', false],
  [{ atLeast: '75.0.3770.100' }, '75.0.3770.100', true],
  [{ atLeast: '75.0.3770.100' }, '75.0.3770.99', false],
  [{ atLeast: '75.0.3770.100' }, '109.0.5414.120', true],
  [{ anyPatch: '3.7' }, '3.7.4', true],
  [{ anyPatch: '3.7' }, '3.70.1', false],
  [{ anyPatch: '3.7' }, '3.8.0', false],
  [{ any: true }, '0.0.1', true],
] as const)('%o meets %s: %s', (rule, version, expected) => {
  expect(meets(rule, version)).toBe(expected);
});

test('a driver matches by MAJOR.MINOR.BUILD, and nothing matches a tool that is not there', () => {
  expect(build('75.0.3770.140')).toBe('75.0.3770');
  expect(meets({ matches: 'chrome' }, '75.0.3770.140', '75.0.3770.100')).toBe(true);
  expect(meets({ matches: 'chrome' }, '75.0.3770.140', '75.0.3771.100')).toBe(false);
  expect(meets({ matches: 'chrome' }, '75.0.3770.140')).toBe(false);
});
