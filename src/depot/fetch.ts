/** Fetches what the registry has of a lock: its wheels. Each must have the lock's hash, or nothing of its set comes into the depot. */
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../core/errors.ts';
import type { DepotLock, LockedArtifact } from './lock.ts';
import { targetsOf } from './needed.ts';
import { pipDownload } from './pip.ts';
import { verifyDepot } from './verify.ts';

export interface Fetched {
  readonly files: number;
  readonly bytes: number;
}

/**
 * @param say is told each set before it is downloaded: how many files, how many bytes
 * @throws UserError DEP009, DEP011 (pip), DEP005–DEP007 (what pip brought is not what the lock says)
 */
export async function fetchWheels(
  dir: string,
  lock: DepotLock,
  say: (set: string, missing: Fetched) => void,
): Promise<Fetched> {
  const sum = { files: 0, bytes: 0 };
  for (const [set, files] of Object.entries(lock.wheels)) {
    const missing = await missingOf(dir, lock, files);
    if (missing.length === 0) continue;
    const size = sizeOf(missing);
    say(set, size);
    await fetchSet(dir, set, missing);
    sum.files += size.files;
    sum.bytes += size.bytes;
  }
  return sum;
}

const sizeOf = (wheels: readonly LockedArtifact[]): Fetched => ({
  files: wheels.length,
  bytes: wheels.reduce((bytes, { size }) => bytes + size, 0),
});

/** Absent or damaged. */
async function missingOf(dir: string, lock: DepotLock, files: readonly string[]): Promise<LockedArtifact[]> {
  const artifacts = lock.artifacts.filter(({ file }) => files.includes(file));
  const problems = await verifyDepot(dir, { artifacts, wheels: {} });
  const bad = new Set(problems.map(({ where }) => path.basename(where)));
  return artifacts.filter(({ file }) => bad.has(file));
}

/** Into a folder beside the files, so that they come in by renaming: whole or not at all. */
async function fetchSet(dir: string, set: string, wheels: readonly LockedArtifact[]): Promise<void> {
  await mkdir(dir, { recursive: true });
  const temporary = await mkdtemp(path.join(dir, '.fetch-'));
  try {
    const requirements = path.join(temporary, 'requirements.txt');
    await writeFile(requirements, wheels.map(pinned).join(''));
    const of = wheels.every(({ file }) => targetsOf(file).includes('windows')) ? 'windows' : 'linux';
    await pipDownload(requirements, temporary, `inventories/depot.lock.yaml wheels.${set}`, of);
    const problems = await verifyDepot(temporary, { artifacts: [...wheels], wheels: {} });
    if (problems.length > 0) throw new UserError(problems);
    for (const { file } of wheels) await rename(path.join(temporary, file), path.join(dir, file));
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

const pinned = ({ name, version, sha256 }: LockedArtifact): string => `${name}==${version} --hash=sha256:${sha256}\n`;
