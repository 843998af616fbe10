/**
 * A change as commands, in four parts: what would take it back, the new items (off), the moment itself, and the confirmation. Pure.
 *
 * Items that come and items that go bear the words `examsite-new` and `examsite-old` before their comment until the change is confirmed, so
 * taking it back needs no list of them, and finds its way whatever had been done when the line broke. New ones are switched on before old ones
 * are switched off: there is no moment without the rules that refuse.
 */
import type { Desired } from '../schema.ts';
import { isNothing, type Addition, type Changes, type MenuChange } from './diff.ts';
import { properties, quote } from './language.ts';
import { menuNames, menus, tag, type MenuName } from './wanted.ts';

/** Of one length: they are cut off by it. `dis`: goes, and was off already. */
const mark = { fresh: `${tag}-new `, old: `${tag}-old `, off: `${tag}-dis ` } as const;
const cut = mark.fresh.length;

const rollback = `${tag}-rollback`;
/** Long enough for a new connection from anywhere in the school. */
export const confirmSec = 45;
/** How long one command may be. No manual says what the console takes; this is little. */
const longest = 4000;

export interface Change {
  readonly menus: Changes;
  /** What is done besides, and what takes that back. */
  readonly forward: readonly string[];
  readonly backward: readonly string[];
  /** Something that was let through no longer is, or the rules come for the first time: then connections that are open are cut. */
  readonly cuts: boolean;
  readonly lan: Desired['lan'];
  /** Comments of the DNS entries, in their order. */
  readonly names: readonly string[];
  /** Nothing of ours is to be left. */
  readonly last: boolean;
}

const all = (menu: string, what: string): string => `[${menu} find where ${what}]`;
const commented = (menu: string, pattern: string): string => all(menu, `comment~"^${pattern}"`);
const called = (menu: string, comment: string): string => all(menu, `comment="${comment}"`);
const scheduled = all('/system scheduler', `name="${rollback}"`);
const rollbackScript = all('/system script', `name="${rollback}"`);
/** The comment of what would take a change back, once the change has taken place. */
const turned = 'turned';
const uptime = '[:tostr [/system resource get uptime]]';
const there = `:if ([:len ${scheduled}] = 0) do={:error "the change was taken back"}`;
/** Every command puts the end off: a long list may take longer than the wait. */
const again = `${there}; /system scheduler set ${scheduled} comment=${uptime}`;

const joined = (parts: readonly string[]): string => parts.filter((part) => part !== '').join('; ');
const changing = (changes: Changes): MenuName[] => menuNames.filter((name) => !isNothing(changes[name]));
const having = (changes: Changes, what: 'add' | 'remove'): string[] =>
  menuNames.filter((name) => changes[name][what].length > 0).map((name) => menus[name]);

/** Takes back what waits, whoever made it. */
export const takeBack = `/system script run "${rollback}"`;

/**
 * The manual, "Scheduler": an entry with `start-time=startup` and no interval runs at each start; one with an interval does not, at a start.
 * So there are two. The one with an interval asks how long the device has been up: no clock that is set meanwhile can stop it.
 */
export function arm(change: Change): string {
  const guard = joined([
    `:local begun [:totime [/system scheduler get ${scheduled} comment]]`,
    ':local now [/system resource get uptime]',
    `:if (($now < $begun) or ($now > ($begun + ${confirmSec}s))) do={${takeBack}}`,
  ]);
  return joined([
    `/system script remove ${rollbackScript}`,
    `/system script add name="${rollback}" source=${quote(rollbackSource(change))}`,
    `/system scheduler add name="${rollback}-start" start-time=startup on-event=${quote(takeBack)}`,
    `/system scheduler add name="${rollback}" interval=5s on-event=${quote(guard)} comment=${uptime}`,
    ...changing(change.menus).map((name) => marked(menus[name], change.menus[name])),
  ]);
}

/** Comments only: nothing of this changes what passes. */
function marked(menu: string, { remove, repair }: MenuChange): string {
  const set = (word: string): string => `${menu} set $i comment=("${word}" . [${menu} get $i comment])`;
  const old =
    remove.length === 0
      ? ''
      : `:foreach n in={${remove.join(';')}} do={:local i ($items->$n); ` +
        `:if ([${menu} get $i disabled]) do={${set(mark.off)}} else={${set(mark.old)}}}`;
  const named = repair
    .filter(({ set: { comment }, back }) => comment !== back['comment'])
    .map(({ at, set: { comment = '' } }) => `${menu} set ($items->${at}) ${properties({ comment })}`);
  const some = joined([old, ...named]);
  return some === '' ? '' : `:do {:local items ${all(menu, 'dynamic=no')}; ${some}}`;
}

/** New items, off, in their places. @returns commands of a length that the console takes */
export function stage({ menus: changes }: Change): string[] {
  const adds = menuNames.flatMap((name) => {
    const front = changes[name].add.filter(({ before }) => before === 'first');
    return changes[name].add.map((addition) => added(menus[name], addition, front.indexOf(addition)));
  });
  const commands: string[][] = [];
  for (const add of adds) {
    const last = commands.at(-1);
    if (last !== undefined && joined([again, ...last, add]).length <= longest) last.push(add);
    else commands.push([add]);
  }
  return commands.map((some) => joined([again, ...some]));
}

function added(menu: string, { item, before }: Addition, place: number): string {
  const staged = properties({ ...item, comment: `${mark.fresh}${item['comment'] ?? ''}`, disabled: 'yes' });
  if (before === null) return `${menu} add ${staged}`;
  const where = before === 'first' ? `(${all(menu, 'dynamic=no')}->${place})` : called(menu, before.comment);
  return `${menu} add ${staged} place-before=${where}`;
}

/** The change itself: one command, so it is whole or, when its line breaks, taken back. */
export function turn({ menus: changes, forward, cuts, lan }: Change): string {
  const repaired = changing(changes).flatMap((name) =>
    changes[name].repair
      .filter(({ back: { disabled } }) => disabled === 'yes')
      .map(({ set: { comment = '' } }) => `${menus[name]} enable ${called(menus[name], comment)}`),
  );
  return joined([
    again,
    ...changing(changes).map((name) => complete(menus[name], changes[name])),
    ...having(changes, 'add').map((menu) => `${menu} enable ${commented(menu, mark.fresh)}`),
    ...repaired,
    ...forward,
    ...having(changes, 'remove').map((menu) => `${menu} disable ${commented(menu, mark.old)}`),
    ...(cuts ? [forgotten, cutOff(lan)] : []),
    `/system script set ${rollbackScript} comment=${turned}`,
  ]);
}

/** Whoever took part of it away meanwhile stops it. */
const complete = (menu: string, { add }: MenuChange): string =>
  add.length === 0
    ? ''
    : `:if ([:len ${commented(menu, mark.fresh)}] != ${add.length}) do={:error "${menu}: new items are missing"}`;

/** Addresses that DNS answers have put into lists stay until their time is over, and answers in the cache are given without being asked for. */
const forgotten = joined([
  `:foreach i in=${all(menus.lists, `list~"^${tag}-" and dynamic=yes`)} do={:do {${menus.lists} remove $i} on-error={}}`,
  '/ip dns cache flush',
]);

/** What is cut is judged anew by its next packet. Whole bytes of the network: more than it, never less. An entry may end while it is looked at. */
function cutOff({ address, prefix }: Desired['lan']): string {
  const whole = address.split('.').slice(0, Math.floor(prefix / 8));
  const pattern = quote(`^${whole.map((part) => `${part}\\.`).join('')}`);
  const menu = '/ip firewall connection';
  return `:foreach i in=${all(menu, `src-address~${pattern}`)} do={:do {${menu} remove $i} on-error={}}`;
}

/** What is old is on again before what is new goes. */
export function rollbackSource({ menus: changes, backward }: Change): string {
  const names = changing(changes);
  return joined([
    ...having(changes, 'remove').flatMap((menu) => [
      relabelled(menu, mark.old, ' disabled=no'),
      relabelled(menu, mark.off, ''),
    ]),
    ...names.flatMap((name) =>
      changes[name].repair.map(
        ({ set: { comment = '' }, back }) => `${menus[name]} set ${called(menus[name], comment)} ${properties(back)}`,
      ),
    ),
    ...having(changes, 'add').map((menu) => `${menu} remove ${commented(menu, mark.fresh)}`),
    ...backward,
    disarm,
  ]);
}

const relabelled = (menu: string, word: string, also: string): string =>
  `:foreach i in=${commented(menu, word)} do={:local c [${menu} get $i comment]; ` +
  `${menu} set $i comment=[:pick $c ${cut} [:len $c]]${also}}`;

const disarm = `/system scheduler remove ${all('/system scheduler', `name~"^${rollback}"`)}`;

/** From its first step on nothing is taken back; what a line that breaks leaves half done is found, and done, by the next look. */
export function confirm({ menus: changes, names, last }: Change): string {
  return joined([
    there,
    `:if ([/system script get ${rollbackScript} comment] != "${turned}") do={:error "the change did not take place"}`,
    disarm,
    ...having(changes, 'remove').map((menu) => `${menu} remove ${commented(menu, `${tag}-(old|dis) `)}`),
    ...having(changes, 'add').map((menu) => relabelled(menu, mark.fresh, '')),
    ...(changes.dns.reorder ? inOrder(names) : []),
    `/system script remove ${all('/system script', `name~"^${last ? tag : rollback}"`)}`,
  ]);
}

/** The last one to the front, then each before the one that follows it: until all are there, more is refused than must be. */
function inOrder(names: readonly string[]): string[] {
  const menu = menus.dns;
  const [last = '', ...before] = names.toReversed();
  const first =
    `:do {:local first (${all(menu, 'dynamic=no')}->0); :local last (${called(menu, last)}->0); ` +
    `:if ($first != $last) do={${menu} move $last $first}}`;
  const moves = before.map(
    (comment, index) =>
      `${menu} move ${called(menu, comment)} ${called(menu, index === 0 ? last : (before[index - 1] ?? ''))}`,
  );
  return [first, ...moves];
}
