/** An asset list imported into a room that is there. Does not prove: two imports at the same moment. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { packageRoot } from '../core/home.ts';
import type { Home } from '../core/home.ts';
import { importRoom } from './import.ts';
import type { ImportOptions } from './import.ts';
import { loadRoom } from './load.ts';
import { encoded } from './testing.ts';
import { listIn, problemsOf, scratchHome } from './testing-disk.ts';

const good = path.join(packageRoot, 'examples', 'room-301-assets.csv');

const importGood = (home: Home, over: Partial<ImportOptions> = {}) =>
  importRoom({ home, file: good, room: '301', lang: 'en', ...over });

/** The good list with one cell changed. */
const changed = (home: Home, from: string, to: string): string => {
  const text = new TextDecoder('gb18030').decode(readFileSync(good));
  return listIn(home, encoded(text.replace(from, to), 'gbk'));
};

it('adds what is new, and keeps what a person has added', async () => {
  const home = scratchHome();
  await importGood(home, { proctors: 2 });
  const file = path.join(home.inventories, 'room-301.yaml');
  const before = readFileSync(file, 'utf8').replace(
    'row: 1, column: 3 }',
    'row: 1, column: 3, note: "hums" } # ask Li',
  );
  writeFileSync(file, before);
  const grown = changed(
    home,
    '备4,',
    '41,JF301-41,00-23-24-5A-33-01,10.30.1.151,255.255.255.0,10.30.1.1,5,9,中级,\r\n备5,JF301-B5,00-23-24-5A-33-02,10.30.1.152,255.255.255.0,10.30.1.1,6,5,中级,\r\n备4,',
  );
  const { changes, room } = await importGood(home, { file: grown, spacingMetres: 1.2 });
  expect(changes.map((change) => change.what)).toEqual(['seat 41', 'spare 05', 'spacingMetres']);
  expect(room).toMatchObject({ proctors: 2, spacingMetres: 1.2 });
  const after = readFileSync(file, 'utf8');
  expect(after).toContain('note: "hums" } # ask Li');
  expect(after).toContain(
    '\n  - { seat: "41", computer: JF301-41, mac: 00:23:24:5a:33:01, address: 10.30.1.151, row: 5, column: 9 }',
  );
  expect(loadRoom(home, '301').room.seats).toHaveLength(41);
});

it('replaces and removes nothing without force, and names the line of each value it would', async () => {
  const home = scratchHome();
  await importGood(home);
  const file = path.join(home.inventories, 'room-301.yaml');
  const before = readFileSync(file, 'utf8');
  const line = before.split('\n').findIndex((text) => text.includes('"07"')) + 1;
  const moved = changed(home, '10.30.1.107', '10.30.1.207');
  expect(await problemsOf(importGood(home, { file: moved }))).toEqual([
    expect.stringMatching(new RegExp(`^inventories/room-301.yaml:${line}:\\d+ "10.30.1.207" \\[INV041\\]$`)),
  ]);
  expect(readFileSync(file, 'utf8')).toBe(before);
  const { changes } = await importGood(home, { file: moved, force: true });
  expect(changes).toEqual([
    { what: 'seat 07 address', path: ['seats', '07', 'address'], from: '10.30.1.107', to: '10.30.1.207' },
  ]);
  expect(readFileSync(file, 'utf8')).toBe(before.replace('10.30.1.107', '10.30.1.207'));
});

it('does not write over a file that it cannot read', async () => {
  const home = scratchHome();
  await importGood(home);
  const file = path.join(home.inventories, 'room-301.yaml');
  writeFileSync(file, 'room: "301"\nseats: [');
  expect(await problemsOf(importGood(home))).toEqual([expect.stringContaining('inventories/room-301.yaml:2:')]);
  expect(readFileSync(file, 'utf8')).toBe('room: "301"\nseats: [');
  await importGood(home, { force: true });
  expect(loadRoom(home, '301').room.seats).toHaveLength(40);
});

it('refuses addresses, MACs and names that another room of the site has', async () => {
  const home = scratchHome();
  await importGood(home);
  const other = path.join(home.inventories, 'room-302.yaml');
  cpSync(path.join(home.inventories, 'room-301.yaml'), other);
  writeFileSync(other, readFileSync(other, 'utf8').replace('"301"', '"302"'));
  const problems = await problemsOf(importGood(home, { force: true }));
  expect(problems).toHaveLength(3 * 44);
  expect(problems.slice(0, 3)).toEqual([
    'room-301-assets.csv row 2 column 计算机名 "JF301-01" [INV011]',
    'room-301-assets.csv row 2 column MAC地址 "00:23:24:5a:30:0a" [INV012]',
    'room-301-assets.csv row 2 column IP地址 "10.30.1.101" [INV013]',
  ]);
});
