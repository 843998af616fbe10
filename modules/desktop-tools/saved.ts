/** What examsite installed on this PC, and what of it was there before the first change. */
import { z } from 'zod';
import type { Host } from '../../src/core/host.ts';
import { forgetSaved, replaceSaved, savedBefore } from '../../src/core/undo.ts';

export const name = 'desktop-tools';

const one = z.strictObject({
  /** What was installed. */
  version: z.string(),
  /** Registry keys of its entries in the list of programs before: those are not ours to take away. */
  before: z.array(z.string()),
  /** Whether the folder that it is put into was there: then that is not ours either. */
  folder: z.boolean(),
});
const saved = z.record(z.string(), one);
export type Saved = z.infer<typeof saved>;

export async function load(host: Host): Promise<Saved> {
  const known = await savedBefore(host, name);
  return known === undefined ? {} : saved.parse(known);
}

/** An empty record is none: a PC that has nothing of ours looks as if we had never been there. Nor does it tell by which way it came to be. */
export function store(host: Host, tools: Saved): Promise<void> {
  const sorted = Object.entries(tools).sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.length === 0 ? forgetSaved(host, name) : replaceSaved(host, name, Object.fromEntries(sorted));
}
