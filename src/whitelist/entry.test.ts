// Does not prove that a router enforces an entry as it is read here: that is the router drivers' part.
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { formatEntry, parseEntry, type Entry } from './entry.ts';

const entryOf = (text: string): Entry => {
  const parsed = parseEntry(text);
  if ('fault' in parsed) throw new Error(`${text}: expected ${parsed.fault.expected.en}`);
  return parsed.entry;
};

/** Written → canonical. */
const accepted: readonly [string, string][] = [
  ['http://exam.zhonghui.vip/', 'http://exam.zhonghui.vip/'],
  ['https://vslc.ncb.edu.cn/', 'https://vslc.ncb.edu.cn/'],
  ['https://vslc.ncb.edu.cn', 'https://vslc.ncb.edu.cn/'],
  ['HTTPS://Vslc.NCB.edu.cn:443/', 'https://vslc.ncb.edu.cn/'],
  ['http://www.zhonghui.vip/exam/*', 'http://www.zhonghui.vip/exam/'],
  ['http://www.zhonghui.vip/exam', 'http://www.zhonghui.vip/exam'],
  ['http://www.zhonghui.vip:8080/exam/', 'http://www.zhonghui.vip:8080/exam/'],
  ['http://*.cdn.zhonghui.vip/', 'http://*.cdn.zhonghui.vip/'],
  ['*.cdn.zhonghui.vip', '*.cdn.zhonghui.vip'],
  ['exam.zhonghui.vip', 'exam.zhonghui.vip'],
  ['exam.zhonghui.vip.', 'exam.zhonghui.vip'],
  ['ｈｔｔｐｓ：／／ｅｘａｍ．ｚｈｏｎｇｈｕｉ．ｖｉｐ／', 'https://exam.zhonghui.vip/'],
  ['https://考试.中国/', 'https://xn--xw0a15v.xn--fiqs8s/'],
  ['203.0.113.40', '203.0.113.40'],
  ['203.0.113.40:8443', '203.0.113.40:8443'],
  ['203.0.113.40/32', '203.0.113.40'],
  ['203.0.113.64/28', '203.0.113.64/28'],
  ['http://203.0.113.40/', '203.0.113.40:80'],
  ['https://203.0.113.40:8443', '203.0.113.40:8443'],
];

/** What would be read as something wider, or as something else by somebody else. */
const refused: readonly string[] = [
  '*',
  '*.',
  '*com',
  'a.*.com',
  '*.*.com',
  'https://*/',
  'https:///x',
  'https://exam@evil.example/',
  'https://exam.zhonghui.vip@evil.example/',
  'https://exam.zhonghui.vip\\@evil.example/',
  'http://a.example/x?y=1',
  'http://a.example/#top',
  'http://a.example/*/x',
  'http://a.example/a/../b',
  'http://a.example/%2e%2e/',
  'http://a.example//x',
  'ftp://a.example/',
  'javascript:alert(1)',
  'exam.zhonghui.vip/exam',
  'exam.zhonghui.vip:8080',
  'localhost',
  'com',
  '0x7f.1',
  '2130706433',
  '192.168.1',
  '010.0.0.1',
  'http://0x7f.0.0.1/',
  'http://2130706433/',
  '256.0.0.1',
  '203.0.113.70/28',
  '203.0.113.0/33',
  '203.0.113.1-203.0.113.9',
  '203.0.113.40:0',
  '203.0.113.40:65536',
  'http://203.0.113.40/exam/',
  '2001:db8::1',
  '2001:db8::/32',
  'http://[2001:db8::1]/',
  '::ffff:203.0.113.40',
  'exa mple.com',
  '-a.example',
  `${'a'.repeat(64)}.example`,
  '',
];

describe('an entry', () => {
  it.each(accepted)('%s is %s', (written, canonical) => {
    const entry = entryOf(written);
    expect(formatEntry(entry)).toBe(canonical);
    expect(entryOf(canonical)).toEqual(entry);
  });

  it.each(refused)('%j is refused, with what to write instead', (written) => {
    const parsed = parseEntry(written);
    expect(parsed).toHaveProperty('fault.expected.zh', expect.stringMatching(/./));
    expect(parsed).toHaveProperty('fault.fix.en', expect.stringMatching(/./));
  });
});

const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?$/);
const host = fc.tuple(label, label, fc.constantFrom('cn', 'example', 'edu.cn')).map((labels) => labels.join('.'));
const path = fc.array(label, { maxLength: 3 }).map((parts) => ['', ...parts].join('/') || '/');
const octets = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255));
const entry: fc.Arbitrary<Entry> = fc.oneof(
  fc.record({
    kind: fc.constant('url' as const),
    scheme: fc.constantFrom('http' as const, 'https' as const),
    host,
    subdomains: fc.boolean(),
    port: fc.integer({ min: 1, max: 65_535 }),
    path,
  }),
  fc.record({ kind: fc.constant('host' as const), host, subdomains: fc.boolean() }),
  fc.record({ kind: fc.constant('address' as const), block: octets.map((parts) => `${parts.join('.')}/32`) }),
);

test('is read again as it was written down', () => {
  fc.assert(
    fc.property(entry, (one) => {
      expect(parseEntry(formatEntry(one))).toEqual({ entry: one });
    }),
  );
});

/** The widest thing that an entry lets through, in words a reader of the line would agree with. */
function letters(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}

test('is never wider than its line: a thousand malformed lines', () => {
  const spice = fc.constantFrom(
    '*',
    '.',
    '/',
    ':',
    '@',
    '\\',
    '%2f',
    '..',
    '//',
    ' ',
    '0',
    'x',
    '-',
    '?',
    '#',
    '[',
    ']',
    '。',
    '\u0000',
    '\u202e',
  );
  const damaged = fc
    .tuple(
      fc.constantFrom(...accepted.map(([written]) => written)),
      fc.array(fc.tuple(fc.nat(40), fc.nat(2), spice), { minLength: 1, maxLength: 4 }),
    )
    .map(([text, edits]) =>
      edits.reduce(
        (before, [at, cut, what]) =>
          before.slice(0, at % (before.length + 1)) + what + before.slice((at % (before.length + 1)) + cut),
        text,
      ),
    );
  fc.assert(
    fc.property(fc.oneof(damaged, fc.string({ unit: 'grapheme', maxLength: 40 })), (text) => {
      const parsed = parseEntry(text);
      if ('fault' in parsed) return;
      const { entry: read } = parsed;
      const line = letters(text);
      expect(parseEntry(formatEntry(read))).toEqual({ entry: read });
      if (read.kind === 'address') {
        const [address = '', length] = read.block.split('/');
        expect(line).toContain(address);
        // A block is only read where the line has this very length.
        if (length !== '32') expect(line).toMatch(new RegExp(`/0?${length}(?!\\d)`));
        return;
      }
      // Subdomains only where the line says so, and the last two labels are those of the line.
      expect(read.subdomains).toBe(/(?:^|\/\/)\s*\*\./.test(line));
      if (!read.host.includes('xn--')) expect(line.replaceAll('。', '.')).toContain(read.host);
      if (read.kind === 'url') {
        expect(line.trim().startsWith(`${read.scheme}://`)).toBe(true);
        if (read.path !== '/') expect(text.normalize('NFKC')).toContain(read.path);
      }
    }),
    { numRuns: 2000 },
  );
});
