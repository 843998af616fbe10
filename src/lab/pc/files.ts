/** The file system of a simulated PC: one volume, C:, over the layered disk. */
import { Refusal } from './fault.ts';
import type { Contents } from './contents.ts';
import type { Journal } from './journal.ts';
import type { Layers } from './layers.ts';
import type { FileEntry, FileSystem } from './machine.ts';
import { baseName, fold, normalise, parentOf } from './paths.ts';

/** A file or a folder as it is kept: the content by hash. */
export interface Node {
  /** As it was written. */
  readonly path: string;
  /** Absent: a folder. */
  readonly hash?: string;
  readonly size?: number;
  readonly version?: string;
}

export class Files implements FileSystem {
  readonly #nodes: Layers<Node>;
  readonly #contents: Contents;
  readonly #journal: Journal;
  readonly #capacity: number;
  /** Bytes in use; -1: to be counted anew. Counting on every write would make an installation quadratic. */
  #used = -1;
  #revision = 0;

  constructor(nodes: Layers<Node>, contents: Contents, journal: Journal, capacity: number) {
    this.#nodes = nodes;
    this.#contents = contents;
    this.#journal = journal;
    this.#capacity = capacity;
  }

  get revision(): number {
    return this.#revision;
  }

  read(path: string): FileEntry | undefined {
    const node = this.#nodes.get(fold(normalise(path)));
    if (node?.hash === undefined) return undefined;
    const content = this.#contents.get(node.hash);
    return { content, size: node.size ?? content.length, ...(node.version !== undefined && { version: node.version }) };
  }

  write(path: string, entry: FileEntry): void {
    this.#journal.assertAlive();
    const full = normalise(path);
    const key = fold(full);
    const before = this.#nodes.get(key);
    if (before && before.hash === undefined) throw new Refusal('denied', `${full} is a folder`);
    const more = entry.size - (before?.size ?? 0);
    if (more > this.freeBytes()) {
      const detail = { free: this.freeBytes(), needed: entry.size };
      throw new Refusal('no-space', `there is not enough space on the disk for ${full}`, detail);
    }
    const parent = parentOf(full);
    if (parent !== undefined) this.makeDirectory(parent);
    const hash = this.#contents.put(entry.content);
    const version = entry.version !== undefined && { version: entry.version };
    this.#nodes.set(key, { path: before?.path ?? full, hash, size: entry.size, ...version });
    this.#used += more;
    this.#note('write', full);
  }

  makeDirectory(path: string): void {
    this.#journal.assertAlive();
    const full = normalise(path);
    const node = this.#nodes.get(fold(full));
    if (node?.hash !== undefined) throw new Refusal('denied', `${full} is a file`);
    if (node) return;
    const parent = parentOf(full);
    if (parent !== undefined) this.makeDirectory(parent);
    this.#nodes.set(fold(full), { path: full });
    this.#note('mkdir', full);
  }

  delete(path: string): void {
    this.#journal.assertAlive();
    const full = normalise(path);
    const key = fold(full);
    const below = this.#branch(key);
    if (below.length === 0) return;
    for (const [other, node] of below) {
      this.#nodes.delete(other);
      this.#used -= node.size ?? 0;
    }
    this.#note('delete', full);
  }

  /** One name for another, replacing a file of that name, as MoveFileEx does. */
  rename(from: string, to: string): void {
    this.#journal.assertAlive();
    const source = normalise(from);
    const target = normalise(to);
    const moved = this.#branch(fold(source));
    if (moved.length === 0) throw new Refusal('not-found', `${source} does not exist`);
    if (this.isDirectory(target) && fold(source) !== fold(target)) throw new Refusal('denied', `${target} is a folder`);
    const parent = parentOf(target);
    if (parent !== undefined) this.makeDirectory(parent);
    if (this.read(target)) this.#used -= this.#nodes.get(fold(target))?.size ?? 0;
    for (const [key] of moved) this.#nodes.delete(key);
    for (const [, node] of moved) {
      const path = target + node.path.slice(source.length);
      this.#nodes.set(fold(path), { ...node, path });
    }
    this.#note('rename', target);
  }

  isDirectory(path: string): boolean {
    const node = this.#nodes.get(fold(normalise(path)));
    return node !== undefined && node.hash === undefined;
  }

  list(path: string): string[] {
    return this.#nodes
      .children(fold(normalise(path)))
      .map(([, node]) => baseName(node.path))
      .sort();
  }

  walk(path: string): string[] {
    const own = fold(normalise(path));
    return this.#nodes
      .branch(own)
      .flatMap(([key, node]) => (node.hash !== undefined && key !== own ? [node.path] : []))
      .sort();
  }

  freeBytes(): number {
    if (this.#used < 0) {
      this.#used = 0;
      for (const [, node] of this.#nodes.entries()) this.#used += node.size ?? 0;
    }
    return this.#capacity - this.#used;
  }

  /** The layers below have changed: the card has restored. */
  remount(): void {
    this.#used = -1;
    this.#revision++;
  }

  /** A file, or a folder with all below it. */
  #branch(key: string): [string, Node][] {
    return this.#nodes.get(key) ? this.#nodes.branch(key) : [];
  }

  #note(action: string, path: string): void {
    this.#revision++;
    this.#journal.record('file', action, path, this.#nodes.protected);
  }
}
