/** Reads and writes `depot.lock.yaml`. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { isNode, LineCounter, parseDocument, stringify, type Document } from 'yaml';
import { UserError, type Problem } from '../core/errors.ts';
import { depotLock, type DepotLock } from './lock.ts';

/** @throws UserError naming every fault with its line */
export async function readLock(file: string): Promise<DepotLock> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new UserError([unreadable(file, error)]);
  });
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter });
  const at = (offset: number | undefined): string => {
    const { line, col } = lineCounter.linePos(offset ?? 0);
    return `${file}:${line}:${col}`;
  };
  if (document.errors.length > 0) {
    throw new UserError(document.errors.map((error) => invalid(at(error.pos[0]), error.message)));
  }
  const parsed = depotLock.safeParse(document.toJS());
  if (!parsed.success) {
    throw new UserError(
      parsed.error.issues.map((issue) =>
        invalid(at(offsetOf(document, issue.path)), `${issue.path.join('.')}: ${issue.message}`),
      ),
    );
  }
  const faults = inconsistencies(parsed.data);
  if (faults.length > 0)
    throw new UserError(faults.map((fault) => invalid(at(offsetOf(document, fault.path)), fault.got)));
  return parsed.data;
}

/** Written as a whole or not at all. Sorted, so that two states of a depot can be compared line by line. */
export async function writeLock(file: string, lock: DepotLock): Promise<void> {
  const artifacts = [...lock.artifacts].sort((a, b) => (a.file < b.file ? -1 : 1));
  const sets = Object.entries(lock.wheels).sort(([a], [b]) => (a < b ? -1 : 1));
  const wheels = Object.fromEntries(sets.map(([name, files]) => [name, [...files].sort()]));
  const head = '# Every file that may be installed, by exact version, size and SHA-256. Nothing is ever "latest".\n';
  await writeFileAtomic(file, head + stringify({ artifacts, wheels }));
}

interface Fault {
  readonly path: readonly PropertyKey[];
  readonly got: string;
}

/** A lock that names a file twice, or a wheel that it does not describe, is no lock. */
function inconsistencies({ artifacts, wheels }: DepotLock): Fault[] {
  const seen = new Set<string>();
  const faults: Fault[] = [];
  artifacts.forEach(({ file }, index) => {
    if (seen.has(file.toLowerCase()))
      faults.push({ path: ['artifacts', index, 'file'], got: `a second entry for ${file}` });
    seen.add(file.toLowerCase());
  });
  const known = new Set(artifacts.filter(({ product }) => product === 'wheel').map(({ file }) => file));
  for (const [name, files] of Object.entries(wheels)) {
    files.forEach((file, index) => {
      if (!known.has(file))
        faults.push({ path: ['wheels', name, index], got: `${file}, which no wheel artifact describes` });
    });
  }
  return faults;
}

/** Where the nearest node that exists on this path begins. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return undefined;
}

function unreadable(file: string, error: unknown): Problem {
  return {
    where: file,
    expected: { zh: '可读取的安装包锁定文件', en: 'a readable lock of the depot' },
    got: error instanceof Error && 'code' in error ? String(error.code) : String(error),
    fix: { zh: `把 ${path.basename(file)} 放到该目录`, en: `put ${path.basename(file)} there` },
    code: 'DEP001',
  };
}

function invalid(where: string, got: string): Problem {
  return {
    where,
    expected: { zh: '有效的锁定条目', en: 'a valid entry of the lock' },
    got: got.split('\n')[0] ?? got,
    fix: { zh: '改正这一处', en: 'correct it there' },
    code: 'DEP002',
  };
}
