/** An asset list as rows of text, whatever program wrote the file. What the columns mean is not looked at here. */
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { CsvError, parse } from 'csv-parse/sync';
import readXlsx from 'read-excel-file/node';
import { UserError } from '../core/errors.ts';
import type { Problem } from '../core/errors.ts';
import { fieldOf } from './columns.ts';
import { decodeText } from './encoding.ts';

export interface Table {
  /** File name without its folder, and the sheet where the file has several. */
  readonly name: string;
  /** Row 1 of the spreadsheet is `rows[0]`; empty rows are kept, so that row numbers are those a person sees. */
  readonly rows: readonly (readonly string[])[];
}

/** An asset list is a few kilobytes; anything near this is another file, chosen by mistake. */
const largestBytes = 16 * 1024 * 1024;

/** @throws UserError when the file is absent or is neither CSV nor XLSX. */
export async function readTable(file: string): Promise<Table> {
  const name = path.basename(file);
  let bytes: Buffer;
  try {
    if ((await stat(file)).size > largestBytes) throw unreadable(name, `> ${largestBytes} bytes`);
    bytes = await readFile(file);
  } catch (error) {
    if (error instanceof Error && 'code' in error) throw absent(name, String(error.code));
    throw error;
  }
  if (bytes.subarray(0, 2).toString('latin1') === 'PK') return sheetWithHeadings(name, bytes);
  const text = decodeText(bytes);
  if (text === undefined) throw unreadable(name, 'bytes that are neither UTF-8, UTF-16 nor GBK text');
  return { name, rows: csvRows(name, text) };
}

/** How many cells of a row are headings that mean something. */
export function headings(row: readonly string[]): number {
  return row.filter((cell) => fieldOf(cell)).length;
}

const mostHeadings = (rows: readonly (readonly string[])[]): number => Math.max(0, ...rows.slice(0, 10).map(headings));

/** The separator is the one under which the headings make most sense; quotes in the middle of a remark (19" 显示器) are just quotes. */
function csvRows(name: string, text: string): string[][] {
  const readings = [',', ';', '\t'].map((delimiter) => {
    try {
      return parse(text, { delimiter, relax_column_count: true, relax_quotes: true });
    } catch (error) {
      if (error instanceof CsvError) return error;
      throw error;
    }
  });
  const good = readings.filter((reading) => Array.isArray(reading));
  const best = good.sort((a, b) => mostHeadings(b) - mostHeadings(a))[0];
  if (best) return best;
  throw unreadable(name, readings.find((reading) => reading instanceof CsvError)?.message ?? 'no rows');
}

async function sheetWithHeadings(name: string, bytes: Buffer): Promise<Table> {
  let sheets;
  try {
    sheets = await readXlsx(bytes);
  } catch (error) {
    throw unreadable(name, error instanceof Error ? error.message : String(error));
  }
  const tables = sheets.map(({ sheet, data }) => ({
    name: sheets.length > 1 ? `${name}[${sheet}]` : name,
    rows: data.map((row) => row.map(cellText)),
  }));
  const best = tables.sort((a, b) => mostHeadings(b.rows) - mostHeadings(a.rows))[0];
  if (!best) throw unreadable(name, 'a workbook without sheets');
  return best;
}

/** Excel's own types back to what the person typed, as far as they tell. */
function cellText(cell: unknown): string {
  if (cell === null || cell === undefined) return '';
  if (cell instanceof Date) return Number.isNaN(cell.getTime()) ? '' : cell.toISOString().slice(0, 10);
  return typeof cell === 'string' ? cell : JSON.stringify(cell);
}

function absent(name: string, code: string): UserError {
  return new UserError([
    {
      where: name,
      expected: { zh: '资产表文件', en: 'an asset list' },
      got: code,
      fix: { zh: '检查文件路径和权限', en: 'check the path and the permissions of the file' },
      code: 'INV001',
    } satisfies Problem,
  ]);
}

export function unreadable(name: string, got: string): UserError {
  return new UserError([
    {
      where: name,
      expected: {
        zh: 'CSV（UTF-8、UTF-16 或 GBK）或 XLSX，第一行为 座位号、计算机名、MAC地址、IP地址 等列名',
        en: 'CSV (UTF-8, UTF-16 or GBK) or XLSX with headings such as seat, computer, mac, ip in its first row',
      },
      got,
      fix: { zh: '在 Excel 或 WPS 中另存为 .xlsx 或 CSV UTF-8', en: 'save it as .xlsx or CSV UTF-8 in Excel or WPS' },
      code: 'INV002',
    } satisfies Problem,
  ]);
}
