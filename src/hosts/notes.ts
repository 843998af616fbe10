/** What the controller remembers of one machine: a JSON object a machine, replaced as a whole, so that a crash leaves the old or the new one. */
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import pLimit from 'p-limit';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import type { Json } from '../core/finding.ts';
import type { Home } from '../core/home.ts';
import type { Notes } from '../core/host.ts';
import { locked } from './lock.ts';

const content = z.record(z.string(), z.json());

export class FileNotes implements Notes {
  readonly #file: string;
  /** Within this process one change at a time; between processes the lock file sees to it. */
  readonly #turn = pLimit(1);

  constructor(home: Home, host: string) {
    this.#file = path.join(home.notes, `${host}.json`);
  }

  async get(key: string): Promise<Json | undefined> {
    return (await this.#read()).get(key);
  }

  set(key: string, value: Json): Promise<void> {
    return this.#change((notes) => notes.set(key, value));
  }

  delete(key: string): Promise<void> {
    return this.#change((notes) => notes.delete(key));
  }

  async #read(): Promise<Map<string, Json>> {
    const text = await readFile(this.#file, 'utf8').catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '{}';
      throw error;
    });
    return new Map(Object.entries(content.parse(JSON.parse(text))));
  }

  #change(change: (notes: Map<string, Json>) => unknown): Promise<void> {
    return this.#turn(async () => {
      await mkdir(path.dirname(this.#file), { recursive: true, mode: 0o700 });
      await locked(this.#file, async () => {
        const notes = await this.#read();
        change(notes);
        await writeFileAtomic(this.#file, `${JSON.stringify(Object.fromEntries(notes), null, 2)}\n`, { mode: 0o600 });
      });
    });
  }
}
