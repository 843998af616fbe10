/** Asset lists into inventories, on a real disk. Does not prove: that Excel or WPS writes what these lists hold. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../core/home.ts';
import type { Home } from '../core/home.ts';
import { importRoom } from './import.ts';
import type { ImportOptions } from './import.ts';
import { loadRoom } from './load.ts';
import { anyRoom, assetRows, csvText, encoded, encodings, roomOf, xlsx } from './testing.ts';
import type { XlsxCell } from './testing.ts';
import { listIn, problemsOf, scratchHome } from './testing-disk.ts';

const examples = path.join(packageRoot, 'examples');
const good = path.join(examples, 'room-301-assets.csv');

const importGood = (home: Home, over: Partial<ImportOptions> = {}) =>
  importRoom({ home, file: good, room: '301', lang: 'en', ...over });

describe('the example of a good list', () => {
  it('becomes 40 seats and 4 spares that every command can load', async () => {
    const home = scratchHome();
    const { room, files } = await importGood(home, { site: 'XX学院考点', depot: 'http://10.30.1.250:8080/' });
    expect([room.seats.length, room.spares.length, room.level]).toEqual([40, 4, 'L2']);
    expect(room.network).toEqual({ subnet: '10.30.1.0/24', gateway: '10.30.1.1', dns: ['10.30.1.1'] });
    expect(room.seats[6]).toEqual({
      ...{ seat: '07', computer: 'JF301-07', mac: '00:23:24:5a:30:34', address: '10.30.1.107' },
      ...{ row: 1, column: 7, note: '显示器更换过' },
    });
    expect(room.spares[3]).toMatchObject({ seat: '04', computer: 'JF301-B4', row: 6, column: 4 });
    expect(files.map((file) => path.relative(home.inventories, file))).toEqual(['room-301.yaml', 'site.yaml']);
    expect(loadRoom(home, '301').room).toEqual(room);
    expect(loadRoom(home, '301').site).toMatchObject({ site: 'XX学院考点', depot: 'http://10.30.1.250:8080/' });
  });

  it('is written one line a PC, remarks in quotes, with comments in the language asked for', async () => {
    const home = scratchHome();
    await importGood(home, { lang: 'zh' });
    const text = readFileSync(path.join(home.inventories, 'room-301.yaml'), 'utf8');
    expect(text).toContain(
      '\n  - { seat: "07", computer: JF301-07, mac: 00:23:24:5a:30:34, address: 10.30.1.107, row: 1, column: 7, note: "显示器更换过" }\n',
    );
    expect(text).toContain('# 备用机：每 10 名考生 1 台（S6）');
  });

  it('is left alone when it is imported again', async () => {
    const home = scratchHome();
    await importGood(home);
    const file = path.join(home.inventories, 'room-301.yaml');
    const edited = `# kept by hand\n${readFileSync(file, 'utf8')}`;
    writeFileSync(file, edited);
    const again = await importGood(home);
    expect(again).toMatchObject({ files: [], changes: [] });
    expect(readFileSync(file, 'utf8')).toBe(edited);
  });
});

describe('the example of a broken list', () => {
  it('gives each of its 13 faults with row and column, none twice and no other, and writes nothing', async () => {
    const home = scratchHome();
    const run = importRoom({ home, file: path.join(examples, 'room-301-assets-broken.csv'), room: '301' });
    const at = (row: number, column: string, rest: string): string =>
      `room-301-assets-broken.csv row ${row} column ${column} ${rest}`;
    expect(await problemsOf(run)).toEqual([
      at(5, 'IP地址', '"10.30.1.103" [INV013]'),
      at(7, 'MAC地址', '"00:23:24:5a:30:26" [INV012]'),
      at(10, 'IP地址', '"10.30.1.256" [INV007]'),
      at(11, 'IP地址', '"10.31.1.110" [INV020]'),
      at(13, '网关', '"10.30.2.1" [INV023]'),
      at(15, '座位号', '"13" [INV010]'),
      at(17, '级别', '"特级" [INV007]'),
      at(19, 'MAC地址', '"00-23-24-5A-3G-01" [INV007]'),
      at(21, 'IP地址', '"" [INV006]'),
      at(23, '计算机名', '"JF301-22/../x" [INV007]'),
      at(25, 'IP地址', '"10.30.1.1" [INV022]'),
      at(42, '座位号', '1 [INV030]'),
      at(42, '备注', String.raw`"=HYPERLINK(\"http://x\")" [INV040]`),
    ]);
    expect(existsSync(home.inventories)).toBe(false);
  });
});

describe('any list', () => {
  it('gives back the room it was made of, in every encoding, separator and language of headings', async () => {
    const home = scratchHome();
    const variants = fc.record({
      encoding: fc.constantFrom(...encodings),
      separator: fc.constantFrom(',', ';', '\t'),
      lang: fc.constantFrom('zh' as const, 'en' as const),
      out: fc.uuid(),
    });
    await fc.assert(
      fc.asyncProperty(anyRoom, variants, async (room, { encoding, separator, lang, out }) => {
        const file = listIn(home, encoded(csvText(assetRows(room, lang), separator), encoding));
        const imported = await importRoom({
          home,
          file,
          room: '301',
          level: room.level,
          out: path.join(home.root, out),
        });
        expect(imported.room).toEqual(room);
        // What is on the disk says the same as what was returned.
        expect(loadRoom({ ...home, inventories: path.join(home.root, out) }, '301').room).toEqual(room);
      }),
      { numRuns: 40 },
    );
  });

  it('keeps a formula in a remark as text, and says so', async () => {
    const home = scratchHome();
    const room = roomOf(10);
    const noted = { ...room, seats: room.seats.map((seat, i) => (i === 2 ? { ...seat, note: '=1+1' } : seat)) };
    const { room: imported, notes } = await importRoom({
      home,
      file: listIn(home, csvText(assetRows(noted))),
      room: '301',
    });
    expect(imported.seats[2]?.note).toBe('=1+1');
    expect(notes.map((note) => note.en)).toContainEqual(
      expect.stringContaining('assets.csv row 4 column 备注: "=1+1"'),
    );
    expect(readFileSync(path.join(home.inventories, 'room-301.yaml'), 'utf8')).toContain('note: "=1+1"');
  });

  it('counts rows as the spreadsheet does, past a title, empty rows and a remark with a line break', async () => {
    const home = scratchHome();
    const [head = [], ...rows] = assetRows(roomOf(10));
    rows[0] = [...(rows[0] ?? []).slice(0, -1), 'two\nlines'];
    rows[9] = (rows[9] ?? []).with(3, '10.30.1.300');
    const text = csvText([['301机房资产表'], head, rows[0], ['']]) + '\r\n' + csvText(rows.slice(1));
    expect(await problemsOf(importRoom({ home, file: listIn(home, text), room: '301' }))).toEqual([
      'assets.csv row 14 column IP地址 "10.30.1.300" [INV007]',
    ]);
  });

  it('passes over what is no PC and what it has no use for, and says so', async () => {
    const home = scratchHome();
    const rows = assetRows(roomOf(10)).map((row, i) => [...row, i === 0 ? '品牌' : 'X']);
    const file = listIn(home, csvText([...rows, ['制表人：张', ...Array<string>(11).fill('')]]));
    const { notes } = await importRoom({ home, file, room: '301' });
    expect(notes.map((note) => note.en)).toEqual(
      expect.arrayContaining(['columns that were not used: 品牌', 'rows that name no PC: 13']),
    );
  });

  it('names a missing and a doubled column once, not once a row', async () => {
    const home = scratchHome();
    const rows = assetRows(roomOf(10)).map((row, i) => [...row.toSpliced(2, 1), i === 0 ? '机器名' : 'x']);
    expect(await problemsOf(importRoom({ home, file: listIn(home, csvText(rows)), room: '301' }))).toEqual([
      'assets.csv row 1 column 11 "计算机名" + "机器名" [INV004]',
      'assets.csv row 1 column mac / mac "" [INV004]',
    ]);
  });

  it('takes network and level from options where the list has no such columns', async () => {
    const home = scratchHome();
    const rows = assetRows(roomOf(10)).map((row) => row.filter((_, i) => ![4, 5, 6, 9].includes(i)));
    const file = listIn(home, csvText(rows));
    expect(await problemsOf(importRoom({ home, file, room: '301' }))).toEqual([
      'assets.csv row 1 column 网关 / gateway "" [INV004]',
      'assets.csv row 1 column 子网掩码 / mask "" [INV004]',
      'assets.csv row 1 column 级别 / level "" [INV004]',
    ]);
    const network = { subnet: '10.30.1.0/24', gateway: '10.30.1.254', dns: ['10.30.1.2', '10.30.1.3'] };
    const { room } = await importRoom({ home, file, room: '301', level: 'L3', network });
    expect([room.network, room.level]).toEqual([network, 'L3']);
  });
});

it('answers any damage to a list with problems, never with a crash or with half of the files', async () => {
  const home = scratchHome();
  const bytes = readFileSync(good);
  const damage = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.constantFrom(0, 0x22, 0x2c, 0x0a, 0x31, 0xff)), {
    minLength: 1,
    maxLength: 6,
  });
  await fc.assert(
    fc.asyncProperty(damage, fc.uuid(), async (changes, name) => {
      const copy = Buffer.from(bytes);
      for (const [at, byte] of changes) copy[at] = byte;
      const out = path.join(home.root, name);
      const run = importRoom({ home, file: listIn(home, copy), room: '301', out });
      const imported = await run.then(
        () => true,
        () => false,
      );
      if (!imported) expect(await problemsOf(run)).not.toEqual([]);
      expect(existsSync(out)).toBe(imported);
    }),
    { numRuns: 40 },
  );
});

describe('XLSX', () => {
  const numeric = (cell: string): XlsxCell => (/^\d{1,3}$/.test(cell) ? Number(cell) : cell);

  it('reads a workbook whose seat numbers Excel has made numbers, and a date in a remark', async () => {
    const home = scratchHome();
    const rows: XlsxCell[][] = assetRows(roomOf(10)).map((row) => row.map(numeric));
    rows[1] = (rows[1] ?? []).with(10, new Date('2022-11-19T00:00:00Z'));
    const { room } = await importRoom({ home, file: listIn(home, xlsx(rows), 'assets.xlsx'), room: '301' });
    const plain = roomOf(10);
    expect(room).toEqual({ ...plain, seats: [{ ...plain.seats[0], note: '2022-11-19' }, ...plain.seats.slice(1)] });
  });

  it('names a MAC address that Excel has turned into a number', async () => {
    const home = scratchHome();
    const rows: XlsxCell[][] = assetRows(roomOf(10));
    rows[4] = (rows[4] ?? []).with(2, 2.3245e9);
    const run = importRoom({ home, file: listIn(home, xlsx(rows), 'assets.xlsx'), room: '301' });
    expect(await problemsOf(run)).toEqual(['assets.xlsx row 5 column MAC地址 "2324500000" [INV007]']);
  });
});

describe('what is no asset list', () => {
  it.each([
    ['a picture', Buffer.from('89504e470d0a1a0a0000000d', 'hex'), 'bytes that are neither UTF-8, UTF-16 nor GBK text'],
    [
      'an old .xls',
      Buffer.from('d0cf11e0a1b11ae1000000000000', 'hex'),
      'bytes that are neither UTF-8, UTF-16 nor GBK text',
    ],
    ['a text', Buffer.from('dear colleagues,\nplease find enclosed\n'), 'headings ["dear colleagues",""]'],
    ['nothing', Buffer.alloc(0), 'headings []'],
  ])('%s is refused in one line', async (_, bytes, got) => {
    const home = scratchHome();
    expect(await problemsOf(importRoom({ home, file: listIn(home, bytes), room: '301' }))).toEqual([
      `assets.csv ${got} [INV002]`,
    ]);
  });

  it('a damaged workbook is refused, an absent file too', async () => {
    const home = scratchHome();
    const damaged = listIn(home, xlsx(assetRows(roomOf(1))).subarray(0, 300), 'a.xlsx');
    expect(await problemsOf(importRoom({ home, file: damaged, room: '301' }))).toEqual([
      expect.stringMatching(/^a\.xlsx .* \[INV002\]$/),
    ]);
    expect(await problemsOf(importRoom({ home, file: 'no-such.csv', room: '301' }))).toEqual([
      'no-such.csv ENOENT [INV001]',
    ]);
  });

  it('a room number that would leave the folder is refused before anything is read', async () => {
    expect(await problemsOf(importGood(scratchHome(), { room: '../301' }))).toEqual(['--room "../301" [INV008]']);
  });
});
