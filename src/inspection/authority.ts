/** Makes the exam site's certification authority, whole or not at all. The private key of the authority itself is kept nowhere (certificates.ts). */
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Home } from '../core/home.ts';
import { newAuthority } from './certificates.ts';
import { caFile, inspectionFolder, leafName } from './places.ts';

export { caOrganisation } from './places.ts';

const dayMs = 86_400_000;
/** Of a certificate that browsers take, in all (CA/Browser Forum, Baseline Requirements 6.3.2: 397 days), without the day before it was made. */
export const longestDays = 396;
export const defaultDays = 90;

export interface AuthorityOptions {
  /** The exam site's name, for whoever sees the certificate. */
  readonly site: string;
  /** Days from now on, for the authority and what it signs. @default 90 */
  readonly days?: number;
  /** @default the clock */
  readonly now?: Date;
}

/**
 * Makes a new one in place of what is there. A process that is killed leaves the former one or none.
 *
 * @param hosts `exam.example.cn`, `*.cdn.example.cn`: it is good for these only
 */
export async function makeAuthority(
  home: Home,
  hosts: readonly string[],
  { site, days = defaultDays, now = new Date() }: AuthorityOptions,
): Promise<void> {
  const second = Math.floor(now.getTime() / 1000) * 1000;
  // A PC's clock may be behind.
  const validity = { notBefore: new Date(second - dayMs), notAfter: new Date(second + days * dayMs) };
  const ca = await newAuthority(hosts, nameOf(site, now), validity);
  const leaves = await Promise.all(hosts.map(async (host) => [leafName(host), await ca.sign(host)] as const));
  await mkdir(home.keys, { recursive: true, mode: 0o700 });
  await forgetDrafts(home);
  // Made with mode 0700.
  const draft = await mkdtemp(`${inspectionFolder(home)}-${process.pid}-`);
  const write = (file: string, text: string): Promise<void> => writeFile(file, text, { mode: 0o600, flush: true });
  await Promise.all([
    write(caFile(draft), ca.pem),
    ...leaves.map(([name, text]) => write(path.join(draft, name), text)),
  ]);
  await put(draft, inspectionFolder(home));
}

/** A common name holds 64 characters: the site's own name gets what the rest leaves. */
const nameOf = (site: string, now: Date): string =>
  `examsite inspection CA ${Array.from(site).slice(0, 30).join('')} ${now.toISOString().slice(0, 10)}`;

/** A folder cannot be renamed onto one with files in it; what was there goes first. Somebody else may be doing the same. */
async function put(draft: string, folder: string): Promise<void> {
  const former = `${draft}-former`;
  for (;;) {
    await rename(folder, former).catch(unless('ENOENT'));
    const there = await rename(draft, folder).then(() => true, unless('ENOTEMPTY', 'EEXIST'));
    await rm(former, { recursive: true, force: true });
    if (there === true) return;
  }
}

/** What a process that was killed has left. */
async function forgetDrafts(home: Home): Promise<void> {
  for (const name of await readdir(home.keys)) {
    const pid = /^inspection-(\d+)-/.exec(name)?.[1];
    if (pid !== undefined && !isRunning(Number(pid)))
      await rm(path.join(home.keys, name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

const unless =
  (...codes: readonly string[]) =>
  (error: unknown): undefined => {
    if (error instanceof Error && 'code' in error && codes.includes(String(error.code))) return undefined;
    throw error;
  };
