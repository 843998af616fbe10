/** The files that a local command has made: `assetPaths` and `archivePaths`. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { canonical } from '../core/canonical.ts';
import { archiveOf, fileAsset, type Properties } from './wire.ts';

/**
 * The official plugin's patterns (Go's gobwas/glob): `*` is anything but `/`, `**` anything at all, even in the middle of a name, `?` one
 * character, `[a-c]` or `[!a-c]` one of a set, `{a,b}` one of several, `\` takes the next one as it is.
 */
export function globPattern(glob: string): RegExp {
  const parts = /\\(.)|\*\*|\*|\?|\[(!?)([^\]]*)\]|[{},]|[^]/gy;
  let depth = 0;
  const translate = (token: string, escaped?: string, not?: string, set?: string): string => {
    if (escaped !== undefined) return literal(escaped);
    if (set !== undefined) return `[${not === '!' ? '^' : ''}${set.replace(/[\\^[]/g, '\\$&')}]`;
    if (token === '{') {
      depth += 1;
      return '(?:';
    }
    if (token === '}' && depth > 0) {
      depth -= 1;
      return ')';
    }
    if (token === ',' && depth > 0) return '|';
    return wildcards[token] ?? literal(token);
  };
  return new RegExp(`^${glob.replace(parts, translate)}$`, 's');
}

const literal = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
const wildcards: Readonly<Record<string, string>> = { '**': '.*', '*': '[^/]*', '?': '[^/]' };

/** @returns the files below the folder that the last matching rule takes in; a rule with `!` leaves out. Paths with `/`, sorted. */
export async function globFiles(folder: string, rules: readonly string[]): Promise<string[]> {
  const compiled = rules.map((rule) => ({
    takes: !rule.startsWith('!'),
    pattern: globPattern(rule.replace(/^!/, '')),
  }));
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'))
    .filter((name) => compiled.findLast(({ pattern }) => pattern.test(name))?.takes === true)
    .toSorted();
}

async function assets(folder: string, rules: readonly string[]): Promise<Record<string, Properties>> {
  const found: Record<string, Properties> = {};
  for (const name of await globFiles(folder, rules)) {
    // As the official plugin: with `/`, below the folder as it was given.
    const file = path.posix.join(folder, name);
    found[name] = fileAsset(file, sha256(await readFile(file)));
  }
  return found;
}

/** Outputs `assets` and `archive`, those that were asked for. */
export async function collect(
  folder: string,
  assetPaths: readonly string[] | undefined,
  archivePaths: readonly string[] | undefined,
): Promise<Properties> {
  const outputs: Properties = {};
  if (assetPaths !== undefined) outputs['assets'] = await assets(folder, assetPaths);
  if (archivePaths !== undefined) {
    const files = await assets(folder, archivePaths);
    // The engine only asks whether it is the same as before.
    const hashes = Object.entries(files).map(([name, { hash }]) => [name, hash]);
    outputs['archive'] = archiveOf(files, sha256(canonical(hashes)));
  }
  return outputs;
}

const sha256 = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex');
