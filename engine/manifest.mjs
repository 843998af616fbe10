/** What a pack holds: `pack.json`, every file by size and SHA-256. A stick that lost a byte on the way is noticed before anything is unpacked. */
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';

/** Raised when an older `unpack.mjs` could not read what a newer one packs. */
export const packFormat = 1;
export const manifestName = 'pack.json';

/**
 * @typedef {{ size: number, sha256: string }} PackedFile
 * @typedef {object} Manifest
 * @property {number} format
 * @property {string} version of examsite
 * @property {string} platform `linux`, `win32`, `darwin`: the packed programs run there only
 * @property {string} arch
 * @property {Record<string, PackedFile>} files by path in the pack, with `/`
 */

/**
 * @param {string} folder
 * @returns {Promise<Record<string, PackedFile>>} sorted by path
 */
export async function describeFiles(folder) {
  /** @type {Record<string, PackedFile>} */
  const files = {};
  for (const name of filesIn(folder)) files[name] = await describe(path.join(folder, name));
  return files;
}

/** @param {string} folder */
export function filesIn(folder) {
  const all = fs.readdirSync(folder, { recursive: true, withFileTypes: true });
  return all
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
    .sort();
}

/**
 * @param {string} file
 * @returns {Promise<PackedFile>}
 */
export async function describe(file) {
  const hash = crypto.createHash('sha256');
  await pipeline(fs.createReadStream(file), hash);
  return { size: fs.statSync(file).size, sha256: hash.digest('hex') };
}

/**
 * @param {string} folder
 * @param {Manifest} manifest
 * @returns {Promise<string[]>} a line for each file that is not what the manifest says
 */
export async function damages(folder, manifest) {
  /** @type {string[]} */
  const found = [];
  for (const [name, { size, sha256 }] of Object.entries(manifest.files)) {
    const file = path.join(folder, name);
    if (!fs.existsSync(file)) found.push(`${name}: missing`);
    else {
      const now = await describe(file);
      if (now.size !== size) found.push(`${name}: ${now.size} bytes, packed were ${size}`);
      else if (now.sha256 !== sha256) found.push(`${name}: SHA-256 ${now.sha256}, packed was ${sha256}`);
    }
  }
  return found;
}
