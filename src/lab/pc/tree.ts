/** Which keys lie directly below which: without it, listing one folder would mean a look at the whole disk. */
import { parentOf } from './paths.ts';

/** Keys are folded paths, with backslashes. A folder that is gone may stay as a name; whoever asks looks up whether something is there. */
export class Tree {
  readonly #below = new Map<string, Set<string>>();

  constructor(keys: Iterable<string>) {
    for (const key of keys) this.add(key);
  }

  add(key: string): void {
    let child = key;
    for (let parent = parentOf(child); parent !== undefined; parent = parentOf(child)) {
      const known = this.#below.get(parent);
      if (known) {
        // Then the folders above are known as well.
        known.add(child);
        return;
      }
      this.#below.set(parent, new Set([child]));
      child = parent;
    }
  }

  remove(key: string): void {
    const parent = parentOf(key);
    if (parent !== undefined && !this.#below.get(key)?.size) this.#below.get(parent)?.delete(key);
  }

  children(key: string): Iterable<string> {
    return this.#below.get(key) ?? [];
  }

  /** The key, and all below it. */
  *branch(key: string): Generator<string> {
    yield key;
    for (const child of this.children(key)) yield* this.branch(child);
  }
}
