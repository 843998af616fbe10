// Does not prove that a router enforces them: test/network does, with real daemons.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatEntry, parseEntry } from './entry.ts';
import { addressRule, inspectedHosts, rulesOf, siteRule } from './rules.ts';

/** An entry that ends in `!` is to be inspected. */
const allow = (...lines: string[]) =>
  rulesOf({
    allowed: lines.map((written) => {
      const [line, inspect] = [written.replace(/!$/, ''), written.endsWith('!')];
      const parsed = parseEntry(line);
      if ('fault' in parsed) throw new Error(line);
      return { entry: parsed.entry, text: formatEntry(parsed.entry), inspect, wide: false };
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

  it.each<[string, string[], { https?: string[]; inspect: string[] }]>([
    ['the page alone', ['https://a.cn/login/!'], { inspect: ['a.cn:443/login/'] }],
    [
      'the whole host, whichever of its entries asks for it',
      ['https://a.cn/login/!', 'https://a.cn/exam/', 'https://a.cn:8443/'],
      { https: ['a.cn:8443/'], inspect: ['a.cn:443/exam/', 'a.cn:443/login/'] },
    ],
    [
      'every host of a wildcard, and not the name itself',
      ['https://*.a.cn/!', 'https://x.y.a.cn/1', 'https://*.y.a.cn/2', 'https://a.cn/', 'https://ba.cn/'],
      { https: ['a.cn:443/', 'ba.cn:443/'], inspect: ['*.a.cn:443/', '*.y.a.cn:443/2', 'x.y.a.cn:443/1'] },
    ],
    [
      'one host of a wildcard, with what the wildcard allows of it',
      ['https://x.a.cn/login/!', 'https://*.a.cn/open/'],
      { https: ['*.a.cn:443/open/'], inspect: ['x.a.cn:443/login/', 'x.a.cn:443/open/'] },
    ],
  ])('opens of TLS %s', (_, lines, expected) => {
    expect(allow(...lines)).toEqual({ http: [], https: [], addresses: [], ...expected });
  });

  it('opens nothing of what is said over HTTP', () => {
    expect(allow('exam.example.cn!')).toEqual({
      ...{ http: ['exam.example.cn:80/'], https: [], inspect: ['exam.example.cn:443/'], addresses: [] },
    });
  });

  it('names for certificates every opened name once', () => {
    const rules = allow('https://*.a.cn/!', 'https://b.cn/1!', 'https://b.cn:8443/2!');
    expect(inspectedHosts(rules)).toEqual(['*.a.cn', 'b.cn']);
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
