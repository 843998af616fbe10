/** R7, R8: the device lets through the whitelist, by address, and nothing else. Pure. */
import type { Finding, Json, Text } from '../../../src/core/finding.ts';
import type { Desired } from '../schema.ts';
import { changesOf, isOn, isOurs, textOf, type Changes, type MenuChange } from './diff.ts';
import type { Item } from './language.ts';
import type { Actual } from './schema.ts';
import { isAsWanted, things, type Thing } from './settings.ts';
import { menuNames, menus, tag, wanted, type MenuName, type Wanted } from './wanted.ts';

/** `address-list-extra-time` and `export terse` are taken for granted from here on. */
const oldest = [7, 16] as const;

export function plan(desired: Desired, actual: Actual): Finding[] {
  const blockers = [...versionFault(actual), ...interfaceFaults(desired, actual), ...unseen(actual)];
  if (blockers.length > 0) return blockers;
  const all = wanted(desired);
  const changes = changesOf(all, actual);
  return [
    ...menuNames.flatMap((menu) => ofMenu(menu, all, changes, actual)),
    ...inFront(actual),
    ...things(desired, actual).map(setting),
    confirmed(actual),
  ];
}

const failed = (property: string, expected: Json, actual: Json, sentence: Text): Finding => ({
  ...{ requirement: 'R8', property, expected, actual, verdict: 'failed', sentence },
});

function versionFault({ version }: Actual): Finding[] {
  const [major = 0, minor = 0] = (version ?? '').split('.').map((part) => Number.parseInt(part, 10));
  const [least, lesser] = oldest;
  if (major > least || (major === least && minor >= lesser)) return [];
  const needed = oldest.join('.');
  return [
    failed('version', needed, version, {
      zh: `RouterOS 版本为 ${version ?? '未知'}，需要 ${needed} 或更新`,
      en: `RouterOS is ${version ?? 'of an unknown version'}, and has to be ${needed} or newer`,
    }),
  ];
}

function interfaceFaults({ lan, wan }: Desired, { interfaces, ports, addresses, offloads }: Actual): Finding[] {
  const faults: Finding[] = [];
  for (const [where, name] of [['lan', lan.interface] as const, ['wan', wan.interface] as const]) {
    const property = `${where}.interface`;
    if (!interfaces.includes(name))
      faults.push(
        failed(property, name, [...interfaces], {
          zh: `没有接口 ${name}`,
          en: `there is no interface ${name}, but ${interfaces.join(', ')}`,
        }),
      );
    else if (ports.includes(name))
      faults.push(
        failed(property, name, 'port of a bridge', {
          zh: `接口 ${name} 是网桥的端口，规则对它不起作用；请写网桥的名称`,
          en: `interface ${name} is a port of a bridge, which no rule can name; name the bridge instead`,
        }),
      );
  }
  if (offloads)
    faults.push(
      failed('offloads', false, true, {
        zh: '交换芯片自行路由（l3-hw-offloading=yes），绕过防火墙；请关闭',
        en: 'the switch chip routes by itself (l3-hw-offloading=yes), past the firewall; switch that off',
      }),
    );
  const address = `${lan.address}/${lan.prefix} ${lan.interface}`;
  if (faults.length === 0 && !addresses.includes(address))
    faults.push(
      failed('lan.address', address, [...addresses], {
        zh: `接口 ${lan.interface} 没有地址 ${lan.address}/${lan.prefix}，现有：${addresses.join('、')}`,
        en: `interface ${lan.interface} lacks the address ${lan.address}/${lan.prefix}; there are ${addresses.join(', ')}`,
      }),
    );
  return faults;
}

const unseen = ({ unobserved }: Actual): Finding[] =>
  Object.entries(unobserved).map(([menu, why]) => ({
    ...{ requirement: 'R8', property: menu, expected: 'observed', actual: null, verdict: 'unknown' },
    sentence: { zh: `未能观察到 ${menu}（${why}）`, en: `${menu} could not be observed (${why})` },
  }));

const keyOf = (item: Item): string => (item['comment'] ?? '').replace(`${tag} `, '');

/** One finding an item that is wanted, then one for each that is too much, then one for the order. */
function ofMenu(menu: MenuName, all: Wanted, changes: Changes, actual: Actual): Finding[] {
  const [change, found] = [changes[menu], actual.rules[menu]];
  const requirement = menu === 'dns' ? 'R7' : 'R8';
  const property = (key: string): string => `${menu}.${key}`;
  const items = all[menu].map((item): Finding => {
    const expected = textOf(menu, item);
    const fault = faultOf(menu, item, change, found, actual);
    const about = { requirement, property: property(keyOf(item)), expected };
    if (fault === null)
      return {
        ...about,
        actual: expected,
        verdict: 'ok',
        sentence: { zh: `${expected} 生效`, en: `${expected} is in force` },
      };
    return { ...about, ...fault };
  });
  const extra = change.remove
    .filter((at) => !isReplaced(menu, all, found[at]))
    .map((at): Finding => {
      const text = textOf(menu, found[at] ?? {});
      return {
        ...{ requirement, property: property(`extra ${at}`), expected: null, actual: text, verdict: 'drifted' },
        sentence: { zh: `${menus[menu]} 多出 ${text}`, en: `${menus[menu]} has ${text}, which is not wanted` },
      };
    });
  return [...items, ...extra, ...(menu === 'dns' ? [dnsOrder(change)] : [])];
}

/** It bears the comment of a wanted one, whose finding shows it already. */
const isReplaced = (menu: MenuName, all: Wanted, item: Item | undefined): boolean =>
  all[menu].some(({ comment }) => comment === item?.['comment']);

function faultOf(
  menu: MenuName,
  item: Item,
  change: MenuChange,
  found: readonly Item[],
  { complaints }: Actual,
): Pick<Finding, 'actual' | 'verdict' | 'sentence'> | null {
  const expected = textOf(menu, item);
  const repair = change.repair.find(({ set }) => set['comment'] === item['comment']);
  const [key, complaint] = [keyOf(item), complaints[item['comment'] ?? '']];
  if (repair !== undefined) {
    const actual = `${expected} ${stateOf(repair.back)}`;
    return { actual, verdict: 'drifted', sentence: differs(key, expected, actual) };
  }
  if (change.add.some((one) => one.item === item)) {
    const there = found.find((one) => one['comment'] === item['comment']);
    const actual = there === undefined ? null : textOf(menu, there);
    if (actual === null)
      return {
        actual,
        verdict: 'drifted',
        sentence: { zh: `缺少 ${key}：${expected}`, en: `${key} is missing: ${expected}` },
      };
    const moved = actual === expected ? `${actual} (elsewhere)` : actual;
    return { actual: moved, verdict: 'drifted', sentence: differs(key, expected, moved) };
  }
  if (complaint !== undefined)
    return {
      ...{ actual: complaint, verdict: 'failed' },
      sentence: { zh: `${key} 不起作用：${complaint}`, en: `${key} has no effect: ${complaint}` },
    };
  return null;
}

const stateOf = (back: Item): string =>
  back['disabled'] === 'yes' ? '(disabled)' : `(comment: ${back['comment'] ?? ''})`;

const differs = (key: string, expected: string, actual: string): Text => ({
  zh: `${key} 应为 ${expected}，实为 ${actual}`,
  en: `${key} is to be ${expected}, and is ${actual}`,
});

const dnsOrder = ({ reorder }: MenuChange): Finding => ({
  ...{ requirement: 'R7', property: 'dns.order', expected: true, actual: !reorder },
  ...(reorder
    ? {
        verdict: 'drifted',
        sentence: {
          zh: 'DNS 条目顺序不对，或前面有他人的正则条目',
          en: 'DNS entries are not in their order, or behind a regular expression of somebody else',
        },
      }
    : { verdict: 'ok', sentence: { zh: 'DNS 条目顺序正确', en: 'DNS entries are in their order' } }),
});

/** Rules of somebody else's that would be looked at before ours. */
function inFront({ rules }: Actual): Finding[] {
  const found = (['filter', 'ipv6', 'nat'] as const).flatMap((menu) => {
    const last = new Map<string, number>();
    rules[menu].forEach((item, at) => {
      if (isOurs(item)) last.set(item['chain'] ?? '', at);
    });
    return rules[menu].flatMap((item, at) =>
      !isOurs(item) && isOn(item) && at < (last.get(item['chain'] ?? '') ?? -1)
        ? [`${menus[menu]} ${textOf(menu, item)}`]
        : [],
    );
  });
  const about = { requirement: 'R8', property: 'front', expected: [], actual: found };
  if (found.length === 0)
    return [
      {
        ...about,
        verdict: 'ok',
        sentence: { zh: '没有其他规则排在前面', en: "no rule of somebody else's comes before these" },
      },
    ];
  const names = found.join('; ');
  return [
    {
      ...about,
      verdict: 'drifted',
      sentence: { zh: `排在前面的其他规则：${names}`, en: `somebody's rule comes before these: ${names}` },
    },
  ];
}

function setting(thing: Thing): Finding {
  const { menu, find, is, want } = thing;
  const name = find === null ? menu : `${menu} ${find.join('=')}`;
  const [expected, actual] = [textOfSetting(want), is === null ? null : textOfSetting(is)];
  const about = { requirement: 'R8', property: name, expected, actual };
  return isAsWanted(thing)
    ? { ...about, verdict: 'ok', sentence: { zh: `${name} 为 ${expected}`, en: `${name} is ${expected}` } }
    : { ...about, verdict: 'drifted', sentence: differs(name, expected, actual ?? 'absent') };
}
const textOfSetting = (item: Item): string =>
  Object.entries(item)
    .map(([key, value]) => `${key}=${value}`)
    .join(' ');

function confirmed({ unconfirmed }: Actual): Finding {
  const about = { requirement: 'R8', property: 'confirmed', expected: true, actual: !unconfirmed };
  return unconfirmed
    ? {
        ...about,
        verdict: 'drifted',
        sentence: { zh: '上次更改尚未确认', en: 'the last change waits for its confirmation' },
      }
    : { ...about, verdict: 'ok', sentence: { zh: '没有未确认的更改', en: 'no change waits for its confirmation' } };
}
