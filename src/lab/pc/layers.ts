/**
 * A disk in three layers, the way a restore card sees it: the image that the model was installed from (shared by all PCs, never written), the
 * disk itself, and, while the card is frozen, an overlay that takes every write and that a restart drops.
 */

import { Tree } from './tree.ts';

/** `null` in a layer means: deleted here, whatever lies below. */
type Layer<V> = Map<string, V | null>;

export interface LayersData<V> {
  readonly base: Record<string, V | null>;
  readonly overlay: Record<string, V | null> | null;
}

export class Layers<V> {
  readonly #image: ReadonlyMap<string, V>;
  readonly #base: Layer<V>;
  #overlay: Layer<V> | null;
  /** Made when it is first asked for, and anew after a start, which may change everything. */
  #tree: Tree | undefined;

  constructor(image: ReadonlyMap<string, V>, data?: LayersData<V>) {
    this.#image = image;
    this.#base = new Map(Object.entries(data?.base ?? {}));
    this.#overlay = data?.overlay ? new Map(Object.entries(data.overlay)) : null;
  }

  get(key: string): V | undefined {
    for (const layer of [this.#overlay, this.#base]) {
      const found = layer?.get(key);
      if (found !== undefined) return found ?? undefined;
    }
    return this.#image.get(key);
  }

  set(key: string, value: V): void {
    (this.#overlay ?? this.#base).set(key, value);
    this.#tree?.add(key);
  }

  delete(key: string): void {
    if (this.get(key) === undefined) return;
    const below = this.#overlay ? (this.#base.get(key) ?? this.#image.get(key)) : this.#image.get(key);
    const layer = this.#overlay ?? this.#base;
    // A tombstone is needed only where a lower layer would shine through.
    if (below === undefined || below === null) layer.delete(key);
    else layer.set(key, null);
    this.#tree?.remove(key);
  }

  /** What lies directly below a key, in no order. */
  children(key: string): [string, V][] {
    return this.#present(this.#index().children(key));
  }

  /** What is at a key and everything below it, in no order. */
  branch(key: string): [string, V][] {
    return this.#present(this.#index().branch(key));
  }

  #index(): Tree {
    return (this.#tree ??= new Tree([...this.entries()].map(([key]) => key)));
  }

  #present(keys: Iterable<string>): [string, V][] {
    const found: [string, V][] = [];
    for (const key of keys) {
      const value = this.get(key);
      if (value !== undefined) found.push([key, value]);
    }
    return found;
  }

  *entries(): Generator<[string, V]> {
    const seen = new Set<string>();
    for (const layer of [this.#overlay, this.#base, this.#image]) {
      for (const [key, value] of layer ?? []) {
        if (seen.has(key)) continue;
        seen.add(key);
        if (value !== null) yield [key, value];
      }
    }
  }

  /** True while writes go to the overlay. */
  get protected(): boolean {
    return this.#overlay !== null;
  }

  /** What a start does: drop what was written under protection (or keep it, for a card that restores only now and then). */
  begin(frozen: boolean, restore: boolean): void {
    this.#tree = undefined;
    if (restore) this.#overlay = null;
    if (frozen) this.#overlay ??= new Map<string, V | null>();
    else this.#commit();
  }

  /** A card that is opened before it restored keeps what it held. */
  #commit(): void {
    if (!this.#overlay) return;
    for (const [key, value] of this.#overlay) this.#base.set(key, value);
    this.#overlay = null;
  }

  toJSON(): LayersData<V> {
    return {
      base: Object.fromEntries(this.#base),
      overlay: this.#overlay && Object.fromEntries(this.#overlay),
    };
  }
}
