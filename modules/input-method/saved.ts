/** What examsite has given to which account, and which keys came into being with it. */
import { z } from 'zod';
import type { Host } from '../../src/core/host.ts';
import { forgetSaved, replaceSaved, savedBefore } from '../../src/core/undo.ts';

export const name = 'input-method';

const given = z.strictObject({
  id: z.string(),
  /** Language of the list that was added for it; null: it was there. */
  language: z.string().nullable(),
  /** Whether the account had the service on, off, or nothing said; only of text services. */
  enabled: z.int().nullable(),
  /** Keys that were written into, with the topmost one above that was not there. */
  made: z.array(z.strictObject({ key: z.string(), top: z.string() })),
});
export type Given = z.infer<typeof given>;
/** By SID. */
const saved = z.record(z.string(), z.array(given));
export type Saved = z.infer<typeof saved>;

export async function load(host: Host): Promise<Saved> {
  const known = await savedBefore(host, name);
  return known === undefined ? {} : saved.parse(known);
}

export function store(host: Host, all: Saved): Promise<void> {
  const some = Object.entries(all).filter(([, list]) => list.length > 0);
  return some.length === 0 ? forgetSaved(host, name) : replaceSaved(host, name, Object.fromEntries(some));
}
