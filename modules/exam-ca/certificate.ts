/** What a certificate says. Pure. */
import { createHash, X509Certificate } from 'node:crypto';
import { caOrganisation } from '../../src/inspection/places.ts';
import type { Validity } from './schema.ts';

export interface Root {
  /** Of its DER, lower-case hex. */
  readonly sha256: string;
  /** Base64. */
  readonly der: string;
  /** RFC 3339, UTC. */
  readonly notAfter: string;
}

export const sha256Of = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** @param der base64 @returns undefined for what is none, or not of examsite */
export function asRoot(der: string): Root | undefined {
  const certificate = parsed(der);
  if (certificate === undefined || !isOurs(certificate)) return undefined;
  return { sha256: sha256Of(certificate.raw), der, notAfter: rfc3339(certificate.validToDate) };
}

const isOurs = (certificate: X509Certificate): boolean => {
  const subject: Readonly<Record<string, unknown>> = { ...certificate.toLegacyObject().subject };
  return [subject['O'] ?? []].flat().includes(caOrganisation);
};

/** @param now RFC 3339: what a PC takes for the time; nothing speaks against a certificate where that is no time */
export function validityOf(der: string, now: string): Validity {
  const { validFromDate, validToDate } = new X509Certificate(Buffer.from(der, 'base64'));
  const at = Date.parse(now);
  if (at < validFromDate.getTime()) return 'not-yet';
  return at > validToDate.getTime() ? 'run-out' : 'valid';
}

function parsed(der: string): X509Certificate | undefined {
  const bytes = Buffer.from(der, 'base64');
  try {
    const certificate = new X509Certificate(bytes);
    return certificate.raw.equals(bytes) ? certificate : undefined;
  } catch {
    return undefined;
  }
}

const rfc3339 = (date: Date): string => `${date.toISOString().slice(0, 19)}Z`;
