/**
 * File contents by hash. A room of PCs holds the same few hundred files 44 times: in memory and on the host's disk each is there once,
 * and a PC's own JSON stays small enough to be rewritten whole.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { sync as writeFileAtomic } from 'write-file-atomic';

export class Contents {
  readonly #dir: string | undefined;
  readonly #held = new Map<string, Buffer>();
  readonly #saved = new Set<string>();

  /** @param dir where contents are kept over a stop of the lab; undefined: in memory only, for tests */
  constructor(dir?: string) {
    this.#dir = dir;
  }

  /** @returns the hash to find it by, SHA-256 in lower-case hex */
  put(content: Buffer): string {
    const hash = createHash('sha256').update(content).digest('hex');
    if (!this.#held.has(hash)) this.#held.set(hash, content);
    return hash;
  }

  get(hash: string): Buffer {
    let content = this.#held.get(hash);
    if (!content) {
      if (this.#dir === undefined) throw new Error(`no content ${hash} in memory`);
      content = readFileSync(path.join(this.#dir, hash));
      this.#held.set(hash, content);
      this.#saved.add(hash);
    }
    return content;
  }

  /** To be called before the JSON that refers to it is written. */
  save(hash: string): void {
    const content = this.#held.get(hash);
    if (this.#dir === undefined || !content || this.#saved.has(hash)) return;
    mkdirSync(this.#dir, { recursive: true, mode: 0o700 });
    writeFileAtomic(path.join(this.#dir, hash), content, { mode: 0o600 });
    this.#saved.add(hash);
  }
}
