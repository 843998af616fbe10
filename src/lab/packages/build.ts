/** Fills a depot folder with simulated installers, for the demo and the tests, and writes down what they are. */
import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { DepotLock, LockedArtifact } from '../../depot/lock.ts';
import { makers } from './makers.ts';
import { standInHash, writeStandIn } from './stand-in.ts';
import { buildWheel } from './wheels.ts';

export interface DepotContents {
  /** Versions, by product; each must have a model in makers.ts. */
  readonly products?: Readonly<Record<string, readonly string[]>>;
  /** Closed locks: name of the lock → distribution → version. */
  readonly wheels?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface SimulatedDepot {
  readonly lock: DepotLock;
  /** By file name. */
  readonly files: ReadonlyMap<string, Buffer>;
}

interface Item {
  readonly product: string;
  readonly name?: string;
  readonly version: string;
  readonly file: string;
  readonly content: Buffer;
}

/** The same contents give the same bytes, so the lock of one clone fits the depot of another. */
export function simulatedDepot(contents: DepotContents): SimulatedDepot {
  const wheels = Object.entries(contents.wheels ?? {}).map(([lock, pins]) => {
    const built = Object.entries(pins).map(([name, version]) => buildWheel(name, version));
    return { lock, built: built.sort((a, b) => (a.file < b.file ? -1 : 1)) };
  });
  const all = [...installers(contents), ...wheels.flatMap(({ built }) => built.map(asItem))];
  const items = new Map(all.map((item) => [item.file, item]));
  return {
    files: new Map([...items].map(([file, { content }]) => [file, content])),
    lock: {
      artifacts: [...items.values()].map(locked),
      wheels: Object.fromEntries(wheels.map(({ lock, built }) => [lock, built.map(({ file }) => file)])),
    },
  };
}

export interface DepotFolder extends DepotContents {
  readonly dir: string;
  /** Bytes of the real file, by product: such a file is as large as that one (stand-in.ts). */
  readonly sizes?: Readonly<Record<string, number>>;
}

/** Writes such a depot into a folder; a file that is there already is left as it is. */
export async function buildDepot({ dir, sizes = {}, ...contents }: DepotFolder): Promise<DepotLock> {
  const { lock, files } = simulatedDepot(contents);
  await mkdir(dir, { recursive: true });
  const artifacts = lock.artifacts.map(async (entry): Promise<LockedArtifact> => {
    const [file, content, size] = [path.join(dir, entry.file), files.get(entry.file), sizes[entry.product]];
    if (content === undefined) throw new Error(`no content for ${entry.file}`);
    if (size === undefined) await writeIfOther(file, content);
    else await writeStandIn(file, content, size);
    return size === undefined ? entry : { ...entry, size, sha256: standInHash(content, size) };
  });
  return { ...lock, artifacts: await Promise.all(artifacts) };
}

const asItem = (wheel: ReturnType<typeof buildWheel>): Item => ({ product: 'wheel', ...wheel });

function installers({ products = {} }: DepotContents): Item[] {
  return Object.entries(products).flatMap(([product, versions]) => {
    const make = makers[product];
    if (make === undefined) throw new Error(`the lab has no model of an installer for ${product}`);
    return versions.map((version) => ({ product, version, ...make(version) }));
  });
}

function locked({ product, name, version, file, content }: Item): LockedArtifact {
  const sha256 = createHash('sha256').update(content).digest('hex');
  const source = 'simulated, from src/lab/packages';
  return { product, ...(name !== undefined && { name }), version, file, size: content.length, sha256, source };
}

async function writeIfOther(file: string, content: Buffer): Promise<void> {
  const present = await readFile(file).catch(() => undefined);
  if (!present?.equals(content)) await writeFileAtomic(file, content);
}
