/** From the rows of an asset list to PCs. Cells that make no sense are kept as they are: the room's rules name them later, all at once. */
import type { Text } from '../core/finding.ts';
import { integerOf, levelOf, macOf, plain, seatOf } from './cell.ts';
import { fieldOf, headingOf } from './columns.ts';
import type { Field } from './columns.ts';
import { show } from './fault.ts';
import type { Fault, Path } from './fault.ts';
import { headings, unreadable } from './table.ts';
import type { Table } from './table.ts';

export interface AssetList {
  /** File name without its folder. */
  readonly name: string;
  readonly entries: readonly Entry[];
  readonly columns: ReadonlyMap<Field, number>;
  /** Columns that are there twice. */
  readonly faults: readonly Fault[];
  /** Remarks that are spreadsheet formulas: kept as text, never evaluated, but worth a look. */
  readonly formulas: readonly Fault[];
  /** What was left out: columns and rows that say nothing about a PC. */
  readonly notes: readonly Text[];
  /** Where in the list a path of the draft comes from. */
  place(path: Path): Place;
}

export interface Place {
  /** As the spreadsheet numbers it: the first row of the file is 1. */
  readonly row: number;
  /** From 0. */
  readonly column: number;
  /** `assets.csv row 10 column IP地址` */
  readonly where: string;
}

/** A seat as the schema has it, with whatever was in the cells. */
export type DraftSeat = Readonly<Record<string, string | number>>;

/** One PC of the list. */
export interface Entry {
  readonly row: number;
  readonly list: 'seats' | 'spares';
  /** Trimmed text of the cells that are not empty. */
  readonly cells: Partial<Record<Field, string>>;
  readonly seat: DraftSeat;
}

/** @throws UserError when no row has headings. */
export function readAssetList(table: Table): AssetList {
  const headIndex = table.rows.slice(0, 10).findIndex((row) => headings(row) >= 3);
  const head = table.rows[headIndex];
  if (!head) throw unreadable(table.name, `headings ${show(table.rows[0]?.slice(0, 12) ?? [])}`);
  const columns = new Map<Field, number>();
  head.forEach((cell, index) => {
    const field = fieldOf(cell);
    if (field && !columns.has(field)) columns.set(field, index);
  });
  const filled = table.rows
    .map((cells, index) => entryOf(cells, index + 1, columns))
    .slice(headIndex + 1)
    .filter((entry) => Object.keys(entry.cells).length > 0);
  const entries = filled.filter(isPc);
  return {
    name: table.name,
    entries,
    columns,
    faults: doubledColumns(head),
    formulas: formulas(entries),
    notes: notes(
      head,
      filled.filter((entry) => !isPc(entry)),
    ),
    place: (path) => placeOf(path, { name: table.name, head, headRow: headIndex + 1, columns, entries }),
  };
}

function entryOf(row: readonly string[], number: number, columns: ReadonlyMap<Field, number>): Entry {
  const cells: Partial<Record<Field, string>> = {};
  for (const [field, column] of columns) {
    const text = (row[column] ?? '').trim();
    if (text !== '') cells[field] = text;
  }
  const id = seatOf(cells.seat ?? '');
  const { seat, computer, mac, address, row: line, column, level, note } = cells;
  const values = {
    seat: id?.number ?? seat,
    computer: computer && plain(computer),
    mac: mac && (macOf(mac) ?? mac),
    address: address && plain(address),
    row: line && (integerOf(line) ?? line),
    column: column && (integerOf(column) ?? column),
    level: level && (levelOf(level) ?? level),
    note,
  };
  const known = Object.entries(values).filter((entry): entry is [string, string | number] => entry[1] !== undefined);
  return { row: number, list: id?.kind === 'spare' ? 'spares' : 'seats', cells, seat: Object.fromEntries(known) };
}

/** A total, a signature or a remark below the list names no PC. */
function isPc({ cells }: Entry): boolean {
  return [cells.computer, cells.mac, cells.address].some(Boolean) || seatOf(cells.seat ?? '') !== undefined;
}

function doubledColumns(head: readonly string[]): Fault[] {
  const seen = new Map<Field, string>();
  return head.flatMap((heading, index): Fault[] => {
    const field = fieldOf(heading);
    const first = field && seen.get(field);
    if (field) seen.set(field, first ?? heading);
    if (!first) return [];
    return [
      {
        path: ['head', index],
        code: 'INV004',
        expected: { zh: `只有一列「${headingOf(field)}」`, en: `one column for ${headingOf(field)}` },
        got: `${show(first)} + ${show(heading)}`,
        fix: { zh: '删去或改名其中一列', en: 'remove or rename one of the two' },
      },
    ];
  });
}

function formulas(entries: readonly Entry[]): Fault[] {
  const counts = { seats: 0, spares: 0 };
  return entries.flatMap(({ list, cells }): Fault[] => {
    const index = counts[list]++;
    if (!cells.note?.startsWith('=')) return [];
    return [
      {
        path: [list, index, 'note'],
        code: 'INV040',
        expected: { zh: '文字备注', en: 'a remark in words' },
        got: show(cells.note),
        fix: {
          zh: '按文字保留，不会计算；如属误填请改正',
          en: 'it is kept as text and never evaluated; correct it if it is a slip',
        },
      },
    ];
  });
}

function notes(head: readonly string[], skipped: readonly Entry[]): Text[] {
  const ignored = head.filter((cell) => cell.trim() !== '' && !fieldOf(cell)).map((cell) => cell.trim());
  const rows = skipped.map((entry) => entry.row).join(', ');
  return [
    ...(ignored.length > 0
      ? [{ zh: `未使用的列：${ignored.join('、')}`, en: `columns that were not used: ${ignored.join(', ')}` }]
      : []),
    ...(rows === '' ? [] : [{ zh: `不是 PC 的行：${rows}`, en: `rows that name no PC: ${rows}` }]),
  ];
}

interface Source {
  readonly name: string;
  readonly head: readonly string[];
  readonly headRow: number;
  readonly columns: ReadonlyMap<Field, number>;
  readonly entries: readonly Entry[];
}

/** Room-wide network values come out of every row, and are placed in the first; a shortage of spares is placed where the list ends. */
function placeOf(path: Path, { name, head, headRow, columns, entries }: Source): Place {
  const [top, second, third] = path;
  const at = (row: number, field: Field): Place => {
    const column = columns.get(field) ?? head.length;
    return { row, column, where: `${name} row ${row} column ${head[column]?.trim() ?? headingOf(field)}` };
  };
  if (top === 'head')
    return { row: headRow, column: Number(second), where: `${name} row ${headRow} column ${Number(second) + 1}` };
  if (top === 'network') return at(entries[0]?.row ?? headRow, fieldFor(second));
  if (typeof second !== 'number')
    return at(top === 'spares' ? (entries.at(-1)?.row ?? headRow) : headRow, fieldFor(top));
  const entry = entries.filter(({ list }) => list === top)[second];
  return at(entry?.row ?? headRow, fieldFor(third));
}

/** A key of the inventory to the column that holds it. */
function fieldFor(key: string | number | undefined): Field {
  if (key === 'subnet') return 'mask';
  return fieldOf(String(key)) ?? 'seat';
}
