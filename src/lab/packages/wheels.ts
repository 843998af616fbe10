/**
 * Stand-ins for the wheels of a lock: valid wheels (pip installs them) under the real names, with the real top-level modules, importing what
 * the real ones import, and with .pyd files whose text is the import table that Windows would read.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { digestOf, formatRecord } from '../programs/python/record.ts';
import { normaliseName } from '../programs/python/wheel.ts';
import { zip } from './zip.ts';

const wheelFacts = z.strictObject({
  /** As METADATA spells it; default: the normalised name. */
  name: z.string().optional(),
  /** Top-level modules, `zope.interface` for one inside a namespace. Default: the name. */
  modules: z.array(z.string()).optional(),
  /** `cp37`: one CPython; `abi3`: every later one too. Absent: pure Python. */
  binary: z.enum(['cp37', 'abi3']).optional(),
  /** Module of its .pyd file. */
  extension: z.string().default('_native'),
  /** Files for the folder of the interpreter itself, for any module of CPython 3.7 to find. */
  data: z.array(z.string()).default([]),
  /** DLLs that its .pyd files need and Python does not bring. */
  dlls: z.array(z.string()).default([]),
  /** Distributions that must be there for its import to work. */
  needs: z.array(z.string()).default([]),
});
type WheelFacts = z.infer<typeof wheelFacts>;

const file = path.join(import.meta.dirname, 'top-level.yaml');
const known = z.record(z.string(), wheelFacts).parse(parse(readFileSync(file, 'utf8')));
const factsOf = (name: string): WheelFacts => known[normaliseName(name)] ?? wheelFacts.parse({});

export interface Wheel {
  readonly file: string;
  /** Normalised. */
  readonly name: string;
  readonly version: string;
  readonly content: Buffer;
}

const modulesOf = (name: string): readonly string[] =>
  factsOf(name).modules ?? [normaliseName(name).replaceAll('-', '_')];

export function buildWheel(name: string, version: string): Wheel {
  const facts = factsOf(name);
  const spelled = facts.name ?? normaliseName(name);
  const stem = `${spelled.replace(/[-.]+/g, '_')}-${version}`;
  const tag = tagOf(facts);
  const pure = tag.endsWith('-any');
  const info = `${stem}.dist-info`;
  const files: Record<string, string> = {
    ...moduleFiles(name, version),
    ...Object.fromEntries(facts.data.map((entry) => [`${stem}.data/data/${entry}`, `${entry} of ${name} ${version}`])),
    [`${info}/METADATA`]: metadata(spelled, version, facts.needs),
    [`${info}/WHEEL`]: `Wheel-Version: 1.0\nGenerator: examsite lab\nRoot-Is-Purelib: ${String(pure)}\nTag: ${tag}\n`,
    [`${info}/top_level.txt`]: modulesOf(name)
      .map((module) => `${module}\n`)
      .join(''),
  };
  const rows = Object.entries(files).map(([entry, text]) => {
    const content = Buffer.from(text);
    return { path: entry, digest: digestOf(content), size: String(content.length) };
  });
  files[`${info}/RECORD`] = formatRecord([...rows, { path: `${info}/RECORD`, digest: '', size: '' }]);
  return { file: `${stem}-${tag}.whl`, name: normaliseName(name), version, content: zip(files) };
}

function tagOf({ binary, data }: WheelFacts): string {
  if (binary === 'cp37') return 'cp37-cp37m-win_amd64';
  if (binary === 'abi3') return 'cp36-abi3-win_amd64';
  return data.length > 0 ? 'cp37-none-win_amd64' : 'py3-none-any';
}

const metadata = (name: string, version: string, needs: readonly string[]): string =>
  [
    'Metadata-Version: 2.1',
    `Name: ${name}`,
    `Version: ${version}`,
    'Summary: stand-in of the simulated room',
    ...needs.map((need) => `Requires-Dist: ${factsOf(need).name ?? need}`),
    '',
  ].join('\n');

function moduleFiles(name: string, version: string): Record<string, string> {
  const { binary, extension, dlls, needs } = factsOf(name);
  const imports = needs.flatMap(modulesOf).filter((module) => !module.startsWith('_'));
  const files: Record<string, string> = {};
  for (const module of modulesOf(name)) {
    const folder = module.replaceAll('.', '/');
    const lines = [`__version__ = '${version}'`, ...imports.map((needed) => `import ${needed}`)];
    if (binary) {
      const suffix = binary === 'cp37' ? '.cp37-win_amd64.pyd' : '.pyd';
      files[`${folder}/${extension}${suffix}`] = JSON.stringify({ pyd: `${name} ${version}`, imports: dlls });
      lines.push(`from . import ${extension}`);
    }
    files[`${folder}/__init__.py`] = `${lines.join('\n')}\n`;
  }
  return files;
}
