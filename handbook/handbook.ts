/** The handbook as data: requirements.yaml (the catalogue) and levels.yaml (the tools of each level). This file only types and loads it. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

const text = z.strictObject({ zh: z.string().min(1), en: z.string().min(1) });

export const requirement = z.strictObject({
  /** `P6`, `L2.chrome`. */
  id: z.string().regex(/^(?:[SVRPTE]\d{1,2}|L[123]\.[a-z0-9-]+)$/),
  /** Whom it binds. */
  scope: z.enum(['site', 'room', 'seat']),
  title: text,
  /** Who can prove it: a module (by folder name), the inventory alone, or a person. Absent: nothing covers it yet. */
  proof: z.union([z.strictObject({ module: z.string() }), z.literal('inventory'), z.literal('person')]).optional(),
});
export type Requirement = z.infer<typeof requirement>;

export const rule = z.union([
  z.strictObject({ exact: z.string() }),
  z.strictObject({ atLeast: z.string() }),
  /** `3.7`: any 3.7.x. */
  z.strictObject({ anyPatch: z.string() }),
  z.strictObject({ any: z.literal(true) }),
  /** MAJOR.MINOR.BUILD equal to that of another tool of the level. */
  z.strictObject({ matches: z.string() }),
]);
export type Rule = z.infer<typeof rule>;

export const tool = z.strictObject({
  /** The part of the requirement id after the dot: `chrome`, `pymysql`. */
  id: z.string(),
  kind: z.enum(['browser', 'driver', 'interpreter', 'package', 'database', 'desktop']),
  rule,
  /** Version that `up` installs where the rule leaves a choice; also the exact one where it does not. */
  install: z.string().optional(),
  /** Python packages: distribution name as pip shows it, and the module whose import proves it. */
  distribution: z.string().optional(),
  imports: z.string().optional(),
});
export type Tool = z.infer<typeof tool>;

const levelsFile = z.strictObject({ L1: z.array(tool), L2: z.array(tool), L3: z.array(tool) });

const load = (file: string): unknown => parse(readFileSync(path.join(import.meta.dirname, file), 'utf8'));

export const requirements: readonly Requirement[] = z.array(requirement).parse(load('requirements.yaml'));
export const levelTools: z.infer<typeof levelsFile> = levelsFile.parse(load('levels.yaml'));
