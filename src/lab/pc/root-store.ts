/**
 * What a simulated PC trusts as a root: values of the registry, as on Windows (windows-facts 12), so a restart leaves them and a restore card
 * reaches them. The machine's root store is two: what Windows and people put there, and what Microsoft's programme brings.
 */
import { createHash, X509Certificate } from 'node:crypto';
import type { RegistryValue } from '../../core/primitives.ts';
import type { Registry } from './machine.ts';

const certificates = 'HKLM\\SOFTWARE\\Microsoft\\SystemCertificates';
export const rootKey = `${certificates}\\ROOT\\Certificates`;
export const authRootKey = `${certificates}\\AuthRoot\\Certificates`;

/** Ids of properties in a stored certificate. */
const [sha1Property, certificateProperty] = [3, 32];

export const sha256Of = (der: Buffer): string => createHash('sha256').update(der).digest('hex');

/** Its key below a store's, and its values. */
export function stored(der: Buffer): {
  readonly name: string;
  readonly values: Readonly<Record<string, RegistryValue>>;
} {
  const sha1 = createHash('sha1').update(der).digest();
  const blob = Buffer.concat([property(sha1Property, sha1), property(certificateProperty, der)]);
  const name = sha1.toString('hex').toUpperCase();
  return { name, values: { Blob: { type: 'REG_BINARY', data: blob.toString('base64') } } };
}

/** Id, 1, length, each four bytes, least first; then the bytes. */
function property(id: number, data: Buffer): Buffer {
  const head = Buffer.alloc(12);
  [id, 1, data.length].forEach((number, index) => head.writeUInt32LE(number, 4 * index));
  return Buffer.concat([head, data]);
}

/** @returns undefined for a blob that has no certificate */
function certificateIn(blob: Buffer): Buffer | undefined {
  for (let at = 0; at + 12 <= blob.length;) {
    const end = at + 12 + blob.readUInt32LE(at + 8);
    if (blob.readUInt32LE(at) === certificateProperty) return blob.subarray(at + 12, end);
    at = end;
  }
  return undefined;
}

/** DER of each; one that is in both is there once. */
export function rootsOf(registry: Registry): Buffer[] {
  const all = new Map(keysOf(registry).flatMap(({ der }) => (der === undefined ? [] : [[sha256Of(der), der]])));
  return [...all.values()];
}

function keysOf(registry: Registry): { readonly key: string; readonly der: Buffer | undefined }[] {
  return [rootKey, authRootKey].flatMap((store) =>
    registry.subkeys(store).map((name) => {
      const key = `${store}\\${name}`;
      const data = registry.values(key)['Blob']?.data;
      return { key, der: typeof data === 'string' ? certificateIn(Buffer.from(data, 'base64')) : undefined };
    }),
  );
}

export function addRoot(registry: Registry, der: Buffer): void {
  if (rootsOf(registry).some((one) => one.equals(der))) return;
  const { name, values } = stored(der);
  for (const [value, data] of Object.entries(values)) registry.set(`${rootKey}\\${name}`, value, data);
}

export function removeRoot(registry: Registry, sha256: string): void {
  for (const { key, der } of keysOf(registry)) if (der && sha256Of(der) === sha256) registry.deleteKey(key);
}

/** @returns undefined for bytes that are none */
export function certificateOf(der: Buffer): X509Certificate | undefined {
  try {
    return new X509Certificate(der);
  } catch {
    return undefined;
  }
}

/** O of the subject: a list where it has several. */
export function organisationsOf(der: Buffer): string[] {
  const subject: Readonly<Record<string, unknown>> = { ...certificateOf(der)?.toLegacyObject().subject };
  return [subject['O'] ?? []].flat().map(String);
}
