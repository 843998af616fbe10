/** What a PC's databases were before this module changed them first, and which versions are ours since. */
import { z } from 'zod';
import type { Host } from '../../src/core/host.ts';
import { replaceSaved, savedBefore } from '../../src/core/undo.ts';
import { serverIds } from './servers.ts';
import type { DatabaseActual, DatabaseDesired } from './schema.ts';

const id = z.enum(serverIds);
export const saved = z.strictObject({
  /** Services that somebody else had installed: how they were started. */
  services: z.record(
    z.string(),
    z.strictObject({ startType: z.enum(['Boot', 'System', 'Automatic', 'Manual', 'Disabled']), running: z.boolean() }),
  ),
  /** Installed by us, in this version. */
  installed: z.partialRecord(id, z.string()),
});
export type Saved = z.infer<typeof saved>;

export async function load(host: Host): Promise<Saved | undefined> {
  const known = await savedBefore(host, 'database');
  return known === undefined ? undefined : saved.parse(known);
}

/** Before the first change; of what is known already the oldest state counts. */
export async function save(
  host: Host,
  desired: DatabaseDesired,
  actual: DatabaseActual,
  install: readonly z.infer<typeof id>[],
): Promise<void> {
  const known = (await load(host)) ?? { services: {}, installed: {} };
  const found = Object.values(actual.servers).flatMap((one) => {
    if (one.service === null || one.ours) return [];
    const state = saved.shape.services.valueType.safeParse({ startType: one.startType, running: one.running });
    return state.success ? [[one.service, state.data] as const] : [];
  });
  const ours = install.map((one) => [one, desired.servers[one] ?? ''] as const);
  await replaceSaved(host, 'database', {
    services: { ...Object.fromEntries(found), ...known.services },
    installed: { ...known.installed, ...Object.fromEntries(ours) },
  });
}
