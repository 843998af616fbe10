/** Which CA the PCs of a room have to trust in this cycle. */
import { X509Certificate } from 'node:crypto';
import type { Home } from '../../src/core/home.ts';
import { loadInspection } from '../../src/inspection/load.ts';
import { loadWhitelist, type Whitelist } from '../../src/whitelist/file.ts';
import { inspectedHosts, rulesOf } from '../../src/whitelist/rules.ts';
import type { WantedCertificate } from './schema.ts';

/** Where the whitelist has inspect entries, the CA made for them; else none. @throws UserError where the whitelist or the CA is faulty, or there is none */
export function wantedCertificates(
  home: Home,
  whitelist: Whitelist | undefined = loadWhitelist(home),
  now = new Date(),
): WantedCertificate[] {
  const hosts = whitelist === undefined ? [] : inspectedHosts(rulesOf(whitelist));
  if (hosts.length === 0) return [];
  const { pem, sha256, notAfter } = loadInspection(home, hosts, now).ca;
  return [{ sha256, der: new X509Certificate(pem).raw.toString('base64'), notAfter }];
}
