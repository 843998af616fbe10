/** Settings as commands: set, put back, and saved on the device as scripts that put them back. Pure. */
import { properties, quote, type Item } from './language.ts';
import { isAsWanted, type Thing } from './settings.ts';
import { tag } from './wanted.ts';

const script = `${tag}-undo`;
const words = (...some: string[]): string => some.filter((word) => word !== '').join(' ');

/** `[find where name="examsite"]`; nothing for a menu's only item. */
function target({ find }: Thing): string {
  if (find === null) return '';
  const [property, value] = find;
  return `[find where ${property}=${property === 'name' ? `"${value}"` : value}]`;
}

function add({ menu, find, want }: Thing): string {
  const comment: Item = menu === '/ip dhcp-server network' ? { comment: `${tag} DHCP` } : {};
  const key: Item = find === null ? {} : { [find[0]]: find[1] };
  return words(menu, 'add', properties({ ...key, ...want, ...comment }));
}

const set = (thing: Thing, item: Item): string => words(thing.menu, 'set', target(thing), properties(item));
const made = (thing: Thing): string => (thing.is === null ? add(thing) : set(thing, thing.want));
const unmade = (thing: Thing): string =>
  thing.is === null ? words(thing.menu, 'remove', target(thing)) : set(thing, thing.is);

export const makeAll = (things: readonly Thing[]): string[] => things.filter((one) => !isAsWanted(one)).map(made);
export const unmakeAll = (things: readonly Thing[]): string[] =>
  things
    .filter((one) => !isAsWanted(one))
    .toReversed()
    .map(unmade);

/** Whether or not it is there. */
export const ensureAll = (things: readonly Thing[]): string[] =>
  things.map((thing) => {
    if (thing.find === null) return set(thing, thing.want);
    const found = target(thing).replace('[find', `[${thing.menu} find`);
    return `:if ([:len ${found}] = 0) do={${add(thing)}} else={${set(thing, thing.want)}}`;
  });

/** Our server goes before the one that it stood in for comes back, and before what it used. */
function rank({ menu, find }: Thing): number {
  if (menu === '/ip dhcp-server') return find?.[1] === tag ? 1 : 2;
  return menu.startsWith('/tool') || menu === '/ip dns' ? 2 : 3;
}

/** One script a thing, made once: a later change must not save what an earlier one has set. */
export const save = (things: readonly Thing[]): string[] =>
  things
    .filter((one) => !isAsWanted(one))
    .map((thing) => {
      const name = quote(words(`${script}-${rank(thing)}`, thing.menu, thing.find?.join('=') ?? ''));
      const source = quote(unmade(thing));
      return `:if ([:len [/system script find where name=${name}]] = 0) do={/system script add name=${name} source=${source}}`;
    });

export const restore = [1, 2, 3].map(
  (which) =>
    `:foreach i in=[/system script find where name~"^${script}-${which}"] do={/system script run [/system script get $i name]}`,
);
export const isSaved = (name: string): boolean => name.startsWith(script);
