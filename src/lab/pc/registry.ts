/** The registry of a simulated PC: the 64-bit view, over the layered disk. */
import type { RegistryValue } from '../../core/primitives.ts';
import type { Journal } from './journal.ts';
import type { Layers } from './layers.ts';
import type { Registry as Contract } from './machine.ts';
import { baseName, fold, normaliseKey, parentOf } from './paths.ts';

export interface Key {
  /** As it was written. */
  readonly path: string;
  readonly values: Readonly<Record<string, RegistryValue>>;
}

export class Registry implements Contract {
  readonly #keys: Layers<Key>;
  readonly #journal: Journal;

  constructor(keys: Layers<Key>, journal: Journal) {
    this.#keys = keys;
    this.#journal = journal;
  }

  exists(key: string): boolean {
    return this.#keys.get(fold(normaliseKey(key))) !== undefined;
  }

  values(key: string): Record<string, RegistryValue> {
    return { ...this.#keys.get(fold(normaliseKey(key)))?.values };
  }

  /** One value, whatever the case of its name. */
  value(key: string, name: string): RegistryValue | undefined {
    const found = Object.entries(this.values(key)).find(([other]) => fold(other) === fold(name));
    return found?.[1];
  }

  subkeys(key: string): string[] {
    return this.#keys
      .children(fold(normaliseKey(key)))
      .map(([, entry]) => baseName(entry.path))
      .sort();
  }

  set(key: string, name: string, value: RegistryValue | null): void {
    this.#journal.assertAlive();
    const full = normaliseKey(key);
    if (value === null && this.value(full, name) === undefined) return;
    this.create(full);
    const entry = this.#keys.get(fold(full));
    const others = Object.entries(entry?.values ?? {}).filter(([other]) => fold(other) !== fold(name));
    const values = Object.fromEntries(value ? [...others, [name, value]] : others);
    this.#keys.set(fold(full), { path: entry?.path ?? full, values });
    this.#note(value ? 'write' : 'delete', `${full}\\${name}`);
  }

  deleteKey(key: string): void {
    this.#journal.assertAlive();
    const full = normaliseKey(key);
    const below = this.#keys.branch(fold(full));
    if (below.length === 0) return;
    for (const [other] of below) this.#keys.delete(other);
    this.#note('delete', full);
  }

  /** The key and its parents; one that is there stays as it is. */
  create(key: string): void {
    const full = normaliseKey(key);
    if (this.#keys.get(fold(full))) return;
    const parent = parentOf(full);
    if (parent !== undefined) this.create(parent);
    this.#keys.set(fold(full), { path: full, values: {} });
  }

  #note(action: string, what: string): void {
    this.#journal.record('registry', action, what, this.#keys.protected);
  }
}
