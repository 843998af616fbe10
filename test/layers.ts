/** Which folder may know which, and how long a file may be: the map of AGENTS.md as data, and the check that reads import statements. */
import path from 'node:path';
import ts from 'typescript';

export const maxLines = 300;

const belowModules = [
  ...['src/core/', 'src/hosts/', 'src/depot/', 'src/inventory/', 'src/whitelist/', 'src/inspection/', 'handbook/'],
];
const belowProvider = [...belowModules, 'modules/', 'templates/'];

/**
 * Layer → what its files may import, as path prefixes, besides their own folder. Types count as well: who uses a layer's types knows it. What
 * is not listed (`src/cli/`, `test/`, `docs/`) may know everything.
 */
export const mayKnow: Readonly<Record<string, readonly string[]>> = {
  'bin/': ['engine/'],
  'engine/': [],
  'src/core/': [],
  'src/hosts/': ['src/core/'],
  'src/depot/': ['src/core/', 'src/hosts/'],
  'src/inventory/': ['src/core/', 'src/hosts/enrolment.ts'],
  'src/whitelist/': ['src/core/', 'src/inventory/'],
  'src/inspection/': ['src/core/'],
  'src/confirmations/': ['src/core/', 'src/hosts/lock.ts', 'src/inventory/', 'handbook/'],
  'src/lab/': ['src/core/', 'src/depot/', 'src/hosts/protocol.ts', 'src/hosts/dial.ts', 'src/inventory/schema.ts'],
  'handbook/': ['src/core/', 'src/inventory/schema.ts', 'src/depot/pip.ts'],
  'templates/': ['src/core/'],
  'modules/': [
    ...['src/core/', 'src/depot/', 'src/inventory/', 'src/whitelist/', 'src/inspection/', 'handbook/', 'templates/'],
  ],
  'src/command/': [...belowModules, 'src/provider/lifetime.ts'],
  'src/provider/': belowProvider,
  'src/report/': belowProvider,
  'src/check/': [...belowProvider, 'src/confirmations/', 'src/report/'],
  'src/plan/': [...belowProvider, 'src/check/'],
  'stacks/': [...belowProvider, 'src/provider/', 'src/command/'],
};

/** Those that say what a seat and a site consist of; every other module stands alone. */
const moduleLists = new Set(['modules/seat.ts', 'modules/site.ts', 'modules/index.ts']);

/**
 * @param file path in the clone, with `/`
 * @returns one line a fault, `file:line: …`
 */
export function layerFaults(file: string, text: string): string[] {
  const imports = ts.preProcessFile(text, true, true).importedFiles;
  return imports.flatMap(({ fileName, pos }) => {
    const fault = importFault(file, fileName);
    return fault === undefined ? [] : [`${file}:${text.slice(0, pos).split('\n').length}: ${fault}`];
  });
}

function importFault(file: string, specifier: string): string | undefined {
  const layer = Object.keys(mayKnow).find((folder) => file.startsWith(folder));
  if (layer === undefined) return undefined;
  if (!specifier.startsWith('.')) return packageFault(file, specifier);
  const target = path.posix.join(path.posix.dirname(file), specifier);
  if (/(\.test|\/testing)\.ts$/.test(file)) return testFault(layer, target);
  const known = [layer, ...(mayKnow[layer] ?? [])];
  if (!known.some((prefix) => target.startsWith(prefix))) return `${layer} must not know ${target}`;
  return layer === 'modules/' ? moduleFault(file, target) : undefined;
}

/** Tests stand beside the code and reach for whatever shows that it works; the lab's alone must not know the answers either. */
function testFault(layer: string, target: string): string | undefined {
  const answers = ['handbook/', 'modules/', 'src/check/', 'src/provider/', 'src/report/', 'stacks/'];
  const knows = layer === 'src/lab/' && answers.some((prefix) => target.startsWith(prefix));
  return knows ? `a test of ${layer} must not know ${target}` : undefined;
}

/** Set-up, which alone is plain JavaScript, runs before there are packages. */
function packageFault(file: string, specifier: string): string | undefined {
  if (!file.endsWith('.mjs') || specifier.startsWith('node:')) return undefined;
  return `set-up must do without packages, imports ${specifier}`;
}

function moduleFault(file: string, target: string): string | undefined {
  if (moduleLists.has(file)) return undefined;
  if (moduleLists.has(target)) return `a module must not know ${target}`;
  const [own, other] = [file, target].map((name) => /^modules\/([^/]+)\//.exec(name)?.[1]);
  return other !== undefined && other !== own ? `a module must not know another, imports ${target}` : undefined;
}

/** @returns one line for a file that is too long to be read at a sitting; nothing otherwise */
export function lengthFaults(file: string, text: string): string[] {
  const lines = text.trimEnd().split('\n').length;
  return lines > maxLines ? [`${file}: ${lines} lines, more than ${maxLines}`] : [];
}
