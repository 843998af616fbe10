// Does not prove that a PC trusts it: which certificate the PCs of a site are asked to trust.
import { expect, test } from 'vitest';
import { scratchHome } from '../../src/inventory/testing-disk.ts';
import { makeAuthority } from '../../src/inspection/authority.ts';
import { parseEntry } from '../../src/whitelist/entry.ts';
import type { Whitelist } from '../../src/whitelist/file.ts';
import { examCaDesired } from './schema.ts';
import { wantedCertificates } from './wanted.ts';

const now = new Date('2026-11-27T08:00:00Z');

function listOf(...entries: readonly (readonly [text: string, inspect: boolean])[]): Whitelist {
  const allowed = entries.map(([text, inspect]) => {
    const parsed = parseEntry(text);
    if ('fault' in parsed) throw new Error(text);
    return { entry: parsed.entry, text, inspect, wide: false };
  });
  return { source: 'list.txt', sha256: '0'.repeat(64), widestBlock: 24, allowed };
}
const inspected = listOf(['https://exam.example.cn/python/', true], ['www.example.cn', false]);

test('none without a whitelist, and none where nothing on it is inspected, whether there is a CA or not', async () => {
  const home = scratchHome();
  expect(wantedCertificates(home)).toStrictEqual([]);
  expect(wantedCertificates(home, listOf(['exam.example.cn', false]), now)).toStrictEqual([]);
  await makeAuthority(home, ['exam.example.cn'], { site: '示范考点', now });
  expect(wantedCertificates(home, listOf(['exam.example.cn', false]), now)).toStrictEqual([]);
});

test('the CA of the site where something is inspected, as its module takes it', async () => {
  const home = scratchHome();
  await makeAuthority(home, ['exam.example.cn'], { site: '示范考点', days: 30, now });
  const certificates = wantedCertificates(home, inspected, now);
  expect(examCaDesired.parse({ certificates })).toStrictEqual({ certificates });
  expect(certificates).toMatchObject([{ notAfter: '2026-12-27T08:00:00Z' }]);
});

test.each([
  ['there is none', undefined, 'CA001'],
  ['it is for other hosts', ['other.example.cn'], 'CA002'],
] as const)('a fault is told before any PC is asked: %s', async (_, hosts, code) => {
  const home = scratchHome();
  if (hosts !== undefined) await makeAuthority(home, hosts, { site: '示范考点', now });
  expect(() => wantedCertificates(home, inspected, now)).toThrow(new RegExp(`\\[${code}\\]`));
});
