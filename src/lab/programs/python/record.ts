/** RECORD: what a wheel put where (packaging.python.org, "Recording installed projects"). */
import { createHash } from 'node:crypto';
import { parse } from 'csv-parse/sync';
import { memo } from '../memo.ts';

export interface RecordRow {
  /** Relative to site-packages, with forward slashes. */
  readonly path: string;
  /** `sha256=` and unpadded URL-safe base64; empty where it cannot be known. */
  readonly digest: string;
  /** Bytes in decimal; empty where it cannot be known. */
  readonly size: string;
}

export const digestOf = memo(
  (content: Uint8Array): string => `sha256=${createHash('sha256').update(content).digest('base64url')}`,
);

export function parseRecord(text: string): RecordRow[] {
  const rows: string[][] = parse(text, { relaxColumnCount: true, skipEmptyLines: true });
  return rows.map(([path = '', digest = '', size = '']) => ({ path, digest, size }));
}

const quote = (field: string): string => (/[",\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field);

export const formatRecord = (rows: readonly RecordRow[]): string =>
  rows.map(({ path, digest, size }) => `${quote(path)},${digest},${size}\n`).join('');
