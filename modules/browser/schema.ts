/** What a seat's browsers must be, and what was found of them. */
import { z } from 'zod';
import { levelTools, type Rule } from '../../handbook/handbook.ts';
import { level } from '../../src/inventory/schema.ts';
import { build, meets, ruleText } from '../version.ts';

const version = z.string().regex(/^\d+(\.\d+)*$/);

/** The handbook's rule for a tool of a level; undefined where the level does not have the tool. */
export const ruleOf = (of: z.infer<typeof level>, id: 'chrome' | 'chromedriver'): Rule | undefined =>
  levelTools[of].find((tool) => tool.id === id)?.rule;

export const browserDesired = z
  .strictObject({
    level,
    chrome: version.meta({
      description: 'version of Google Chrome that the site has chosen: installed exactly, never newer',
    }),
    chromedriver: version.nullable().meta({ description: 'version of chromedriver; null for a level that has none' }),
    autoUpdate: z
      .boolean()
      .meta({ description: 'false: Chrome may not update itself; true: left as it is, and not judged' }),
    internetExplorer: version.meta({ description: 'least version of Internet Explorer' }),
  })
  .superRefine((desired, context) => {
    for (const fault of faults(desired)) {
      context.addIssue({ code: 'custom', path: [fault.property], message: fault.message });
    }
  });
export type BrowserDesired = z.infer<typeof browserDesired>;

/** A pin that the handbook does not allow is refused before any PC is asked: no machine could be right. */
function faults(desired: z.infer<typeof browserDesired>): { property: keyof typeof desired; message: string }[] {
  const { level: of, chrome, chromedriver } = desired;
  const found: ReturnType<typeof faults> = [];
  const chromeRule = ruleOf(of, 'chrome');
  if (chromeRule !== undefined && !meets(chromeRule, chrome)) {
    found.push({ property: 'chrome', message: `expected ${ruleText(chromeRule).en} for ${of}, got ${chrome}` });
  }
  if ((ruleOf(of, 'chromedriver') === undefined) !== (chromedriver === null)) {
    const wanted = chromedriver === null ? 'a version' : 'null';
    found.push({ property: 'chromedriver', message: `expected ${wanted} for ${of}, got ${chromedriver ?? 'null'}` });
  } else if (chromedriver !== null && build(chromedriver) !== build(chrome)) {
    found.push({
      property: 'chromedriver',
      message: `expected ${build(chrome)}.x to match chrome ${chrome}, got ${chromedriver}`,
    });
  }
  return found;
}

const installed = z.strictObject({
  path: z.string().meta({ description: 'full path of chrome.exe' }),
  version: z.string().nullable().meta({ description: 'file version; null when the file has none' }),
});
export type Installed = z.infer<typeof installed>;

const session = z.strictObject({
  browserVersion: z.string().nullable().meta({ description: 'version the browser reported in the session' }),
  driverVersion: z.string().nullable().meta({ description: 'version the driver reported in the session' }),
  error: z.string().nullable().meta({ description: 'why no session could be had' }),
});
export type Session = z.infer<typeof session>;

export const browserActual = z.strictObject({
  chromes: z.array(installed).meta({ description: 'every chrome.exe: 64-bit, 32-bit, then per-user ones' }),
  firefoxes: z.array(installed).default([]).meta({
    description: 'Firefoxes for all accounts; looked for where the level lets one stand in the place of Chrome',
  }),
  pendingUpdates: z
    .array(z.string())
    .meta({ description: 'new_chrome.exe files: the next start of Chrome would put them in place' }),
  driver: z
    .string()
    .nullable()
    .meta({ description: 'version that our chromedriver.exe prints; null: absent, or it cannot run' }),
  formerDriver: z.boolean().default(false).meta({
    description: 'the driver that examsite brought for another level is there; looked for where the level has none',
  }),
  driversOnPath: z.array(z.string()).meta({ description: 'chromedriver.exe files on PATH; the first one wins' }),
  session: session.nullable().meta({ description: 'a real headless session; null: none was asked for' }),
  services: z
    .array(
      z.strictObject({
        name: z.string().meta({ description: 'service name' }),
        startType: z.string().meta({ description: 'Automatic, Manual, Disabled, as Windows calls it' }),
      }),
    )
    .meta({ description: 'services that can update Chrome' }),
  tasks: z
    .array(
      z.strictObject({
        path: z.string().meta({ description: 'full path in the task scheduler' }),
        enabled: z.boolean().meta({ description: 'whether it can run' }),
      }),
    )
    .meta({ description: 'scheduled tasks that can update Chrome' }),
  policies: z
    .record(z.string(), z.union([z.string(), z.number()]))
    .meta({ description: 'update policies that are set, by value name' }),
  internetExplorer: z.string().nullable().meta({ description: 'version of Internet Explorer; null: none' }),
  unobserved: z
    .record(z.string(), z.string())
    .meta({ description: 'by property: why the machine did not let it be seen' }),
});
export type BrowserActual = z.infer<typeof browserActual>;
/** A part of the machine that one finding or more is about. */
export type Part = Exclude<keyof BrowserActual, 'unobserved'>;
