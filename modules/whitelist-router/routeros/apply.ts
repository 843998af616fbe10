/** Puts the rules in force, and takes everything off again: a change that the device takes back by itself unless it is confirmed. */
import { ConvergeError } from '../../../src/core/errors.ts';
import type { Finding, Text } from '../../../src/core/finding.ts';
import { isOk } from '../../../src/core/finding.ts';
import type { Host } from '../../../src/core/host.ts';
import type { Applied } from '../../../src/core/module.ts';
import { stopped } from '../../job.ts';
import type { Desired } from '../schema.ts';
import type { Change } from './commands.ts';
import { order } from './console.ts';
import { changesOf, isSame, type Changes } from './diff.ts';
import { ensureAll, makeAll, restore, save, unmakeAll } from './keep.ts';
import { plan } from './plan.ts';
import { read } from './read.ts';
import type { Actual } from './schema.ts';
import { isAsWanted, serversAsTheyAre, things, type Thing } from './settings.ts';
import { settle, transact, type End } from './transaction.ts';
import { menuNames, wanted, type Wanted } from './wanted.ts';

const name = 'routeros-router';
const noRestart: Applied = { restartRequired: false };
const nothing: Wanted = { lists: [], dns: [], filter: [], nat: [], ipv6: [] };

export async function apply(
  host: Host,
  desired: Desired,
  actual: Actual,
  findings: readonly Finding[],
): Promise<Applied> {
  // A change of a controller that is gone: taken back, and looked at again.
  const settled = await settle(host, desired.management.address, actual.unconfirmed);
  const now = settled ? await read(host) : actual;
  const left = settled ? plan(desired, now) : findings;
  const blocked = left.find(({ verdict }) => verdict === 'failed' || verdict === 'unknown');
  if (blocked !== undefined)
    throw new ConvergeError(
      host.name,
      name,
      left.filter((one) => !isOk(one)),
    );
  if (left.every(isOk)) return noRestart;
  const change = changeTo(desired, now);
  if (isSame(change.menus) && change.forward.length === 0) return noRestart;
  const some = things(desired, now);
  const saves = save(some);
  if (saves.length > 0) await order(host, saves.join('; '));
  await host.notes.set(
    name,
    some.map(({ menu, find, is }) => ({ menu, find: find === null ? null : [...find], is })),
  );
  const end = await transact(host, change, desired.management.address);
  if (!end.done) throw stopped(host, name, left, refusal(end));
  return noRestart;
}

export async function undo(host: Host, desired: Desired): Promise<Applied> {
  const first = await read(host);
  const settled = await settle(host, desired.management.address, first.unconfirmed);
  const actual = settled ? await read(host) : first;
  if (!actual.saved) return noRestart;
  const change: Change = {
    menus: changesOf(nothing, actual),
    forward: restore,
    backward: ensureAll([...things(desired, actual), ...serversAsTheyAre(desired, actual)]),
    ...{ cuts: true, lan: desired.lan, names: [], last: true },
  };
  const end = await transact(host, change, desired.management.address);
  if (!end.done) throw stopped(host, name, [], refusal(end));
  await host.notes.delete(name);
  return noRestart;
}

/** Pure. */
export function changeTo(desired: Desired, actual: Actual): Change {
  const all = wanted(desired);
  const menus = changesOf(all, actual);
  const some: readonly Thing[] = things(desired, actual);
  return {
    menus,
    forward: makeAll(some),
    backward: unmakeAll(some),
    cuts: narrows(menus, some),
    lan: desired.lan,
    names: all.dns.map(({ comment = '' }) => comment),
    last: false,
  };
}

/** More names and addresses cut nobody. Anything else may: a rule that was missing, or off, has let something through. */
const narrows = (changes: Changes, some: readonly Thing[]): boolean =>
  some.some((one) => !isAsWanted(one)) ||
  menuNames.some((menu) => {
    const { remove, repair, add } = changes[menu];
    const onlyMore = menu === 'lists' || menu === 'dns' || add.every(({ item }) => item['action'] === 'accept');
    return remove.length + repair.length > 0 || (add.length > 0 && !onlyMore);
  });

function refusal({ why }: Extract<End, { done: false }>): Text {
  return { zh: `路由器已自行恢复原规则（${why}）`, en: `the device has gone back to its former rules (${why})` };
}
