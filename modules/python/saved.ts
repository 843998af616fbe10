/** How a PC was before this module changed it first. */
import { z } from 'zod';
import type { Host } from '../../src/core/host.ts';
import { savedBefore } from '../../src/core/undo.ts';
import { registryValue } from '../path.ts';

export const name = 'python';

export const saved = z.strictObject({
  distribution: z.enum(['python.org', 'anaconda']).default('python.org'),
  /** Folder of the interpreter. */
  home: z.string(),
  /** Null: none, so what is there now is ours. Anaconda's is never ours: the desktop tools look after it. */
  interpreter: z.string().nullable(),
  /** Version that our installer has, to take it off again; for Anaconda the one that the packages are made for. */
  installed: z.string(),
  /** Whether the folder was there without an interpreter: then it is not ours to delete. */
  folder: z.boolean(),
  /** Former version by package that was installed or replaced; null: it was not there. Of Anaconda's own packages none is replaced. */
  packages: z.record(z.string(), z.string().nullable()),
  /** PATH, where we put something in front of it. */
  path: registryValue.nullable().default(null),
});
export type Saved = z.infer<typeof saved>;

/** @returns undefined when this module has never changed the PC */
export async function load(host: Host): Promise<Saved | undefined> {
  const known = await savedBefore(host, name);
  return known === undefined ? undefined : saved.parse(known);
}
