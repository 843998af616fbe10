/** A file's version resource. Where a file was not written with one, it may be in the executable's own facts: `"fileVersion"`. */
import { z } from 'zod';
import type { FileEntry } from './machine.ts';

const facts = z.looseObject({ fileVersion: z.string() });
const start = Buffer.from('{');

export function fileVersion(file: FileEntry): string | null {
  if (file.version !== undefined) return file.version;
  // Most files are no executables of the simulation; do not parse a wheel to find that out.
  if (file.content.length > 65_536 || !file.content.subarray(0, 1).equals(start)) return null;
  try {
    return facts.parse(JSON.parse(file.content.toString('utf8'))).fileVersion;
  } catch {
    return null;
  }
}
