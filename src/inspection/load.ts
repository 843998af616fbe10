/** The exam site's certification authority as it lies on the controller, looked at before anybody relies on it. */
import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { UserError, type Problem } from '../core/errors.ts';
import type { Text } from '../core/finding.ts';
import type { Home } from '../core/home.ts';
import { caFile, hostOf, inspectionFolder, leafName } from './places.ts';

export interface Inspection {
  readonly ca: {
    /** The certificate; public. */
    readonly pem: string;
    /** Of its DER, lower-case hex. */
    readonly sha256: string;
    /** RFC 3339, UTC. */
    readonly notAfter: string;
  };
  /** By inspected host (`exam.example.cn`, `*.cdn.example.cn`): SHA-256 (hex) of the file with its certificate and key. */
  readonly leaves: Readonly<Record<string, string>>;
}

const dayMs = 86_400_000;
/** What runs out within a cycle's last week is no longer relied on. */
export const sparedDays = 7;

/**
 * @param hosts that must be covered; what it covers beyond them does not matter
 * @throws UserError CA001: there is none; CA002 for everything that is wrong with it
 */
export function loadInspection(home: Home, hosts: readonly string[], now: Date): Inspection {
  const folder = inspectionFolder(home);
  const pem = textOf(caFile(folder));
  if (pem === undefined) throw new UserError([missing(caFile(folder))]);
  const ca = certificateOf(pem);
  if (ca === undefined) throw new UserError([unusable(caFile(folder), certificateText, 'damaged')]);
  const found = hosts.map((host) => ({ host, file: path.join(folder, leafName(host)) }));
  const leaves = found.map(({ host, file }) => ({ host, file, pem: textOf(file) }));
  const problems = [
    ...(runsOut(ca, now) ? [unusable(caFile(folder), lastsText, ca.validTo)] : []),
    ...leaves.flatMap((one) => leafProblems(one, ca, now)),
  ];
  if (problems.length > 0) throw new UserError(problems);
  return {
    ca: { pem, sha256: sha256(ca.raw), notAfter: rfc3339(ca.validToDate) },
    leaves: Object.fromEntries(leaves.map(({ host, pem: text = '' }) => [host, sha256(text)])),
  };
}

/** The file with a host's certificate and key; undefined: there is none. */
export const leafOf = (home: Home, host: string): string | undefined =>
  textOf(path.join(inspectionFolder(home), leafName(host)));

/** The hosts that there are certificates for, sorted; none where there is no authority. */
export function authorityHosts(home: Home): string[] {
  const folder = inspectionFolder(home);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .flatMap((name) => (name === path.basename(caFile(folder)) ? [] : hostOf(name)))
    .toSorted();
}

interface Leaf {
  readonly host: string;
  readonly file: string;
  readonly pem: string | undefined;
}

function leafProblems({ host, file, pem }: Leaf, ca: X509Certificate, now: Date): Problem[] {
  const certificate = pem === undefined ? undefined : certificateOf(pem);
  const wants = { zh: `${host} 的证书`, en: `a certificate for ${host}` };
  if (pem === undefined || certificate === undefined)
    return [unusable(file, wants, pem === undefined ? 'none' : 'damaged')];
  if (certificate.subjectAltName !== `DNS:${host}`)
    return [unusable(file, wants, certificate.subjectAltName ?? 'no name')];
  if (!certificate.checkIssued(ca) || !certificate.verify(ca.publicKey))
    return [unusable(file, { zh: 'ca.pem 签发的证书', en: 'a certificate that ca.pem has signed' }, 'another issuer')];
  if (!hasKey(certificate, pem))
    return [unusable(file, { zh: '与证书相配的私钥', en: "the certificate's own private key" }, 'none')];
  return runsOut(certificate, now) ? [unusable(file, lastsText, certificate.validTo)] : [];
}

function hasKey(certificate: X509Certificate, pem: string): boolean {
  try {
    return certificate.checkPrivateKey(createPrivateKey(pem));
  } catch {
    return false;
  }
}

const runsOut = ({ validFromDate, validToDate }: X509Certificate, now: Date): boolean =>
  now < validFromDate || validToDate.getTime() - now.getTime() < sparedDays * dayMs;

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
      return undefined;
    throw error;
  }
}

function certificateOf(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}

const sha256 = (data: Buffer | string): string => createHash('sha256').update(data).digest('hex');
const rfc3339 = (date: Date): string => `${date.toISOString().slice(0, 19)}Z`;

const fix: Text = {
  zh: '运行 examsite whitelist ca 重新生成，再对各考场和 --site 运行 up',
  en: 'run examsite whitelist ca, which makes a new one, then up for every room and --site',
};
const certificateText: Text = { zh: '一张证书', en: 'a certificate' };
const lastsText: Text = {
  zh: `至少还有 ${sparedDays} 天有效期的证书`,
  en: `a certificate that is good for ${sparedDays} more days`,
};

const missing = (where: string): Problem => ({
  where,
  expected: {
    zh: '考点自己的 CA（白名单中有 inspect 条目）',
    en: "the exam site's own CA: the whitelist has inspect entries",
  },
  got: 'none',
  fix: { zh: '运行 examsite whitelist ca', en: 'run examsite whitelist ca' },
  code: 'CA001',
});

const unusable = (where: string, expected: Text, got: string): Problem => ({
  where,
  expected,
  got,
  fix,
  code: 'CA002',
});
