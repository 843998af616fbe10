// Does not prove that the list itself is complete: a page may need hosts that nobody listed.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { packageRoot, type Home } from '../core/home.ts';
import { listIn, problemsOf, scratchHome } from '../inventory/testing-disk.ts';
import { parseEntry } from './entry.ts';
import { loadWhitelist, whitelistPath } from './file.ts';
import { importWhitelist } from './import.ts';
import { readCell } from './lines.ts';
import { tooWide } from './wide.ts';

const texts = (home: Home): string[] => loadWhitelist(home)?.allowed.map(({ text }) => text) ?? [];
const take = (home: Home, content: string | Buffer, more = {}) =>
  importWhitelist({ home, lang: 'en', file: listIn(home, content, 'list.txt'), ...more });

describe('import', () => {
  it('reads the list of November 2022 as it was handed out', async () => {
    const home = scratchHome();
    const file = path.join(packageRoot, 'examples', 'whitelist-2022-11.txt');
    const result = await importWhitelist({ home, lang: 'zh', file });
    expect(result).toMatchObject({ entries: 7, repeated: [], removed: [], changed: true });
    expect(texts(home)).toEqual([
      'http://exam.zhonghui.vip/',
      'https://exam.zhonghui.vip/',
      'https://vslc.ncb.edu.cn/',
      'http://www.zhonghui.vip/exam/',
      '*.cdn.zhonghui.vip',
      '203.0.113.40',
      '203.0.113.64/28',
    ]);
    expect(await importWhitelist({ home, lang: 'zh', file })).toMatchObject({ added: [], removed: [], changed: false });
  });

  it('shows what is new and what is gone against the last cycle, and keeps what somebody has added to an entry', async () => {
    const home = scratchHome();
    await take(home, 'https://a.example.cn/\nhttps://b.example.cn/\n');
    const text = readFileSync(whitelistPath(home), 'utf8');
    writeFileSync(
      whitelistPath(home),
      text.replace('- https://a.example.cn/', '- { entry: https://a.example.cn/, inspect: true, note: "登录" }'),
    );
    expect(await take(home, 'https://a.example.cn/\nhttps://c.example.cn/')).toMatchObject({
      added: ['https://c.example.cn/'],
      removed: ['https://b.example.cn/'],
    });
    expect(loadWhitelist(home)?.allowed[0]).toMatchObject({ inspect: true, note: '登录' });
  });

  it.each([
    ['GBK', Buffer.from('23 20 b0 d7 c3 fb b5 a5 0d 0a'.replaceAll(' ', ''), 'hex')],
    ['UTF-8 with BOM', Buffer.from('\ufeff# 白名单\r\n')],
    ['UTF-16', Buffer.from('\ufeff# 白名单\r\n', 'utf16le')],
  ])('reads %s', async (name, head) => {
    const home = scratchHome();
    const line = Buffer.from('https://exam.example.cn/\r\n', name === 'UTF-16' ? 'utf16le' : 'utf8');
    await take(home, Buffer.concat([head, line]));
    expect(texts(home)).toEqual(['https://exam.example.cn/']);
  });

  it('names every fault with its line, and writes nothing', async () => {
    const home = scratchHome();
    const list = [
      'https://good.example.cn/',
      '*',
      '*.com',
      '*.com.cn',
      '0.0.0.0/0',
      '203.0.0.0/16',
      'http://a.cn/?x',
      '*.github.io',
      '127.0.0.1',
    ];
    expect(await problemsOf(take(home, list.join('\n')))).toEqual([
      'list.txt line 2 "*" [WHL003]',
      'list.txt line 7 "http://a.cn/?x" [WHL003]',
      'list.txt line 3 "*.com" [WHL004]',
      'list.txt line 4 "*.com.cn" [WHL004]',
      'list.txt line 5 "0.0.0.0/0" [WHL004]',
      'list.txt line 6 "203.0.0.0/16" [WHL004]',
      'list.txt line 8 "*.github.io" [WHL004]',
      'list.txt line 9 "127.0.0.1" [WHL004]',
    ]);
    expect(existsSync(whitelistPath(home))).toBe(false);
  });

  it('takes what opens the room only when told so, and marks it for whoever reads the file', async () => {
    const home = scratchHome();
    await take(home, '*.com\n203.0.0.0/16', { allowWide: true });
    expect(loadWhitelist(home)?.allowed.map(({ wide }) => wide)).toEqual([true, true]);
    const text = readFileSync(whitelistPath(home), 'utf8').replaceAll(', wide: true', '');
    writeFileSync(whitelistPath(home), text);
    expect(() => loadWhitelist(home)).toThrow(/whitelist\.yaml:\d+:\d+: .*\[WHL004\]/);
  });

  it('refuses an empty list, a file that is none, and no file', async () => {
    const home = scratchHome();
    expect(await problemsOf(take(home, '# nothing\n\n'))).toEqual(['list.txt none [WHL005]']);
    expect(await problemsOf(take(home, Buffer.from([0xff, 0xff, 0, 0, 1])))).toHaveLength(1);
    const none = importWhitelist({ home, lang: 'en', file: path.join(home.root, 'none.txt') });
    expect(await problemsOf(none)).toEqual(['none.txt ENOENT [WHL001]']);
  });
});

test.each([
  ['1. http://a.example.cn/ 考试系统', ['http://a.example.cn/']],
  ['"https://a.example.cn/","登录页",12', ['https://a.example.cn/']],
  ['a.example.cn、b.example.cn；c.example.cn', ['a.example.cn', 'b.example.cn', 'c.example.cn']],
  ['# http://not.example.cn/', []],
  ['网址,说明', []],
  ['', []],
])('of the line %j come %j', (text, expected) => {
  const { found, refused } = readCell({ where: 'x', text });
  expect([found.map((one) => one.text), refused]).toEqual([expected, []]);
});

test('no line loses an entry silently: each part with a dot, a slash or a star is read or refused', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('a.cn', 'b.example.cn', '*', '1.2.3.4', '说明', 'http://x.cn/', 'x/y', '7'), {
        maxLength: 6,
      }),
      (parts) => {
        const { found, refused } = readCell({ where: 'x', text: parts.join(' ') });
        expect(found.length + refused.length).toBe(parts.filter((part) => /[./*]/.test(part)).length);
      },
    ),
  );
});

test.each([
  ['*.com', true],
  ['*.co.uk', true],
  ['*.github.io', true],
  ['*.cdn.zhonghui.vip', false],
  ['zhonghui.vip', false],
  ['10.0.0.0/8', true],
  ['203.0.113.0/24', false],
  ['203.0.112.0/23', true],
])('%s opens the room: %s', (text, wide) => {
  const parsed = parseEntry(text);
  expect('entry' in parsed && tooWide(parsed.entry) !== undefined).toBe(wide);
});
