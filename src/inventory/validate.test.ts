/** Inventory files as people edit them: where a fault is said to be. Does not prove: that every kind of fault is found (room-faults.test.ts). */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { UserError } from '../core/errors.ts';
import type { Problem } from '../core/errors.ts';
import type { Home } from '../core/home.ts';
import { loadRoom, rooms } from './load.ts';
import { roomOf, seatNumbered } from './testing.ts';
import { scratchHome } from './testing-disk.ts';
import { validate } from './validate.ts';
import { roomText } from './write.ts';

const site = 'site: XX学院考点\ndepot: http://10.30.1.250:8080/\n';

function homeWith(files: Record<string, string>): Home {
  const home = scratchHome();
  mkdirSync(home.inventories);
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(home.inventories, name), text);
  return home;
}

const brief = (problems: readonly Problem[]): string[] =>
  problems.map(({ where, got, code }) => `${where} ${got} [${code}]`);

const broken = `# a room somebody has edited
room: 301
level: L2
network:
  subnet: 10.30.1.0/24
  gatway: 10.30.1.1
  dns: [10.30.1.1]
seats:
  - { seat: "01", computer: PC-1, mac: 00:23:24:5a:30:01, address: 10.30.1.11, row: 1, column: 1 }
  - seat: "02"
    computer: PC-2
    mac: 00-23-24-5A-30-02
    address: 10.30.1.11
    row: 1
spares: []
`;

it('names file, line and column of every fault: of the value, of a wrong key, or of what lacks a key', () => {
  const home = homeWith({ 'site.yaml': site, 'room-301.yaml': broken });
  const { problems, rooms: looked } = validate(home);
  expect(brief(problems)).toEqual([
    'inventories/room-301.yaml:2:7 301 [INV007]',
    'inventories/room-301.yaml:5:3 "" [INV006]',
    'inventories/room-301.yaml:6:3 gatway [INV005]',
    'inventories/room-301.yaml:10:5 "" [INV006]',
    'inventories/room-301.yaml:12:10 "00-23-24-5A-30-02" [INV007]',
    'inventories/room-301.yaml:13:14 "10.30.1.11" [INV013]',
    'inventories/room-301.yaml:15:1 0 [INV030]',
  ]);
  expect(problems.find((problem) => problem.code === 'INV005')?.fix.en).toBe('write gateway');
  expect(looked).toEqual([]);
});

it('lists syntax errors, an unknown alias and a file without a room number of its own', () => {
  const home = homeWith({
    'site.yaml': 'site: [',
    'room-301.yaml': 'room: "301"\nroom: "302"\n',
    'room-302.yaml': 'room: *what\n',
    'room-303.yaml': roomText(roomOf(10), 'en'),
  });
  expect(brief(validate(home).problems)).toEqual([
    expect.stringMatching(/^inventories\/room-301\.yaml:2:1 .* \[INV003\]$/),
    expect.stringMatching(/^inventories\/room-302\.yaml:1:1 .* \[INV003\]$/),
    'inventories/room-303.yaml:7:7 "301" [INV032]',
    expect.stringMatching(/^inventories\/site\.yaml:\d+:\d+ .* \[INV003\]$/),
  ]);
});

it('finds an address that two rooms claim, in the room that is asked for', () => {
  const second = {
    ...roomOf(1, {}, 0),
    room: '302',
    seats: [seatNumbered(1, { computer: 'X', mac: '00:23:24:5a:31:01' })],
  };
  const home = homeWith({
    'site.yaml': site,
    'room-301.yaml': roomText(roomOf(10), 'en'),
    'room-302.yaml': roomText({ ...second, candidates: 1, spares: [seatNumbered(80)] }, 'en'),
  });
  expect(brief(validate(home, ['302']).problems)).toEqual([
    expect.stringMatching(/^inventories\/room-302\.yaml:\d+:\d+ "10\.30\.1\.11" \[INV013\]$/),
  ]);
});

it('finds a good inventory good, and says which handbook rules stay open', () => {
  const home = homeWith({ 'site.yaml': site, 'room-301.yaml': roomText(roomOf(40, { proctors: 1 }), 'zh') });
  const { problems, rooms: looked } = validate(home);
  expect(problems).toEqual([]);
  expect(looked).toMatchObject([{ room: '301', seats: 40, spares: 4 }]);
  expect(looked[0]?.open.map((one) => `${one.requirement} ${one.verdict}`)).toEqual(['S2 failed', 'S4 unknown']);
});

it('loads a room in use that has lost a spare: that is for its page to say', () => {
  const home = homeWith({ 'site.yaml': site, 'room-301.yaml': roomText(roomOf(40, {}, 3), 'en') });
  expect(loadRoom(home, '301').room.spares).toHaveLength(3);
  expect(brief(validate(home).problems)).toEqual([expect.stringMatching(/room-301\.yaml:\d+:\d+ 3 \[INV030\]$/)]);
});

it.each([
  ['neither file is there', {}, ['inventories/room-301.yaml ENOENT [INV001]', 'inventories/site.yaml ENOENT [INV001]']],
  [
    'both have faults',
    { 'site.yaml': 'site: ""\ndepot: tomorrow\n', 'room-301.yaml': '' },
    [
      'inventories/room-301.yaml:1:1 null [INV006]',
      'inventories/site.yaml:1:7 "" [INV007]',
      'inventories/site.yaml:2:8 "tomorrow" [INV007]',
    ],
  ],
])('loadRoom gives all reasons at once when %s', (_, files, expected) => {
  const home = homeWith(files);
  const load = (): unknown => loadRoom(home, '301');
  expect(load).toThrow(UserError);
  try {
    load();
  } catch (error) {
    expect(brief((error as UserError).problems)).toEqual(expected);
  }
});

it('lists rooms in the order a person counts', () => {
  const home = homeWith({
    'room-1204.yaml': '',
    'room-301.yaml': '',
    'site.yaml': '',
    'room-9.yml': '',
    'notes.txt': '',
  });
  expect(rooms(home)).toEqual(['301', '1204']);
  expect(rooms(scratchHome())).toEqual([]);
});
