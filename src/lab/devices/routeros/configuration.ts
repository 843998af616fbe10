/** The device's configuration: menus with their items. What is not dynamic is on its flash, and there after a restart. */
import { menus, canBeOff, type Menu } from './menus.ts';
import { written, type Names } from './properties.ts';
import { RunError } from './values.ts';

export interface Entry {
  readonly id: number;
  values: Record<string, string>;
  disabled: boolean;
  readonly dynamic: boolean;
  /** Seconds since the device came up, for what goes by itself. */
  readonly expires?: number;
}

interface Saved {
  readonly items: Readonly<Record<string, readonly Omit<Entry, 'dynamic'>[]>>;
  readonly singles: Readonly<Record<string, Record<string, string>>>;
  readonly lastId: number;
}

const menuOf = (path: string): Menu => {
  const menu = menus[path];
  if (menu === undefined) throw new Error(`no menu ${path}`);
  return menu;
};

export class Configuration {
  readonly #items = new Map<string, Entry[]>();
  readonly #singles = new Map<string, Record<string, string>>();
  #lastId = 0;

  items(path: string): Entry[] {
    const items = this.#items.get(path) ?? [];
    this.#items.set(path, items);
    return items;
  }

  single(path: string): Record<string, string> {
    const values = this.#singles.get(path) ?? {};
    this.#singles.set(path, values);
    return values;
  }

  /** A value, or what it is when nobody has set it. */
  value(path: string, entry: Entry | null, key: string): string {
    const values = entry === null ? this.single(path) : entry.values;
    return values[key] ?? menuOf(path).properties[key]?.usual ?? '';
  }

  /** @throws RunError in the console's words */
  add(path: string, values: Readonly<Record<string, string>>, before?: number): Entry {
    const menu = menuOf(path);
    const { disabled = 'no', ...rest } = values;
    const clean = this.#written(path, rest);
    const missing = Object.entries(menu.properties).find(
      ([key, { required }]) => required === true && (clean[key] ?? '') === '',
    );
    if (missing !== undefined) throw new RunError(`missing value(s) of argument(s) ${missing[0]}`);
    const entry: Entry = { id: this.#lastId + 1, values: clean, disabled: disabled === 'yes', dynamic: false };
    this.#unlessThere(path, entry);
    this.#insert(path, entry, before);
    this.#lastId = entry.id;
    return entry;
  }

  /** What the device adds by itself. */
  addDynamic(path: string, values: Record<string, string>, expires?: number): Entry {
    const gone = expires === undefined ? {} : { expires };
    return this.#insert(path, { id: ++this.#lastId, values, disabled: false, dynamic: true, ...gone });
  }

  set(path: string, entry: Entry | null, values: Readonly<Record<string, string | null>>): void {
    const { disabled, ...rest } = values;
    const kept = entry === null ? this.single(path) : entry.values;
    const given = Object.entries(rest).filter((pair): pair is [string, string] => pair[1] !== null);
    const unset = Object.keys(rest).filter((key) => rest[key] === null || rest[key] === '');
    const all = { ...kept, ...this.#written(path, Object.fromEntries(given)) };
    const next = Object.fromEntries(Object.entries(all).filter(([key]) => !unset.includes(key)));
    if (entry === null) {
      this.#singles.set(path, next);
      return;
    }
    this.#unlessThere(path, { ...entry, values: next });
    entry.values = next;
    if (typeof disabled === 'string') entry.disabled = disabled === 'yes';
  }

  remove(path: string, entry: Entry): void {
    if (
      path === '/ip pool' &&
      this.items('/ip dhcp-server').some(({ values }) => values['address-pool'] === entry.values['name'])
    )
      throw new RunError('failure: pool is in use');
    const items = this.items(path);
    items.splice(items.indexOf(entry), 1);
  }

  move(path: string, entry: Entry, before: Entry | undefined): void {
    const items = this.items(path);
    items.splice(items.indexOf(entry), 1);
    items.splice(before === undefined ? items.length : items.indexOf(before), 0, entry);
  }

  #insert(path: string, entry: Entry, before?: number): Entry {
    const items = this.items(path);
    const at = before === undefined ? items.length : items.findIndex(({ id }) => id === before);
    if (at === -1) throw new RunError('no such item');
    items.splice(at, 0, entry);
    return entry;
  }

  #written(path: string, values: Readonly<Record<string, string>>): Record<string, string> {
    const { properties } = menuOf(path);
    const pairs = Object.entries(values).map(([key, value]) => {
      const property = properties[key];
      if (property === undefined) throw new RunError(`unknown parameter ${key}`);
      return [key, written(key, property, value, this.names())];
    });
    return Object.fromEntries(pairs.filter(([, value]) => value !== '')) as Record<string, string>;
  }

  #unlessThere(path: string, entry: Entry): void {
    const { unique } = menuOf(path);
    if (unique === undefined) return;
    const key = ({ values }: Pick<Entry, 'values'>): string => JSON.stringify(unique.map((one) => values[one] ?? ''));
    const other = this.items(path).find((one) => one.id !== entry.id && !one.dynamic && key(one) === key(entry));
    if (other !== undefined) throw new RunError('failure: already have such entry');
  }

  names(): Names {
    const of = (path: string): string[] => this.items(path).map(({ values }) => values['name'] ?? '');
    return {
      interfaces: of('/interface'),
      lists: of('/interface list'),
      pools: of('/ip pool'),
    };
  }

  /** What has been dynamic is gone. */
  save(): string {
    const items = Object.fromEntries(
      [...this.#items].map(([path, some]) => [
        path,
        some.filter(({ dynamic }) => !dynamic).map(({ id, values, disabled }) => ({ id, values, disabled })),
      ]),
    );
    return JSON.stringify({ items, singles: Object.fromEntries(this.#singles), lastId: this.#lastId } satisfies Saved);
  }

  load(text: string): void {
    const saved = JSON.parse(text) as Saved;
    this.#items.clear();
    this.#singles.clear();
    for (const [path, some] of Object.entries(saved.items))
      this.#items.set(
        path,
        some.map((one) => ({ ...one, dynamic: false })),
      );
    for (const [path, values] of Object.entries(saved.singles)) this.#singles.set(path, values);
    this.#lastId = saved.lastId;
  }

  isOn(path: string, entry: Entry): boolean {
    return !canBeOff(path) || !entry.disabled;
  }
}
