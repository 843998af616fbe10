/** A whitelist as it is handed out (TXT, CSV, XLSX; UTF-8, UTF-16, GBK) as cells with their places. What they mean is not looked at here. */
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import readXlsx from 'read-excel-file/node';
import { UserError } from '../core/errors.ts';
import { decodeText } from '../inventory/encoding.ts';
import type { Cell } from './lines.ts';

/** A list is a few kilobytes; anything near this is another file, chosen by mistake. */
const largestBytes = 4 * 1024 * 1024;

/** @throws UserError WHL001 (no such file, or not readable), WHL002 (neither text nor XLSX). */
export async function readList(file: string): Promise<{ readonly cells: Cell[]; readonly bytes: Buffer }> {
  const name = path.basename(file);
  const bytes = await contentOf(file, name);
  if (bytes.subarray(0, 2).toString('latin1') === 'PK') return { cells: await sheets(name, bytes), bytes };
  const text = decodeText(bytes);
  if (text === undefined) throw notAList(name, 'bytes that are neither UTF-8, UTF-16 nor GBK text');
  const cells = text.split(/\r\n|\n|\r/).map((line, index) => ({ where: `${name} line ${index + 1}`, text: line }));
  return { cells, bytes };
}

async function contentOf(file: string, name: string): Promise<Buffer> {
  try {
    const { size } = await stat(file);
    if (size > largestBytes) throw notAList(name, `${size} bytes`);
    return await readFile(file);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    throw new UserError([
      {
        where: name,
        expected: { zh: '白名单文件', en: 'a whitelist file' },
        got: String(error.code),
        fix: { zh: '检查文件路径和权限', en: 'check the path and the permissions of the file' },
        code: 'WHL001',
      },
    ]);
  }
}

/** Every sheet: lists are handed out with the level names as sheets. */
async function sheets(name: string, bytes: Buffer): Promise<Cell[]> {
  let found;
  try {
    found = await readXlsx(bytes);
  } catch (error) {
    throw notAList(name, error instanceof Error ? error.message : String(error));
  }
  return found.flatMap(({ sheet, data }) =>
    data.flatMap((row, y) =>
      row.flatMap((cell, x) =>
        typeof cell === 'string'
          ? [{ where: `${name}${found.length > 1 ? `[${sheet}]` : ''} row ${y + 1} column ${letters(x)}`, text: cell }]
          : [],
      ),
    ),
  );
}

/** A, B, … Z, AA as spreadsheets name columns. */
const letters = (index: number): string =>
  (index < 26 ? '' : letters(Math.floor(index / 26) - 1)) + String.fromCharCode(65 + (index % 26));

const notAList = (name: string, got: string): UserError =>
  new UserError([
    {
      where: name,
      expected: { zh: 'TXT、CSV 或 XLSX 白名单', en: 'a whitelist as TXT, CSV or XLSX' },
      got,
      fix: { zh: '在 Excel、WPS 或记事本中另存为 .xlsx 或 UTF-8 文本', en: 'save it as .xlsx or UTF-8 text' },
      code: 'WHL002',
    },
  ]);
