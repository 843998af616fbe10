/** The handbook as data: requirements.yaml (the catalogue), levels.yaml (the tools of each level) and runtimes.yaml. This file only types and loads it. */
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
  /**
   * Who can prove it: a module (by folder name), the inventory alone, or a person. Absent: nothing covers it yet. What a module cannot see of
   * it a person has to confirm: `person` says what that is.
   */
  proof: z
    .union([
      z.strictObject({
        module: z.string(),
        person: text.optional(),
        /** It is looked at only where the site has what it takes (a whitelist); without, it is not covered. */
        optional: z.literal(true).optional(),
      }),
      z.literal('inventory'),
      z.literal('person'),
      /** It sums up what the seat's level requires. */
      z.literal('level'),
      /** Of the router that site.yaml speaks of; without one it is not covered. */
      z.literal('router'),
    ])
    .optional(),
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
  /** Product in the depot, where it does not go by the tool's id: L3's `python` is `anaconda`. */
  product: z.string().optional(),
  /** What the handbook lets stand in its place: `{ product: firefox, rule: any }`. What `up` installs is always the tool itself. */
  instead: z.array(z.strictObject({ product: z.string(), rule })).default([]),
  /** Version that `up` installs where the rule leaves a choice; also the exact one where it does not. A site may pin another (`tools`). */
  install: z.string(),
  /** Python packages: distribution name as pip shows it, and the module whose import proves it. */
  distribution: z.string().optional(),
  imports: z.string().optional(),
  /** The database that a Python package is the driver of: the tool's id. */
  drives: z.string().optional(),
});
export type Tool = z.infer<typeof tool>;

/** Folder name of the module that installs and proves tools of a kind. */
export const moduleOfKind: Readonly<Record<Tool['kind'], string>> = {
  browser: 'browser',
  driver: 'browser',
  interpreter: 'python',
  package: 'python',
  database: 'database',
  desktop: 'desktop-tools',
};

const levelsFile = z.strictObject({ L1: z.array(tool), L2: z.array(tool), L3: z.array(tool) });

const load = (file: string): unknown => parse(readFileSync(path.join(import.meta.dirname, file), 'utf8'));

export const requirements: readonly Requirement[] = z.array(requirement).parse(load('requirements.yaml'));
export const levelTools: z.infer<typeof levelsFile> = levelsFile.parse(load('levels.yaml'));

export const runtime = z.strictObject({
  /** Its name in the depot, and in a site's `tools`. */
  product: z.string(),
  install: z.string(),
  levels: z.array(z.enum(['L1', 'L2', 'L3'])),
});
export type Runtime = z.infer<typeof runtime>;

/** What a level's tools need of Windows and do not bring along: runtimes.yaml. */
export const runtimes: readonly Runtime[] = z.array(runtime).parse(load('runtimes.yaml'));
export const runtimesOf = (level: keyof typeof levelTools): readonly Runtime[] =>
  runtimes.filter((one) => one.levels.includes(level));

/** A level's tool by the part of its id after the dot; undefined where the level does not have it. */
export const toolOf = (level: keyof typeof levelTools, id: string): Tool | undefined =>
  levelTools[level].find((tool) => tool.id === id);

/**
 * The version that is installed of a tool.
 *
 * @param pins the site's own choice, by product (`tools` in site.yaml); a tool's product goes by its id where levels.yaml names no other
 * @returns undefined where the level does not have the tool
 */
export const versionOf = (
  level: keyof typeof levelTools,
  id: string,
  pins: Readonly<Record<string, string>> = {},
): string | undefined => {
  const tool = toolOf(level, id);
  return tool === undefined ? undefined : (pins[tool.product ?? id] ?? tool.install);
};

/**
 * Every product that these levels install, with its versions: what a depot for them must hold, wheels apart.
 *
 * @param pins the site's own choice, by product
 */
export function productsOf(
  of: readonly (keyof typeof levelTools)[],
  pins: Readonly<Record<string, string>> = {},
): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  const tools = of.flatMap((level) => levelTools[level]).filter(({ kind }) => kind !== 'package');
  const wanted = tools.map(({ id, product = id, install }) => ({ product, install }));
  for (const { product, install } of [...wanted, ...of.flatMap(runtimesOf)]) {
    found[product] = [...new Set([...(found[product] ?? []), pins[product] ?? install])];
  }
  return found;
}
