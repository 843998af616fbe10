/** durations.yaml, typed. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

const source = z.enum(['assumed', 'lab']);
const duration = z.strictObject({
  /** On a quick PC, and on a slow one. */
  seconds: z.tuple([z.number().min(0), z.number().min(0)]).refine(([quick, slow]) => quick <= slow),
  source,
});
export type Duration = z.infer<typeof duration>;

const file = z.strictObject({
  disk: z.strictObject({ megabytesPerSec: z.number().positive(), source }),
  takes: z.record(z.string(), duration),
});

export const durations = file.parse(parse(readFileSync(path.join(import.meta.dirname, 'durations.yaml'), 'utf8')));

/** @throws Error for what durations.yaml does not know: handbook.test.ts finds that before anybody else */
export function durationOf(what: string): Duration {
  const found = durations.takes[what];
  if (found === undefined) throw new Error(`handbook/durations.yaml has no ${what}`);
  return found;
}
