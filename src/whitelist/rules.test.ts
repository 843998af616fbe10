// Does not prove that a router enforces them: test/network does, with real daemons.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatEntry, parseEntry } from './entry.ts';
import { addressRule, rulesOf, siteRule } from './rules.ts';

const allow = (...lines: string[]) =>
  rulesOf({
    allowed: lines.map((line) => {
      const parsed = parseEntry(line);
      if ('fault' in parsed) throw new Error(line);
      return { entry: parsed.entry, text: formatEntry(parsed.entry), inspect: false, wide: false };
    }),
  });

describe('a whitelist as rules', () => {
  it.each([
    ['http://exam.example.cn/', { http: ['exam.example.cn:80/'] }],
    ['https://exam.example.cn/', { https: ['exam.example.cn:443/'] }],
    ['https://exam.example.cn:8443/a', { https: ['exam.example.cn:8443/a'] }],
    ['http://www.example.cn/exam/*', { http: ['www.example.cn:80/exam/'] }],
    ['exam.example.cn', { http: ['exam.example.cn:80/'], https: ['exam.example.cn:443/'] }],
    ['*.cdn.example.cn', { http: ['*.cdn.example.cn:80/'], https: ['*.cdn.example.cn:443/'] }],
    ['203.0.113.40', { addresses: ['203.0.113.40'] }],
    ['203.0.113.64/28:8443', { addresses: ['203.0.113.64/28:8443'] }],
  ])('%s', (line, expected) => {
    expect(allow(line)).toEqual({ http: [], https: [], addresses: [], inspect: [], ...expected });
  });

  it('are the same whatever the order and however often a line is there', () => {
    const lines = ['exam.example.cn', 'http://exam.example.cn/', '*.b.cn', '203.0.113.40', 'https://a.cn:8443/x'];
    fc.assert(
      fc.property(fc.shuffledSubarray(lines, { minLength: lines.length }), fc.subarray(lines), (some, again) => {
        expect(allow(...some, ...again)).toEqual(allow(...lines));
      }),
    );
  });

  it('are read back as they were written', () => {
    expect(siteRule('*.cdn.example.cn:8080/a/')).toEqual({
      host: 'cdn.example.cn',
      subdomains: true,
      port: 8080,
      path: '/a/',
    });
    expect(addressRule('203.0.113.64/28:8443')).toEqual({ block: '203.0.113.64/28', port: 8443 });
    expect(addressRule('203.0.113.64')).toEqual({ block: '203.0.113.64', port: undefined });
    expect(() => siteRule('example.cn')).toThrow('not a rule');
    expect(() => addressRule('example.cn')).toThrow('not a rule');
  });
});
