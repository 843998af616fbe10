/** Somebody changes what a simulated PC trusts as a root. */
import 'reflect-metadata';
import { randomBytes, webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import type { Machine } from './pc/machine.ts';
import { addRoot, organisationsOf, removeRoot, rootsOf, sha256Of } from './pc/root-store.ts';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const yearMs = 366 * 86_400_000;

/** @throws RangeError where there is none of it */
export function removeRoots({ registry, name }: Machine, organisation: string): void {
  const found = rootsOf(registry).filter((der) => organisationsOf(der).includes(organisation));
  if (found.length === 0) throw new RangeError(`${name} has no root certificate of ${organisation}`);
  for (const der of found) removeRoot(registry, sha256Of(der));
}

/** Puts a new one of that organisation there, good from yesterday on for a year. @returns its DER */
export async function plantRoot({ registry }: Machine, organisation: string): Promise<Buffer> {
  const keys = await webcrypto.subtle.generateKey(algorithm, false, ['sign', 'verify']);
  const from = Date.now() - 86_400_000;
  const made = await x509.X509CertificateGenerator.createSelfSigned({
    ...{ keys, signingAlgorithm: algorithm, serialNumber: `40${randomBytes(15).toString('hex')}` },
    ...{ notBefore: new Date(from), notAfter: new Date(from + yearMs) },
    name: [{ O: [organisation] }, { CN: ['planted by examsite lab'] }],
    extensions: [new x509.BasicConstraintsExtension(true, undefined, true)],
  });
  const der = Buffer.from(made.rawData);
  addRoot(registry, der);
  return der;
}
