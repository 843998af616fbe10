/** The interpreter and the packages a seat must have, and what the probe found of them. */
import { z } from 'zod';
import { levelTools, type Tool } from '../../handbook/handbook.ts';
import { normalised } from '../../handbook/wheels.ts';
import { level, type Level } from '../../src/inventory/schema.ts';
import { meets, ruleText } from '../version.ts';

/** A Python package that the handbook names for a level. */
export interface Package {
  /** Normalised distribution name: its key in `packages`. */
  readonly name: string;
  /** `L2.pymysql` */
  readonly requirement: string;
  readonly rule: Tool['rule'];
  /** The module whose import proves it. */
  readonly imports: string;
}

const named = (of: Level): readonly Package[] =>
  levelTools[of].flatMap(({ kind, id, rule, distribution, imports }) =>
    kind === 'package' && distribution !== undefined && imports !== undefined
      ? [{ name: normalised(distribution), requirement: `${of}.${id}`, rule, imports }]
      : [],
  );
const packages: Readonly<Record<Level, readonly Package[]>> = { L1: named('L1'), L2: named('L2'), L3: named('L3') };

/** The handbook's packages of a level, in its order; the rest of a lock are their dependencies. */
export const packagesOf = (of: Level): readonly Package[] => packages[of];

/** `3.7` of `3.7.9`: what a wheel is built for, and the name of the interpreter in the registry. */
export const minorOf = (version: string): string => version.split('.').slice(0, 2).join('.');

const pythonVersion = z.string().regex(/^3\.\d+\.\d+$/);
const name = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/);

const distribution = z.enum(['python.org', 'anaconda']).meta({
  description:
    'whose Python it is: python.org’s is installed here; Anaconda is one of the desktop tools, and L3’s packages are put beside it',
});

/** The handbook says so: L3's `python` is a product of its own. */
const distributionOf = (of: Level): z.infer<typeof distribution> =>
  levelTools[of].some(({ kind, product }) => kind === 'interpreter' && product === 'anaconda')
    ? 'anaconda'
    : 'python.org';

const shape = z.strictObject({
  level,
  distribution,
  version: pythonVersion.meta({
    description:
      'CPython that the packages are made for, and that is installed where there is none of python.org’s; another patch of the same minor is accepted',
  }),
  packages: z
    .record(name, z.string().min(1))
    .meta({ description: 'the whole closed lock: version by normalised distribution name, dependencies included' }),
});
export type PythonDesired = z.infer<typeof shape>;

/** A pin that the handbook does not allow is refused before any PC is asked: no machine could be right. */
export const pythonDesired = shape.superRefine((desired, context) => {
  if (desired.distribution !== distributionOf(desired.level)) {
    const message = `expected ${distributionOf(desired.level)} for ${desired.level}, got ${desired.distribution}`;
    context.addIssue({ code: 'custom', path: ['distribution'], message });
  }
  const interpreter = levelTools[desired.level].find((tool) => tool.kind === 'interpreter')?.rule;
  if (interpreter !== undefined && !meets(interpreter, desired.version)) {
    const message = `expected ${ruleText(interpreter).en} for ${desired.level}, got ${desired.version}`;
    context.addIssue({ code: 'custom', path: ['version'], message });
  }
  for (const wanted of packagesOf(desired.level)) {
    const pin = desired.packages[wanted.name];
    if (pin !== undefined && meets(wanted.rule, pin)) continue;
    const message = `expected ${ruleText(wanted.rule).en} for ${wanted.requirement}, got ${pin ?? 'nothing'}`;
    context.addIssue({ code: 'custom', path: ['packages', wanted.name], message });
  }
});

export const pythonActual = z.strictObject({
  home: z.string().meta({
    description:
      'folder of the interpreter that is judged: the registered one of the two well-known ones, else the one to install into',
  }),
  registered: z.string().nullable().meta({
    description: 'version that the registry gives for the interpreter of this folder; null: none is registered there',
  }),
  interpreter: z
    .strictObject({
      version: z.string().meta({ description: 'version that the interpreter reports' }),
      implementation: z.string().meta({ description: 'CPython, PyPy …' }),
      bits: z.int().meta({ description: 'width of its pointers', unit: 'bit' }),
    })
    .nullable()
    .meta({ description: 'what runs in this folder; null: nothing is there, or it does not run' }),
  broken: z.string().nullable().meta({ description: 'why an interpreter that is there does not run' }),
  elsewhere: z.string().nullable().meta({
    description:
      'where an interpreter of the same minor version is registered for all users, when in neither well-known folder',
  }),
  others: z.array(z.string()).meta({
    description:
      'interpreters not judged: registered ones by tag (3.9, 3.7-32), unregistered ones of a well-known folder by path',
  }),
  distributions: z.record(z.string(), z.string()).meta({
    description: 'version by normalised name; two versions with a comma when two copies lie side by side',
  }),
  imports: z
    .record(z.string(), z.string().nullable())
    .meta({ description: 'by handbook package: null when its module imports, else the error' }),
  damaged: z.record(z.string(), z.array(z.string())).meta({
    description:
      'by package: files that are missing or not as its wheel brought them; of those that the handbook does not name only where an import fails',
  }),
  onPath: z
    .string()
    .nullable()
    .meta({ description: 'the first python.exe on PATH; looked for where Anaconda is asked for' }),
  former: z.string().nullable().meta({
    description: 'folder of the interpreter that examsite has set up here for another level; null: none',
  }),
  extra: z.array(z.string()).meta({
    description: 'packages that examsite installed for another level and that are not in this one’s lock',
  }),
  unobserved: z.record(z.string(), z.string()).meta({ description: 'by property: why it could not be seen' }),
});
export type PythonActual = z.infer<typeof pythonActual>;
