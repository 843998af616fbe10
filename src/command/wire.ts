/** Values as the engine sends them: secrets, assets and what is not known yet are objects and texts with a signature. */
import { isRecord } from '../core/canonical.ts';

export type Properties = Record<string, unknown>;

const signature = '4dabf18193072939515e22adb298388d';
const kinds = {
  secret: '1b47061264138c4ac30d75fd1eb44270',
  output: 'd0e6a833031e9bbcd3f4e8bde6ca49a4',
  asset: 'c44067f5952c0a294b673a41bacd8c17',
  archive: '0def7320c3a5731c473e5ecbe6d01bc7',
} as const;
/** Stands for a value of any type that only the coming `up` will bring. */
const unknownText = '04da6b54-80e4-46f7-96ec-b56ff0331ba9';

const isKind = (value: unknown, kind: keyof typeof kinds): value is Properties =>
  isRecord(value) && value[signature] === kinds[kind];

export const isSecret = (value: unknown): value is Properties => isKind(value, 'secret');
export const isAsset = (value: unknown): value is Properties => isKind(value, 'asset');
export const isArchive = (value: unknown): value is Properties => isKind(value, 'archive');
export const isUnknown = (value: unknown): boolean =>
  value === unknownText || (isKind(value, 'output') && !('value' in value));

/** A secret that is not known yet has a form of its own. */
export function secret(value: unknown): Properties {
  if (isUnknown(value)) return { [signature]: kinds.output, secret: true };
  return isSecret(value) ? value : { [signature]: kinds.secret, value };
}

export const fileAsset = (path: string, hash: string): Properties => ({
  [signature]: kinds.asset,
  hash,
  path,
  text: '',
  uri: '',
});

export const archiveOf = (assets: Readonly<Record<string, Properties>>, hash: string): Properties => ({
  [signature]: kinds.archive,
  hash,
  path: '',
  uri: '',
  assets,
});

/** The value without its wrappers, all the way down. */
export function plain(value: unknown): unknown {
  if (isSecret(value) || (isKind(value, 'output') && 'value' in value)) return plain(value['value']);
  if (Array.isArray(value)) return value.map(plain);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}

/** Every text below a secret: what must not be shown. A connection is secret as a whole; only these parts of it are. */
const secretsOfConnection = new Set(['password', 'privateKey', 'privateKeyPassword']);

export function secretTexts(value: unknown, within = false): string[] {
  if (isSecret(value)) return secretTexts(value['value'], true);
  if (Array.isArray(value)) return value.flatMap((inner) => secretTexts(inner, within));
  if (isRecord(value)) return Object.values(value).flatMap((inner) => secretTexts(inner, within));
  return within && typeof value === 'string' ? [value] : [];
}

/** The same for a resource's properties. */
export function secretsOf({ connection, ...others }: Properties): string[] {
  return [...secretTexts(others), ...secretsOfAccess(plain(connection))];
}

function secretsOfAccess(connection: unknown): string[] {
  if (!isRecord(connection)) return [];
  return Object.entries(connection).flatMap(([key, value]) =>
    key === 'proxy' ? secretsOfAccess(value) : secretsOfConnection.has(key) && typeof value === 'string' ? [value] : [],
  );
}
