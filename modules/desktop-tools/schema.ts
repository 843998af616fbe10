/** The programs a seat must have beside browser, Python and databases, and what was found of them. */
import { z } from 'zod';
import { levelTools, runtimesOf, type Rule, type Tool } from '../../handbook/handbook.ts';
import { level, type Level } from '../../src/inventory/schema.ts';
import { meets, ruleText } from '../version.ts';

/** What a level wants of this module. */
export interface Wanted {
  /** Name in the depot and in tools/. */
  readonly product: string;
  /** `L2.navicat`; P16 for what the handbook does not name and its tools need. */
  readonly requirement: string;
  /** Undefined: at least the pinned version. */
  readonly rule: Rule | undefined;
  /** Any program that unpacks (L3). */
  readonly instead: boolean;
}

const named = (of: Level, { id, product = id, rule, instead }: Tool): Wanted => ({
  product,
  requirement: `${of}.${id}`,
  rule,
  instead: instead.some((one) => one.product === 'unpacker'),
});

/** An interpreter is here where it is a product of its own: python.org's CPython comes with the packages (modules/python). */
const isHere = ({ kind, product }: Tool): boolean =>
  kind === 'desktop' || (kind === 'interpreter' && product !== undefined);

/** In the handbook's order, then what its tools need. */
export const wantedOf = (of: Level): readonly Wanted[] => [
  ...levelTools[of].filter(isHere).map((tool) => named(of, tool)),
  ...runtimesOf(of).map(({ product }) => ({ product, requirement: 'P16', rule: undefined, instead: false })),
];

const version = z.string().min(1);

export const desktopToolsDesired = z
  .strictObject({
    level,
    tools: z.record(z.string(), version).meta({
      description:
        'version that is installed where the tool is missing, by product; another one that the handbook allows is kept',
    }),
  })
  .superRefine(({ level: of, tools }, context) => {
    const fault = (product: string, message: string): void =>
      context.addIssue({ code: 'custom', path: ['tools', product], message });
    const wanted = wantedOf(of);
    for (const { product, requirement, rule } of wanted) {
      const pin = tools[product];
      const allowed = rule ?? { any: true };
      if (pin !== undefined && meets(allowed, pin)) continue;
      fault(product, `expected ${ruleText(allowed).en} for ${requirement}, got ${pin ?? 'nothing'}`);
    }
    for (const product of Object.keys(tools)) {
      if (!wanted.some((one) => one.product === product)) fault(product, `${of} has no such tool`);
    }
  });
export type DesktopToolsDesired = z.infer<typeof desktopToolsDesired>;

const found = z.strictObject({
  name: z.string().meta({ description: 'what it calls itself in the list of programs; else its path' }),
  version: z.string().nullable().meta({ description: 'its version; null: it does not say' }),
  path: z.string().nullable().meta({ description: 'full path of its program; null: there is none' }),
  fault: z
    .strictObject({
      kind: z.enum(['not-registered', 'no-program', 'incomplete', 'outdated', 'does-not-run']).meta({
        description:
          'not in the list of programs; its program is not there; a part of it is not there; a part of it is older; it does not start',
      }),
      what: z.string().meta({ description: 'the file or the program that this is about' }),
    })
    .nullable()
    .meta({ description: 'why it is no use as it is' }),
});
export type Found = z.infer<typeof found>;

export const desktopToolsActual = z.strictObject({
  tools: z.record(z.string(), z.array(found)).meta({ description: 'what is there, by product' }),
  unpackers: z.array(found).meta({ description: 'other programs that unpack; looked for where the level takes any' }),
  ours: z
    .record(z.string(), z.string())
    .meta({ description: 'version that examsite installed on this PC, by product' }),
  unobserved: z.record(z.string(), z.string()).meta({ description: 'by product: why it could not be seen' }),
});
export type DesktopToolsActual = z.infer<typeof desktopToolsActual>;
