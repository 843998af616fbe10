// Does not prove that a sample answers: which texts are a sample of which entry, and what the PCs are asked in the end.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it, test } from 'vitest';
import { UserError } from '../core/errors.ts';
import { scratchHome } from '../inventory/testing-disk.ts';
import { parseEntry, type Entry } from './entry.ts';
import { loadWhitelist, whitelistPath } from './file.ts';
import { importWhitelist } from './import.ts';
import { askedOf, sampleFault } from './sample.ts';

const entry = (text: string): Entry => {
  const parsed = parseEntry(text);
  if ('fault' in parsed) throw new Error(text);
  return parsed.entry;
};

test.each([
  ['*.cdn.example.cn', 'img.cdn.example.cn', true],
  ['*.cdn.example.cn', 'a.b.CDN.example.cn', true],
  ['*.cdn.example.cn', 'cdn.example.cn', false],
  ['*.cdn.example.cn', 'evilcdn.example.cn', false],
  ['*.cdn.example.cn', '*.img.cdn.example.cn', false],
  ['https://*.cdn.example.cn:8443/', 'img.cdn.example.cn', true],
  ['203.0.113.64/28', '203.0.113.70:443', true],
  ['203.0.113.64/28', '203.0.113.70', false],
  ['203.0.113.64/28', '203.0.113.80:443', false],
  ['203.0.113.64/28', '203.0.113.64/30:443', false],
  ['203.0.113.64/28:8443', '203.0.113.70', true],
  ['203.0.113.64/28:8443', '203.0.113.70:443', false],
  ['203.0.113.40', '203.0.113.40:22', true],
  ['203.0.113.40:22', '203.0.113.40:22', false],
  ['exam.example.cn', 'exam.example.cn', false],
])('of %s, %s is a sample: %s', (of, sample, is) => {
  expect(sampleFault(entry(of), sample) === undefined).toBe(is);
});

async function home(lines: string) {
  const made = scratchHome();
  const file = path.join(made.root, 'list.txt');
  writeFileSync(file, lines);
  await importWhitelist({ home: made, lang: 'en', file });
  return { made, file };
}
const edit = (file: string, from: string, to: string, text: string): void =>
  writeFileSync(file, text.replace(from, to));

it('stands for its entry in what the PCs ask, is kept over an import, and its entry without one is named', async () => {
  const { made, file } = await home('*.cdn.example.cn\n203.0.113.64/28\nhttp://exam.example.cn/\n');
  const list = whitelistPath(made);
  edit(
    list,
    '- "*.cdn.example.cn"',
    '- { entry: "*.cdn.example.cn", sample: img.cdn.example.cn }',
    readFileSync(list, 'utf8'),
  );
  await importWhitelist({ home: made, lang: 'en', file });
  const whitelist = loadWhitelist(made);
  expect(whitelist?.allowed[0]?.sample).toBe('img.cdn.example.cn');
  const asked = askedOf(whitelist ?? { allowed: [] });
  expect(asked.http).toContain('img.cdn.example.cn:80/');
  expect(asked.https).toContain('img.cdn.example.cn:443/');
  expect(asked.unprobed).toEqual(['203.0.113.64/28']);
});

it('outside its entry is a fault of that line', async () => {
  const { made } = await home('203.0.113.64/28\n');
  const list = whitelistPath(made);
  edit(
    list,
    '- 203.0.113.64/28',
    '- { entry: 203.0.113.64/28, sample: "203.0.113.99:443" }',
    readFileSync(list, 'utf8'),
  );
  expect(() => loadWhitelist(made)).toThrow(UserError);
  expect(() => loadWhitelist(made)).toThrow(/one address inside 203\.0\.113\.64\/28, with a port.*WHL007/);
});
