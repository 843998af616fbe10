/** What of the rules must go, come, be switched on again or be put in order. Pure: the same for a preview and for `apply`. */
import { properties, type Item } from './language.ts';
import type { Actual } from './schema.ts';
import { menuNames, menus, tag, type MenuName, type Wanted } from './wanted.ts';

export interface Addition {
  readonly item: Item;
  /** `first`: before everything in the menu; a comment: before that item; null: at the end. */
  readonly before: 'first' | { readonly comment: string } | null;
}
/** An item that is as wanted but for being off, or for its comment. */
export interface Repair {
  readonly at: number;
  readonly set: Item;
  readonly back: Item;
}
export interface MenuChange {
  /** Places in the menu, from 0. */
  readonly remove: readonly number[];
  readonly add: readonly Addition[];
  readonly repair: readonly Repair[];
  /** DNS entries only: ours are all there, and not in their order or behind somebody else's. */
  readonly reorder: boolean;
}
export type Changes = Readonly<Record<MenuName, MenuChange>>;

/** What an export may leave out or write down, and means the same. */
const rule: Item = { disabled: 'no', log: 'no', 'log-prefix': '' };
const usual: Readonly<Record<MenuName, Item>> = {
  lists: { disabled: 'no', dynamic: 'no' },
  dns: { disabled: 'no', type: 'A', ttl: '1d', 'match-subdomain': 'no' },
  filter: rule,
  nat: rule,
  ipv6: rule,
};

/** What an item does, in one line: without its comment, and whether or not it is on. */
export function textOf(menu: MenuName, item: Item): string {
  const action: Item = usual[menu] === rule ? { action: 'accept' } : {};
  const pairs = Object.entries({ ...action, ...item })
    .filter(([key, value]) => key !== 'comment' && key !== 'disabled' && usual[menu][key] !== value)
    .map(([key, value]) => [key, key.endsWith('-port') ? ports(value) : value] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return properties(Object.fromEntries(pairs));
}

/** `80-82,443` and `443,80,81,82` are the same ports. */
function ports(value: string): string {
  const all = value.split(',').flatMap((part): (string | number)[] => {
    const [from = NaN, to = from] = part.split('-').map(Number);
    if (!Number.isInteger(from) || to - from > 99) return [part];
    return Array.from({ length: to - from + 1 }, (_, index) => from + index);
  });
  return all.toSorted((a, b) => Number(a) - Number(b)).join(',');
}

const ownNames = ['chain', 'list', 'address-list', 'jump-target'] as const;
/** By its comment, or because it works in our chains and lists: nobody else has any business there. */
export const isOurs = (item: Item): boolean =>
  new RegExp(`^${tag}[ -]`).test(item['comment'] ?? '') ||
  ownNames.some((key) => (item[key] ?? '').startsWith(`${tag}-`));
export const isOn = (item: Item): boolean => item['disabled'] !== 'yes';

export const changesOf = (wanted: Wanted, { rules }: Pick<Actual, 'rules'>): Changes => ({
  lists: unordered('lists', wanted.lists, rules.lists),
  dns: dnsChange(wanted.dns, rules.dns),
  filter: ordered('filter', wanted.filter, rules.filter),
  nat: ordered('nat', wanted.nat, rules.nat),
  ipv6: ordered('ipv6', wanted.ipv6, rules.ipv6),
});

export const isNothing = ({ remove, add, repair, reorder }: MenuChange): boolean =>
  remove.length + add.length + repair.length === 0 && !reorder;
export const isSame = (changes: Changes): boolean => menuNames.every((name) => isNothing(changes[name]));

interface Kept {
  /** Place among the wanted ones. */
  readonly want: number;
  /** Place in the menu. */
  readonly at: number;
}

/** @returns removals and repairs that follow from what is kept */
function rest(
  wanted: readonly Item[],
  found: readonly Item[],
  kept: readonly Kept[],
): Pick<MenuChange, 'remove' | 'repair'> {
  const places = new Set(kept.map(({ at }) => at));
  const remove = found.flatMap((item, at) => (isOurs(item) && !places.has(at) ? [at] : []));
  const repair = kept.flatMap(({ want, at }) => {
    const [asked, there] = [wanted[want], found[at]];
    if (asked === undefined || there === undefined) return [];
    const [comment = '', former = ''] = [asked['comment'], there['comment']];
    if (isOn(there) && comment === former) return [];
    const was = { disabled: isOn(there) ? 'no' : 'yes', comment: former };
    return [{ at, set: { disabled: 'no', comment }, back: was }];
  });
  return { remove, repair };
}

/** Each wanted one with the first of its kind that is there. */
function matched(menu: MenuName, wanted: readonly Item[], found: readonly Item[]): Kept[] {
  const free = found.map((item) => (isOurs(item) ? textOf(menu, item) : null));
  return wanted.flatMap((item, want) => {
    const at = free.indexOf(textOf(menu, item));
    if (at === -1) return [];
    free[at] = null;
    return [{ want, at }];
  });
}

function unordered(menu: MenuName, wanted: readonly Item[], found: readonly Item[]): MenuChange {
  const kept = matched(menu, wanted, found);
  const there = new Set(kept.map(({ want }) => want));
  const add = wanted.filter((_, want) => !there.has(want)).map((item) => ({ item, before: null }));
  return { ...rest(wanted, found, kept), add, reorder: false };
}

/** Entries are moved, not made anew: the same entry twice may be refused. Only regular expressions are looked at before ours. */
function dnsChange(wanted: readonly Item[], found: readonly Item[]): MenuChange {
  const kept = matched('dns', wanted, found);
  const there = new Set(kept.map(({ want }) => want));
  const first = found.findIndex((item) => !isOurs(item) && isOn(item) && item['regexp'] !== undefined);
  const last = Math.max(-1, ...kept.map(({ at }) => at));
  const inOrder = kept.every(({ at }, index) => index === 0 || at > (kept[index - 1]?.at ?? -1));
  const add = wanted.flatMap((item, want): Addition[] => {
    if (there.has(want)) return [];
    const next = kept.find((one) => one.want > want);
    const comment = next === undefined ? undefined : wanted[next.want]?.['comment'];
    return [{ item, before: comment === undefined ? null : { comment } }];
  });
  const behind = first !== -1 && (last > first || add.some(({ before }) => before === null));
  return { ...rest(wanted, found, kept), add, reorder: !inOrder || behind };
}

/** By chain, since the order counts only there. A chain of RouterOS' own is begun by ours. */
function ordered(menu: MenuName, wanted: readonly Item[], found: readonly Item[]): MenuChange {
  const chains = [...new Set(wanted.map((item) => item['chain'] ?? ''))];
  const kept = chains.flatMap((chain) => {
    const some = keptIn(menu, chain, wanted, found);
    // What comes in front comes all together: there is no telling a console "behind this one".
    const last = wanted.findLastIndex(
      (item, want) => item['chain'] === chain && !some.some((one) => one.want === want),
    );
    return chain.startsWith(`${tag}-`) ? some : some.filter(({ want }) => want > last);
  });
  const there = new Map(kept.map((one) => [one.want, one]));
  const add = wanted.flatMap((item, want): Addition[] => {
    if (there.has(want)) return [];
    const next = wanted.findIndex(
      (other, index) => index > want && there.has(index) && other['chain'] === item['chain'],
    );
    const comment = wanted[next]?.['comment'];
    if (comment !== undefined) return [{ item, before: { comment } }];
    return [{ item, before: (item['chain'] ?? '').startsWith(`${tag}-`) || found.length === 0 ? null : 'first' }];
  });
  return { ...rest(wanted, found, kept), add, reorder: false };
}

/** The longest run of wanted rules that are there in their order, none of them behind a rule of somebody else's. */
function keptIn(menu: MenuName, chain: string, wanted: readonly Item[], found: readonly Item[]): Kept[] {
  const inChain = (some: readonly Item[]): number[] =>
    some.flatMap((item, index) => (item['chain'] === chain ? [index] : []));
  const foreign = inChain(found).find((at) => {
    const item = found[at];
    return item !== undefined && !isOurs(item) && isOn(item);
  });
  const there = inChain(found).filter((at) => isOurs(found[at] ?? {}) && (foreign === undefined || at < foreign));
  return longest(
    inChain(wanted),
    there,
    (want, at) => textOf(menu, wanted[want] ?? {}) === textOf(menu, found[at] ?? {}),
  );
}

/** Longest common subsequence. */
function longest(a: readonly number[], b: readonly number[], same: (want: number, at: number) => boolean): Kept[] {
  const lengths = Array.from({ length: a.length + 1 }, () => Array.from({ length: b.length + 1 }, () => 0));
  const length = (i: number, j: number): number => lengths[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1)
    for (let j = b.length - 1; j >= 0; j -= 1) {
      const row = lengths[i] ?? [];
      row[j] = same(a[i] ?? -1, b[j] ?? -1) ? length(i + 1, j + 1) + 1 : Math.max(length(i + 1, j), length(i, j + 1));
    }
  const kept: Kept[] = [];
  for (let [i, j] = [0, 0]; i < a.length && j < b.length;) {
    const [want = -1, at = -1] = [a[i], b[j]];
    if (same(want, at) && length(i, j) === length(i + 1, j + 1) + 1) {
      kept.push({ want, at });
      [i, j] = [i + 1, j + 1];
    } else if (length(i + 1, j) >= length(i, j + 1)) i += 1;
    else j += 1;
  }
  return kept;
}

export const menuPath = (name: MenuName): string => menus[name];
