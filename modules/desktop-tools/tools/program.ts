/** The usual kind of tool: an entry in the list of programs, and a program in its folder. One without the other is not installed. */
import type { Host } from '../../../src/core/host.ts';
import { CallError } from '../../../src/core/errors.ts';
import type { FileStat } from '../../../src/core/primitives.ts';
import type { Product } from '../../products.ts';
import type { Found } from '../schema.ts';

export interface Programs {
  readonly entry: RegExp;
  /** Patterns of its program, as file.find takes them. Every one is asked: what is in no well-known place is not found. */
  readonly patterns: readonly string[];
  /** From its entry and its program's version resource. */
  version(product: Product | undefined, file: FileStat): string | null;
  /** Patterns of what must be there as well; a part counts for the program above whose folder (`levels` up from it) it is. */
  readonly parts?: { readonly patterns: readonly string[]; readonly name: string };
  /** A run that shows that it works, for a program that says something on a command line. */
  readonly probe?: { readonly exe: string; readonly args: readonly string[]; readonly says: RegExp };
}

/** What there is, in the order of the patterns; entries whose program is gone come last. */
export async function programs(host: Host, about: Programs, products: Promise<readonly Product[]>): Promise<Found[]> {
  const find = (pattern: string): Promise<readonly FileStat[]> =>
    host.call('file.find', { pattern }).then(({ files }) => files);
  const [all, parts, run, list] = await Promise.all([
    Promise.all(about.patterns.map(find)),
    Promise.all((about.parts?.patterns ?? []).map(find)),
    probe(host, about),
    products,
  ]);
  const entries = list.filter(({ name }) => about.entry.test(name));
  const files = all.flat();
  const present = files.map((file) => judged(about, file, entries, parts.flat(), run));
  const orphans = entries.filter(({ folder }) => !files.some((file) => isIn(file.path, folder)));
  return [...present, ...orphans.map(orphan)];
}

function judged(
  about: Programs,
  file: FileStat,
  entries: readonly Product[],
  parts: readonly FileStat[],
  run: string | undefined,
): Found {
  const product = entries.find(({ folder }) => isIn(file.path, folder));
  const { path } = file;
  const found = { name: product?.name ?? path, version: about.version(product, file), path };
  const part = about.parts;
  if (product === undefined) return { ...found, fault: { kind: 'not-registered', what: path } };
  if (part !== undefined && !parts.some((one) => isIn(one.path, product.folder))) {
    return { ...found, fault: { kind: 'incomplete', what: part.name } };
  }
  const wrong = run !== undefined && isIn(about.probe?.exe ?? '', product.folder);
  return { ...found, fault: wrong ? { kind: 'does-not-run', what: run } : null };
}

const orphan = (product: Product): Found => ({
  name: product.name,
  version: product.version,
  path: null,
  fault: { kind: 'no-program', what: product.folder ?? product.key },
});

/** Windows compares paths without case. */
function isIn(path: string, folder: string | null): boolean {
  return folder !== null && folder !== '' && path.toLowerCase().startsWith(`${folder.toLowerCase()}\\`);
}

const probeSec = 30;

/** @returns what it says instead of what it should; undefined when all is well, or when it is not there */
async function probe(host: Host, { probe: wanted }: Programs): Promise<string | undefined> {
  if (wanted === undefined) return undefined;
  const { exe, args, says } = wanted;
  try {
    const { stdout, exitCode } = await host.call('process.run', { exe, args, timeoutSec: probeSec, readOnly: true });
    const first = stdout.trim().split(/\r?\n/)[0] ?? '';
    return exitCode === 0 && says.test(stdout) ? undefined : `${exe}: exit code ${exitCode}, ${first.slice(0, 100)}`;
  } catch (error) {
    if (error instanceof CallError && error.code === 'not-found') return undefined;
    if (error instanceof CallError && error.code === 'failed') return `${exe}: ${error.message}`;
    throw error;
  }
}
