/** Files, PATH and zip archives. */
import { createHash, randomBytes } from 'node:crypto';
import { unzipSync } from 'fflate';
import type { FileStat } from '../../../core/primitives.ts';
import { Refusal } from '../fault.ts';
import { normalise, wildcard } from '../paths.ts';
import type { Pc } from '../pc.ts';
import { fileVersion } from '../version.ts';
import type { Handlers } from './perform.ts';

const readLimit = 2 ** 20;

export function statOf(pc: Pc, path: string, withHash = false): FileStat {
  const file = pc.files.read(path);
  const isDirectory = !file && pc.files.isDirectory(path);
  return {
    path,
    exists: file !== undefined || isDirectory,
    isDirectory,
    size: file?.size ?? 0,
    version: file ? fileVersion(file) : null,
    sha256: file && withHash ? createHash('sha256').update(file.content).digest('hex') : null,
  };
}

/** Wildcards in any part after the drive; none reaches across a separator. */
function find(pc: Pc, pattern: string): FileStat[] {
  const [drive = '', ...parts] = normalise(pattern).split('\\');
  let found = [drive];
  for (const shape of parts.map(wildcard)) {
    found = found.flatMap((folder) =>
      pc.files
        .list(folder)
        .filter((name) => shape.test(name))
        .map((name) => `${folder}\\${name}`),
    );
  }
  return found
    .filter((path) => !pc.files.isDirectory(path))
    .sort()
    .map((path) => statOf(pc, path));
}

/** Code that runs can be renamed, but neither replaced nor deleted. */
export function mustBeFree(pc: Pc, path: string): void {
  if (pc.inUse(path)) throw new Refusal('busy', `${path} is in use`);
}

/** One entry after the other, as far as it gets. */
function remove(pc: Pc, path: string): void {
  const inside = pc.files.isDirectory(path) ? pc.files.walk(path) : [path];
  const held = inside.findIndex((file) => pc.files.read(file) !== undefined && pc.inUse(file));
  if (held === -1) return pc.files.delete(path);
  for (const file of inside.slice(0, held)) pc.files.delete(file);
  // ERROR_ACCESS_DENIED is what DeleteFile says of an image that is mapped.
  throw new Refusal('denied', `${inside[held] ?? path} is in use`);
}

/** Temporary file beside it, flushed, renamed: after a power cut there is the old file or the new one, and perhaps a temporary one. */
export function writeAtomically(pc: Pc, path: string, content: Buffer): void {
  const temporary = `${normalise(path)}.${randomBytes(4).toString('hex')}.tmp`;
  if (pc.faults.cutAtWrite) {
    pc.faults.cutAtWrite = false;
    const half = content.subarray(0, content.length >> 1);
    pc.files.write(temporary, { content: half, size: half.length });
    pc.powerCut();
  }
  pc.files.write(temporary, { content, size: content.length });
  if (pc.inUse(path)) pc.files.delete(temporary);
  mustBeFree(pc, path);
  pc.files.rename(temporary, path);
}

function extract(pc: Pc, path: string, to: string, from?: string): number {
  const archive = pc.files.read(path);
  if (!archive) throw new Refusal('not-found', `${path} does not exist`);
  const root = normalise(to);
  const prefix = from === undefined ? '' : `${from}/`;
  const within = Object.entries(unzip(path, archive.content)).filter(([name]) => name.startsWith(prefix));
  if (from !== undefined && within.length === 0) throw new Refusal('not-found', `${path} has no folder ${from}`);
  const entries = within.map(([full, bytes]) => {
    const name = full.slice(prefix.length);
    const target = /^[A-Za-z]:|^[\\/]/.test(name) ? normalise('C:\\') : normalise(`${root}\\${name}`);
    if (!target.startsWith(`${root}\\`))
      throw new Refusal('bad-request', `${name} in ${path} would land outside ${to}`);
    return { target, isFolder: name.endsWith('/'), content: Buffer.from(bytes) };
  });
  pc.files.makeDirectory(root);
  for (const { target, isFolder, content } of entries) {
    if (isFolder) {
      pc.files.makeDirectory(target);
      continue;
    }
    mustBeFree(pc, target);
    pc.files.write(target, { content, size: content.length });
  }
  return entries.filter((entry) => !entry.isFolder).length;
}

function unzip(path: string, content: Buffer): Record<string, Uint8Array> {
  try {
    return unzipSync(content);
  } catch (error) {
    throw new Refusal('failed', `${path} is not a zip archive: ${error instanceof Error ? error.message : 'damaged'}`);
  }
}

export const filePrimitives: Handlers<
  'file.stat' | 'file.list' | 'file.find' | 'file.read' | 'file.write' | 'file.delete' | 'path.find' | 'archive.extract'
> = {
  'file.stat': (pc, { path, sha256 }) => statOf(pc, path, sha256),
  'file.list': (pc, { path, match }) => {
    const shape = wildcard(match);
    return { names: pc.files.list(path).filter((name) => shape.test(name)) };
  },
  'file.find': (pc, { pattern }) => ({ files: find(pc, pattern) }),
  'file.read': (pc, { path }) => {
    const file = pc.files.read(path);
    if (!file) throw new Refusal('not-found', `${path} does not exist`);
    if (file.size > readLimit) throw new Refusal('bad-request', `${path} has ${file.size} bytes, more than 1 MiB`);
    return { base64: file.content.toString('base64') };
  },
  'file.write': (pc, { path, base64 }) => {
    writeAtomically(pc, path, Buffer.from(base64, 'base64'));
    return {};
  },
  'file.delete': (pc, { path }) => {
    remove(pc, path);
    return {};
  },
  'path.find': (pc, { name }) => ({
    files: pc
      .path()
      .filter((folder) => /^[A-Za-z]:/.test(folder))
      .map((folder) => statOf(pc, `${folder.replace(/\\$/, '')}\\${name}`))
      .filter((file) => file.exists && !file.isDirectory),
  }),
  'archive.extract': (pc, { path, to, from }) => ({ files: extract(pc, path, to, from) }),
};
