/** Debian's own packages as files, with what they need beyond this machine's: for the disk of a test PC, and for its depot. */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { cached } from '../engine/cache.mjs';

/** @returns full paths. @throws when no registry of Debian's answers */
export async function debianPackages(...names: readonly string[]): Promise<string[]> {
  const versions = await candidates(names);
  const mark = createHash('sha256').update(versions).digest('hex').slice(0, 12);
  const fill = async (folder: string): Promise<void> => {
    mkdirSync(path.join(folder, 'partial'));
    const options = [
      '-o',
      `Dir::Cache::archives=${folder}`,
      '-o',
      'Debug::NoLocking=1',
      '-o',
      'APT::Sandbox::User=root',
    ];
    const what = ['install', '--yes', '--reinstall', '--download-only', '--no-install-recommends', ...names];
    await execa('apt-get', ['-qq', ...options, ...what]);
  };
  const folder = await cached(
    `debs-${names[0] ?? ''}-${mark}`,
    (made) => debs(made).length > 0,
    fill,
    () => undefined,
  );
  return debs(folder).map((name) => path.join(folder, name));
}

const debs = (folder: string): string[] => {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.deb'))
      .sort();
  } catch {
    return [];
  }
};

/** What would be installed now; a machine that has never asked what there is does so. */
async function candidates(names: readonly string[]): Promise<string> {
  const ask = async (): Promise<string> => (await execa('apt-cache', ['policy', ...names])).stdout;
  const isKnown = (policy: string): boolean =>
    names.every((name) => policy.includes(`${name}:`)) && !policy.includes('Candidate: (none)');
  const before = await ask();
  if (isKnown(before)) return before.replaceAll(/^ +\*\*\*.*$|^ +\d.*$/gm, '');
  await execa('apt-get', ['-qq', 'update']);
  return ask();
}
