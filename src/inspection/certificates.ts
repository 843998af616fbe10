/**
 * The exam site's own certification authority and what it signs, by X.509 (RFC 5280). ECDSA on P-256 with SHA-256: what Windows 7 and Chrome 75
 * verify. Its private key exists in this process only and cannot be taken out: once the leaves are signed, nobody can sign another.
 */
import 'reflect-metadata';
import { randomBytes, webcrypto } from 'node:crypto';
import { AsnConvert } from '@peculiar/asn1-schema';
import {
  GeneralName,
  GeneralSubtree,
  GeneralSubtrees,
  id_ce_nameConstraints as nameConstraintsId,
  NameConstraints,
} from '@peculiar/asn1-x509';
import * as x509 from '@peculiar/x509';
import { caOrganisation } from './places.ts';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
/** Upper bound of a common name (RFC 5280, appendix A: ub-common-name), in characters. */
const longestCommonName = 64;

export interface Validity {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

export interface Authority {
  /** PEM of its certificate. */
  readonly pem: string;
  /** @returns PEM of a certificate for this host, then of its private key (PKCS #8) */
  sign(host: string): Promise<string>;
}

/** @param hosts `exam.example.cn`, `*.cdn.example.cn`: what it is good for. @param name of the authority, for people */
export async function newAuthority(hosts: readonly string[], name: string, validity: Validity): Promise<Authority> {
  const keys = await newKeys(false);
  const ca = await x509.X509CertificateGenerator.createSelfSigned({
    ...{ ...validity, keys, signingAlgorithm: algorithm, serialNumber: serialNumber() },
    name: subject(name),
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
      only(hosts),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { pem: pem(ca), sign: (host) => leaf(host, ca, keys, validity) };
}

async function leaf(
  host: string,
  ca: x509.X509Certificate,
  caKeys: webcrypto.CryptoKeyPair,
  validity: Validity,
): Promise<string> {
  const keys = await newKeys(true);
  const certificate = await x509.X509CertificateGenerator.create({
    ...{ ...validity, signingAlgorithm: algorithm, serialNumber: serialNumber() },
    ...{ subject: subject(host), issuer: ca.subjectName.toJSON(), publicKey: keys.publicKey },
    signingKey: caKeys.privateKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: host }]),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(caKeys.publicKey),
    ],
  });
  const key = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey));
  return `${pem(certificate)}${x509.PemConverter.encode(key, 'PRIVATE KEY')}\n`;
}

const newKeys = (extractable: boolean): Promise<webcrypto.CryptoKeyPair> =>
  webcrypto.subtle.generateKey(algorithm, extractable, ['sign', 'verify']);

const pem = (certificate: x509.X509Certificate): string => `${certificate.toString('pem')}\n`;

/** Positive, 127 bits. */
const serialNumber = (): string => {
  const bytes = randomBytes(16);
  bytes.writeUInt8((bytes.readUInt8(0) & 0x7f) | 0x40, 0);
  return bytes.toString('hex');
};

/** A name that is too long for a subject is in the subject alternative name all the same, which is what counts. */
const subject = (name: string): x509.JsonName =>
  Array.from(name).length > longestCommonName ? [{ O: [caOrganisation] }] : [{ O: [caOrganisation] }, { CN: [name] }];

/**
 * Good for these names and what is below them, and for no address. A list of permitted names says nothing of other kinds (RFC 5280, 4.2.1.10),
 * so addresses are excluded by themselves; a name for mail is of no use in a certificate that is for servers.
 */
function only(hosts: readonly string[]): x509.Extension {
  const names = [...new Set(hosts.map((host) => host.replace(/^\*\./, '')))];
  const subtrees = (some: readonly GeneralName[]): GeneralSubtrees =>
    new GeneralSubtrees(some.map((base) => new GeneralSubtree({ base })));
  const constraints = new NameConstraints({
    permittedSubtrees: subtrees(names.map((dNSName) => new GeneralName({ dNSName }))),
    excludedSubtrees: subtrees(['0.0.0.0/0', '::/0'].map((iPAddress) => new GeneralName({ iPAddress }))),
  });
  return new x509.Extension(nameConstraintsId, true, AsnConvert.serialize(constraints));
}
