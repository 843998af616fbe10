/** Is what lies in the depot what the lock says? */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import pLimit from 'p-limit';
import type { Problem } from '../core/errors.ts';
import type { DepotLock, LockedArtifact } from './lock.ts';

/** Reading one large file keeps a disk busy; a few at once hide its latency for the small ones. */
const parallel = 4;

/** @returns one problem a file, in the lock's order; files that the lock does not name are none of its business */
export async function verifyDepot(dir: string, lock: DepotLock): Promise<Problem[]> {
  const limit = pLimit(parallel);
  const checked = await Promise.all(lock.artifacts.map((entry) => limit(() => verifyFile(dir, entry))));
  return checked.flatMap((problem) => problem ?? []);
}

async function verifyFile(dir: string, entry: LockedArtifact): Promise<Problem | undefined> {
  const file = path.join(dir, entry.file);
  const found = await stat(file).catch(() => undefined);
  if (!found?.isFile()) return fault(file, { zh: '文件存在', en: 'the file' }, 'nothing', 'DEP005');
  if (found.size !== entry.size) {
    const expected = { zh: `${entry.size} 字节`, en: `${entry.size} bytes` };
    return fault(file, expected, `${found.size}`, 'DEP006');
  }
  const sha256 = await hashFile(file);
  if (sha256 === entry.sha256) return undefined;
  return fault(file, { zh: `SHA-256 ${entry.sha256}`, en: `SHA-256 ${entry.sha256}` }, sha256, 'DEP007');
}

async function hashFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

function fault(where: string, expected: Problem['expected'], got: string, code: string): Problem {
  const fix = { zh: '重新放入原来的文件', en: 'put the original file there again' };
  return { where, expected, got, fix, code };
}
