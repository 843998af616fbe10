/** The lock that a site's levels ask for. Pure. */
import type { DepotLock, LockedArtifact } from './lock.ts';
import type { WheelTarget } from './pip.ts';

/** What is known of a file before anybody has it: its vendor's word, or the registry's. */
export interface KnownFile {
  readonly product: string;
  readonly name?: string | undefined;
  readonly version: string;
  readonly file: string;
  readonly source?: string | undefined;
  readonly licence?: string | undefined;
  readonly size?: number | undefined;
  readonly sha256?: string | undefined;
}

/** What is to be installed: versions by product, and of wheels the version by distribution, set by set. */
export interface Needs {
  readonly products: Readonly<Record<string, readonly string[]>>;
  readonly wheels: Sets;
  /** The same for Linux PCs, whose wheels are other files of the same versions. */
  readonly linuxWheels?: Sets;
}

type Sets = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Whose wheel a file is, by the last part of its name (PEP 427): both's where it says `any`. */
export const targetsOf = (file: string): readonly WheelTarget[] =>
  file.endsWith('-any.whl') ? ['windows', 'linux'] : /linux[^-]*\.whl$/.test(file) ? ['linux'] : ['windows'];

/** An installer that has to be supplied by a person; `known` is what its vendor says of it. */
export interface Lacking {
  readonly product: string;
  readonly version: string;
  readonly known?: KnownFile | undefined;
}

export interface NeededLock {
  readonly lock: DepotLock;
  /** Needed, and nobody has said yet what their bytes are. */
  readonly lacking: readonly Lacking[];
  /** Of the lock before, what no level needs any more. */
  readonly dropped: readonly LockedArtifact[];
}

/**
 * What the lock says already stays as it is, byte for byte: whoever added it answers for it. What is new is taken from what is known, and what
 * is known without a hash is lacking until somebody adds the file.
 */
export function neededLock(needs: Needs, known: readonly KnownFile[], before: DepotLock): NeededLock {
  const byKey = new Map<string, LockedArtifact>();
  for (const entry of [...known.flatMap(complete), ...before.artifacts]) {
    for (const key of keysOf(entry)) byKey.set(key, entry);
  }
  const wanted = new Map([...products(needs), ...wheels(needs)].map((one) => [keyOf(one), one]));
  const artifacts = [...new Set([...wanted.keys()].flatMap((key) => byKey.get(key) ?? []))];
  const sets = setsOf(needs).map(([set, wheels]): [string, string[]] => [
    set,
    wheels.flatMap((wheel) => byKey.get(keyOf(wheel))?.file ?? []),
  ]);
  const lacking = [...wanted].flatMap(([key, one]) => (byKey.has(key) ? [] : [one]));
  const kept = new Set(artifacts.map(({ file }) => file));
  return {
    lock: { artifacts, wheels: Object.fromEntries(sets) },
    lacking: lacking.map((one) => ({
      ...{ product: one.name ?? one.product, version: one.version },
      known: known.find((file) => keysOf(file).includes(keyOf(one))),
    })),
    dropped: before.artifacts.filter(({ file }) => !kept.has(file)),
  };
}

/** `target` is a wheel's. */
type Wanted = Pick<KnownFile, 'product' | 'name' | 'version'> & { readonly target?: WheelTarget };

const keyOf = ({ product, name = '', version, target }: Wanted): string =>
  JSON.stringify([product, name, version, target ?? '']);
const keysOf = ({ file, ...entry }: KnownFile): string[] =>
  entry.product === 'wheel' ? targetsOf(file).map((target) => keyOf({ ...entry, target })) : [keyOf(entry)];
const products = ({ products: of }: Needs): Wanted[] =>
  Object.entries(of).flatMap(([product, versions]) => versions.map((version) => ({ product, version })));
const wheelsOf = (sets: Sets, target: WheelTarget): [string, Wanted[]][] =>
  Object.entries(sets).map(([set, pins]) => [
    set,
    Object.entries(pins).map(([name, version]) => ({ product: 'wheel', name, version, target })),
  ]);
const setsOf = ({ wheels: sets, linuxWheels = {} }: Needs): [string, Wanted[]][] => [
  ...wheelsOf(sets, 'windows'),
  ...wheelsOf(linuxWheels, 'linux'),
];
const wheels = (needs: Needs): Wanted[] => setsOf(needs).flatMap(([, all]) => all);

function complete({ size, sha256, ...rest }: KnownFile): LockedArtifact[] {
  return size === undefined || sha256 === undefined ? [] : [{ ...rest, size, sha256 }];
}
