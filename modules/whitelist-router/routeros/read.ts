/** Everything about a RouterOS device in one command: exports of the menus that count, and a few names. */
import type { Host } from '../../../src/core/host.ts';
import { ask } from './console.ts';
import { isSaved } from './keep.ts';
import { parseExport, type ExportLine, type Item } from './language.ts';
import type { Actual } from './schema.ts';
import { single } from './settings.ts';
import { menuNames, menus, tag } from './wanted.ts';

/** Before each part of the answer. */
const mark = `${tag}: `;
const places = [
  ...['/ip firewall address-list', '/ip firewall filter', '/ip firewall nat', '/ipv6 firewall filter', '/ip dns'],
  ...[
    '/ip pool',
    '/ip dhcp-server',
    '/tool mac-server',
    '/ip address',
    '/interface bridge port',
    '/interface ethernet',
  ],
];

const switches = '/interface ethernet switch';

/** Names only of what is ours: scripts of others may hold anything. */
const named = (menu: string): string =>
  `:foreach i in=[${menu} find where name~"^${tag}"] do={:put [${menu} get $i name]}`;

export const readCommand = [
  ...places.flatMap((menu) => [`:put "${mark}${menu}"`, `${menu} export terse`]),
  `:put "${mark}interfaces"`,
  ':foreach i in=[/interface find] do={:put [/interface get $i name]}',
  `:put "${mark}scheduler"`,
  named('/system scheduler'),
  `:put "${mark}script"`,
  named('/system script'),
].join('; ');

export async function read(host: Host): Promise<Actual> {
  return found(await ask(host, readCommand));
}

/** @param text what the command printed */
export function found(text: string): Actual {
  const parts = sections(text);
  const names = (part: string): string[] =>
    (parts.get(part) ?? '')
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter((line) => line !== '');
  const exports = places.map((menu) => ({ menu, ...parseExport(parts.get(menu) ?? '') }));
  const lines = exports.flatMap((one) => one.lines);
  const added = (menu: string): Item[] =>
    lines.filter((line) => line.menu === menu && line.verb === 'add').map(({ item }) => item);
  return {
    version: exports.find(({ version }) => version !== null)?.version ?? null,
    interfaces: names('interfaces'),
    ports: added('/interface bridge port').map((port) => port['interface'] ?? ''),
    addresses: added('/ip address').map(({ address = '', interface: at = '' }) => `${address} ${at}`),
    rules: {
      ...{ lists: added(menus.lists), dns: added(menus.dns), filter: added(menus.filter) },
      ...{ nat: added(menus.nat), ipv6: added(menus.ipv6) },
    },
    settings: Object.fromEntries(
      Object.entries(single).map(([menu, usual]) => [menu, { ...usual, ...setting(menu, usual, lines) }]),
    ),
    ...{ pools: added('/ip pool'), networks: added('/ip dhcp-server network'), servers: added('/ip dhcp-server') },
    offloads: lines.some(({ menu, item }) => menu === switches && item['l3-hw-offloading'] === 'yes'),
    complaints: complaints(lines),
    unconfirmed: names('scheduler').length > 0,
    saved: names('script').some(isSaved),
    unobserved: Object.fromEntries(
      exports.flatMap(({ menu, errors: [first] }) => (first === undefined ? [] : [[menu, first]])),
    ),
  };
}

function sections(text: string): Map<string, string> {
  const parts = text.split(new RegExp(`^${mark}(.*)$`, 'm')).slice(1);
  return new Map(parts.flatMap((name, index) => (index % 2 === 0 ? [[name.trim(), parts[index + 1] ?? '']] : [])));
}

/** Only the properties that count: others may be anybody's. */
function setting(menu: string, usual: Item, lines: readonly ExportLine[]): Item {
  const set = lines.filter((line) => line.menu === menu && line.verb === 'set').map(({ item }) => item);
  const all = Object.fromEntries(set.flatMap((item) => Object.entries(item)));
  return Object.fromEntries(Object.keys(usual).flatMap((key) => (all[key] === undefined ? [] : [[key, all[key]]])));
}

const ours: readonly string[] = menuNames.map((name) => menus[name]);

function complaints(lines: readonly ExportLine[]): Record<string, string> {
  return Object.fromEntries(
    lines.flatMap(({ menu, item: { comment = '' }, remark }) =>
      remark !== null && ours.includes(menu) && comment.startsWith(`${tag} `) ? [[comment, remark]] : [],
    ),
  );
}
