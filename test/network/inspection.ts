/** The exam site's own CA of these tests: made once, for the hosts of conversations.yaml. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { home as homeAt, type Home } from '../../src/core/home.ts';
import { makeAuthority } from '../../src/inspection/authority.ts';
import { leafOf, loadInspection } from '../../src/inspection/load.ts';
import { caFile, inspectionFolder, leafName } from '../../src/inspection/places.ts';
import { inspectedHosts } from '../../src/whitelist/rules.ts';
import type { Desired } from '../../modules/whitelist-router/schema.ts';
import { conversations, wanted } from './conversations.ts';

/** @returns its certificate, and by host the files with a certificate and a key */
async function authority(hosts: readonly string[]) {
  const home: Home = homeAt(mkdtempSync(path.join(tmpdir(), 'examsite-ca-')));
  try {
    await makeAuthority(home, hosts, { site: '示范学院考点' });
    const { ca, leaves } = loadInspection(home, hosts, new Date());
    return { ca: ca.pem, leaves, pems: new Map(hosts.map((host) => [host, leafOf(home, host) ?? ''])) };
  } finally {
    rmSync(home.root, { recursive: true, force: true });
  }
}

const made = await authority(inspectedHosts(conversations));
/** PEM. */
export const ca = made.ca;

export function leaf(host: string): string {
  const pem = made.pems.get(host);
  if (pem === undefined) throw new Error(`no certificate for ${host}`);
  return pem;
}

/** Puts it on a controller's disk, as `examsite whitelist ca` does. */
export function keepIn(home: Home): void {
  const folder = inspectionFolder(home);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const files = [
    [caFile(folder), ca],
    ...[...made.pems].map(([host, pem]) => [path.join(folder, leafName(host)), pem]),
  ];
  for (const [file = '', pem = ''] of files) writeFileSync(file, pem, { mode: 0o600 });
}

/** The router that the conversations are about, with TLS opened where they say so. */
export const opened = (of: Parameters<typeof wanted>[0] = {}): Desired =>
  wanted({
    rules: { ...conversations.rules, inspect: conversations.inspect },
    inspection: { leaves: made.leaves },
    ...of,
  });
