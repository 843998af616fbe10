/** What is known of the files that the levels install, before anybody has them: wheels/wheels.yaml by PyPI's word, installers.yaml by their vendors'. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

export const knownFile = z.strictObject({
  product: z.string().regex(/^[a-z0-9-]+$/),
  /** A wheel's distribution, normalised. */
  name: z.string().optional(),
  version: z.string(),
  /** As its vendor calls it. */
  file: z.string().regex(/^[A-Za-z0-9._+-]+$/),
  /** A package URL (`pkg:pypi/…`), or the vendor's address. */
  source: z.string().optional(),
  licence: z.string().optional(),
  /** Bytes. Left out, like the hash, where the vendor does not publish it: whoever adds the file answers for it. */
  size: z.int().min(1).optional(),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
});
export type KnownFile = z.infer<typeof knownFile>;

const load = (file: string): KnownFile[] =>
  z.array(knownFile).parse(parse(readFileSync(path.join(import.meta.dirname, file), 'utf8')));

/** Wheels, then installers. */
export const knownFiles = (): KnownFile[] => [...load('wheels/wheels.yaml'), ...load('installers.yaml')];
