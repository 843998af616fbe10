import { z } from 'zod';
import { CallError } from '../../src/core/errors.ts';
import type { Host } from '../../src/core/host.ts';
import { observe } from '../observe.ts';
import * as at from './places.ts';
import { load } from './saved.ts';
import type { ExamClientActual, ExamClientDesired, Rule } from './schema.ts';

type Engine = NonNullable<ExamClientActual['engine']>;
const engines: readonly Engine[] = ['defender', 'security-essentials'];

/** One round trip. Where nobody has said which program it is, the PC is only asked whether it is there. */
export async function read(host: Host, desired: ExamClientDesired): Promise<ExamClientActual> {
  const { osVersion } = await host.hello();
  if (desired.programs.length === 0) return nothing;
  const [files, rules, services, exclusions, antivirus, ours] = await Promise.all([
    observe(Promise.all(desired.programs.map((path) => host.call('file.stat', { path })))),
    observe(rulesAbout(host, desired)),
    observe(host.call('service.read', { names: engines.map((one) => at.services[one]) })),
    observe(Promise.all(engines.map((one) => excludedBy(host, one)))),
    observe(othersThatAreOn(host)),
    observe(load(host)),
  ]);
  const engine = engineOf(services.value?.services.map(({ exists }) => exists) ?? [], osVersion);
  const looks = { present: files, rules, engine: services, excluded: exclusions, antivirus, ours };
  return {
    present: files.value?.filter(({ exists }) => exists).map(({ path }) => path) ?? [],
    rules: rules.value ?? [],
    engine,
    excluded: engine === null ? [] : (exclusions.value?.[engines.indexOf(engine)] ?? []),
    antivirus: antivirus.value ?? [],
    ours: ours.value?.exclusions.map(({ program }) => program) ?? [],
    unobserved: Object.fromEntries(
      Object.entries(looks).flatMap(([part, { why }]) => (why === null ? [] : [[part, why]])),
    ),
  };
}

const nothing: ExamClientActual = {
  ...{ present: [], rules: [], engine: null, excluded: [], antivirus: [], ours: [], unobserved: {} },
};

/** What is called Windows Defender on Windows 7 is no antivirus. */
function engineOf([defender = false, essentials = false]: readonly boolean[], osVersion: string): Engine | null {
  if (essentials) return 'security-essentials';
  return defender && !/^6\.[01]\b/.test(osVersion) ? 'defender' : null;
}

async function rulesAbout(host: Host, { programs }: ExamClientDesired): Promise<Rule[]> {
  const { rules } = await host.call('firewall.read', { name: '*' });
  const about = new Set(programs.map((path) => path.toLowerCase()));
  const mine = rules.filter((one) => at.isOurs(one) || (one.program !== null && about.has(expanded(one.program))));
  return mine.map((one) => ({ ...one, profiles: [...one.profiles] })).sort((a, b) => order(a).localeCompare(order(b)));
}

const order = (one: Rule): string => [one.name, one.direction, one.protocol, one.program].join(' ');

const folders: readonly (readonly [RegExp, string])[] = [
  [/^%ProgramFiles%/i, 'c:\\program files'],
  [/^%ProgramFiles\(x86\)%/i, 'c:\\program files (x86)'],
  [/^%(?:SystemRoot|windir)%/i, 'c:\\windows'],
  [/^%SystemDrive%/i, 'c:'],
];
/** Rules may name their program with a variable. */
const expanded = (path: string): string =>
  folders.reduce((text, [pattern, folder]) => text.replace(pattern, folder), path).toLowerCase();

/** By policy and by hand; what is excluded by both lists for a program is what counts for it. */
async function excludedBy(host: Host, engine: Engine): Promise<string[]> {
  const read = async (list: (typeof at.lists)[number]): Promise<string[]> => {
    const keys = [at.policyKeys[engine], at.localKeys[engine]].map((key) => `${key}\\${list}`);
    const found = await Promise.all(keys.map((key) => host.call('registry.read', { key })));
    return found.flatMap(({ values }) => Object.keys(values)).map(expanded);
  };
  const [paths, processes] = await Promise.all([read('Paths'), read('Processes')]);
  return [...paths.map((path) => `path ${path}`), ...processes.map((path) => `process ${path}`)].sort();
}

const product = z.object({ displayName: z.string(), productState: z.int() });
const on = 0x1000;
const microsoft = /^(?:Windows|Microsoft) Defender|^Microsoft Security Essentials$/i;

/** The Security Center is on client editions only: without it nobody has told Windows of an antivirus. */
async function othersThatAreOn(host: Host): Promise<string[]> {
  try {
    const { rows } = await host.call('cim.query', {
      namespace: 'root\\SecurityCenter2',
      class: 'AntiVirusProduct',
      properties: Object.keys(product.shape),
    });
    const all = z.array(product).parse(rows);
    const others = all.filter(
      ({ displayName, productState }) => (productState & on) !== 0 && !microsoft.test(displayName),
    );
    return [...new Set(others.map(({ displayName }) => displayName))].sort();
  } catch (error) {
    if (error instanceof CallError && error.code === 'not-found') return [];
    throw error;
  }
}
