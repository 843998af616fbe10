/** What examsite has let through, and what it has switched off for that. */
import { z } from 'zod';
import type { Host } from '../../src/core/host.ts';
import { forgetSaved, replaceSaved, savedBefore } from '../../src/core/undo.ts';
import { registryValue } from '../path.ts';
import { rule } from './schema.ts';

export const name = 'exam-client';

const written = z.strictObject({ key: z.string(), name: z.string(), before: registryValue.nullable() });
const saved = z.strictObject({
  /** Rules of others that blocked the exam system. */
  blocked: z.array(rule.pick({ name: true, program: true, direction: true, protocol: true, action: true })),
  /** Entries of the antivirus's policy, by program. */
  exclusions: z.array(z.strictObject({ program: z.string(), values: z.array(written) })),
  /** What all programs share: the switches of the policy's lists, and the keys that came into being with the first entry. */
  shared: z.strictObject({
    values: z.array(written),
    made: z.array(z.strictObject({ key: z.string(), top: z.string() })),
  }),
});
export type Saved = z.infer<typeof saved>;
export type Written = z.infer<typeof written>;

const nothing: Saved = { blocked: [], exclusions: [], shared: { values: [], made: [] } };

export async function load(host: Host): Promise<Saved> {
  const known = await savedBefore(host, name);
  return known === undefined ? nothing : saved.parse(known);
}

export const store = (host: Host, value: Saved): Promise<void> => replaceSaved(host, name, value);
export const forget = (host: Host): Promise<void> => forgetSaved(host, name);
