/** For tests of this folder and of its commands: rooms of any shape, and the asset lists that a school would have of them. */
import fc from 'fast-check';
import { strToU8, zipSync } from 'fflate';
import { levels, room as roomSchema } from './schema.ts';
import type { Room, SeatEntry } from './schema.ts';

/** Rows of 8, addresses from .11 up; valid as it is. */
export function seatNumbered(number: number, over: Partial<SeatEntry> = {}): SeatEntry {
  return {
    seat: String(number).padStart(2, '0'),
    computer: `PC-${number}`,
    mac: `00:23:24:5a:30:${number.toString(16).padStart(2, '0')}`,
    address: `10.30.1.${number + 10}`,
    row: Math.ceil(number / 8),
    column: ((number - 1) % 8) + 1,
    ...over,
  };
}

/** @param seats up to 80; spares come at one for ten unless said otherwise. */
export function roomOf(seats: number, over: Partial<Room> = {}, spares = Math.ceil(seats / 10)): Room {
  return roomSchema.parse({
    room: '301',
    level: 'L2',
    network: { subnet: '10.30.1.0/24', gateway: '10.30.1.1', dns: ['10.30.1.1'] },
    seats: Array.from({ length: seats }, (_, i) => seatNumbered(i + 1)),
    spares: Array.from({ length: spares }, (_, i) => ({ ...seatNumbered(100 + i), seat: `0${i + 1}`, row: 99 })),
    ...over,
  });
}

/** Valid rooms of 1 to 20 seats that an asset list can express, remarks of all kinds included. */
export const anyRoom: fc.Arbitrary<Room> = fc
  .record({
    count: fc.integer({ min: 1, max: 20 }),
    level: fc.constantFrom(...levels),
    seatLevels: fc.array(fc.option(fc.constantFrom(...levels), { nil: undefined }), { minLength: 22, maxLength: 22 }),
    remarks: fc.array(remark(), { minLength: 22, maxLength: 22 }),
    dns: fc.uniqueArray(fc.constantFrom('10.30.1.1', '114.114.114.114', '223.5.5.5'), { minLength: 1 }),
  })
  .map(({ count, level, seatLevels, remarks, dns }) => {
    const room = roomOf(count, { level, network: { subnet: '10.30.1.0/24', gateway: '10.30.1.1', dns } });
    let next = 0;
    const adorned = (entry: SeatEntry): SeatEntry => {
      const [own, note] = [seatLevels[next], remarks[next++]];
      return { ...entry, ...(own && own !== level ? { level: own } : {}), ...(note ? { note } : {}) };
    };
    return { ...room, seats: room.seats.map(adorned), spares: room.spares.map(adorned) };
  });

/** What GBK can write, with everything in it that CSV and YAML care about. */
function remark(): fc.Arbitrary<string> {
  const characters = Array.from('abcXYZ019 ,;:#"\'{}[]&*!|>%@=+-?~\n\t\\显示器更换过（坏）：、。１２');
  return fc.string({ unit: fc.constantFrom(...characters), maxLength: 12 }).map((text) => text.trim());
}

const heads = {
  zh: ['座位号', '计算机名', 'MAC地址', 'IP地址', '子网掩码', '网关', 'DNS', '行', '列', '级别', '备注'],
  en: ['Seat', 'Computer', 'MAC', 'IP', 'Mask', 'Gateway', 'DNS', 'Row', 'Column', 'Level', 'Note'],
};

/** The asset list of a room; the subnet must be a /24. */
export function assetRows(room: Room, lang: 'zh' | 'en' = 'zh'): string[][] {
  const { gateway, dns } = room.network;
  const row = (id: string, pc: SeatEntry): string[] => [
    ...[
      id,
      pc.computer,
      pc.mac.toUpperCase().replaceAll(':', '-'),
      pc.address,
      '255.255.255.0',
      gateway,
      dns.join('、'),
    ],
    ...[String(pc.row), String(pc.column), pc.level ?? room.level, pc.note ?? ''],
  ];
  return [
    heads[lang],
    ...room.seats.map((pc) => row(pc.seat, pc)),
    ...room.spares.map((pc) => row(`${lang === 'zh' ? '备' : 'spare'}${Number(pc.seat)}`, pc)),
  ];
}

/** Every field in quotes, as some programs do; lines end as on Windows. */
export function csvText(rows: readonly (readonly string[])[], separator = ','): string {
  return rows.map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(separator) + '\r\n').join('');
}

export const encodings = ['utf-8', 'utf-8 with BOM', 'utf-16le', 'utf-16be', 'gbk'] as const;
export function encoded(text: string, encoding: (typeof encodings)[number]): Buffer {
  if (encoding === 'gbk') return gbk(text);
  if (encoding === 'utf-8') return Buffer.from(text);
  if (encoding === 'utf-8 with BOM') return Buffer.from(`\ufeff${text}`);
  const little = Buffer.from(`\ufeff${text}`, 'utf16le');
  return encoding === 'utf-16le' ? little : little.swap16();
}

let gbkTable: ReadonlyMap<string, Buffer> | undefined;
/** Node only decodes GBK, so its table is turned round. @throws for a character that GBK does not have. */
function gbk(text: string): Buffer {
  gbkTable ??= new Map(
    Array.from({ length: 0x7e * 0xbf }, (_, i) => Buffer.from([0x81 + Math.floor(i / 0xbf), 0x40 + (i % 0xbf)])).map(
      (pair) => [new TextDecoder('gbk').decode(pair), pair],
    ),
  );
  const table = gbkTable;
  return Buffer.concat(
    Array.from(text).map((character) => {
      const bytes = character.charCodeAt(0) < 0x80 ? Buffer.from(character) : table.get(character);
      if (!bytes) throw new Error(`not in GBK: ${character}`);
      return bytes;
    }),
  );
}

/** A cell of a workbook: text, a number as Excel makes of `07`, or a date. */
export type XlsxCell = string | number | Date;
const dateStyle = 1;

/** The least that Excel calls a workbook: one sheet, inline strings, one date format. */
export function xlsx(rows: readonly (readonly XlsxCell[])[]): Buffer {
  const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
  const relations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
  const packages = 'http://schemas.openxmlformats.org/package/2006';
  const files = {
    '[Content_Types].xml': `<Types xmlns="${packages}/content-types"/>`,
    '_rels/.rels': `<Relationships xmlns="${packages}/relationships"><Relationship Id="r1" Type="${relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    'xl/workbook.xml': `<workbook xmlns="${main}" xmlns:r="${relations}"><sheets><sheet name="301" sheetId="1" r:id="r1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships xmlns="${packages}/relationships"><Relationship Id="r1" Type="${relations}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="${relations}/styles" Target="styles.xml"/></Relationships>`,
    'xl/styles.xml': `<styleSheet xmlns="${main}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>`,
    'xl/worksheets/sheet1.xml': `<worksheet xmlns="${main}"><sheetData>${rows.map(xlsxRow).join('')}</sheetData></worksheet>`,
  };
  return Buffer.from(zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)]))));
}

function xlsxRow(cells: readonly XlsxCell[], index: number): string {
  const text = cells.map((cell, column) => {
    const at = `r="${String.fromCharCode(65 + column)}${index + 1}"`;
    if (typeof cell === 'number') return `<c ${at}><v>${cell}</v></c>`;
    if (cell instanceof Date) return `<c ${at} s="${dateStyle}"><v>${25569 + cell.getTime() / 86_400_000}</v></c>`;
    const escaped = cell.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
    return `<c ${at} t="inlineStr"><is><t xml:space="preserve">${escaped}</t></is></c>`;
  });
  return `<row r="${index + 1}">${text.join('')}</row>`;
}
