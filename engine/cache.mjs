/** The user's cache: what one clone fetched or built, the next clone uses. A folder in it is whole or not there. */
import crypto from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { withLock } from './lock.mjs';

/** @returns {string} `$EXAMSITE_CACHE`, else the platform's own place for caches */
export function cacheFolder(env = process.env) {
  if (env.EXAMSITE_CACHE) return path.resolve(env.EXAMSITE_CACHE);
  const home = os.homedir();
  if (process.platform === 'win32') return path.join(env.LOCALAPPDATA ?? path.join(home, 'AppData/Local'), 'examsite');
  if (process.platform === 'darwin') return path.join(home, 'Library/Caches/examsite');
  return path.join(env.XDG_CACHE_HOME || path.join(home, '.cache'), 'examsite');
}

/**
 * Fills a folder of the cache, once. Killed in the middle it leaves only a temporary folder, which the next fill removes.
 * @param {string} name the folder's name, with the version: `node-24.21.0`
 * @param {(folder: string) => boolean} isWhole
 * @param {(folder: string) => Promise<void>} fill throws when it cannot; the folder is then thrown away
 * @param {(pid: number) => void} onWait another process is filling it
 * @returns {Promise<string>} the folder
 */
export async function cached(name, isWhole, fill, onWait) {
  const folder = path.join(cacheFolder(), name);
  if (isWhole(folder)) return folder;
  return withLock(`${folder}.lock`, () => fillLocked(folder, isWhole, fill), onWait);
}

/**
 * @param {string} folder
 * @param {(folder: string) => boolean} isWhole
 * @param {(folder: string) => Promise<void>} fill
 */
async function fillLocked(folder, isWhole, fill) {
  if (isWhole(folder)) return folder;
  removeLeftovers(folder);
  const temporary = `${folder}.tmp-${crypto.randomUUID()}`;
  fs.mkdirSync(temporary, { mode: 0o700 });
  try {
    await fill(temporary);
    fs.rmSync(folder, { recursive: true, force: true });
    fs.renameSync(temporary, folder);
  } finally {
    fs.rmSync(temporary, { recursive: true, force: true });
  }
  return folder;
}

/** @param {string} folder */
function removeLeftovers(folder) {
  const prefix = `${path.basename(folder)}.tmp-`;
  const parent = path.dirname(folder);
  for (const name of fs.readdirSync(parent).filter((entry) => entry.startsWith(prefix))) {
    fs.rmSync(path.join(parent, name), { recursive: true, force: true });
  }
}
