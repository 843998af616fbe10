/** The menus of the model: their properties, what these may be, and what an export leaves out. From MikroTik's manual, page by page. */

export type Kind =
  | 'text'
  | 'yes-no'
  | 'number'
  | 'time'
  | 'start-time'
  | 'interface'
  | 'interface-list'
  | 'address'
  | 'prefix'
  | 'addresses'
  | 'list-entry'
  | 'ports'
  | 'pool'
  | readonly string[];

export interface Property {
  readonly kind: Kind;
  /** What it is when it is not set; an export leaves it out. */
  readonly usual?: string;
  /** `!` before it means anything else. */
  readonly not?: true;
  readonly required?: true;
}

export interface Menu {
  /** `one`: a menu without items. `fixed`: items that come with the device. */
  readonly holds: 'items' | 'one' | 'fixed';
  readonly properties: Readonly<Record<string, Property>>;
  /** Seen with `get` and `find`, and never set. */
  readonly shown?: readonly string[];
  /** Items are looked at in their order, and can be moved. */
  readonly ordered?: true;
  /** No two items that agree in all of these. */
  readonly unique?: readonly string[];
  readonly verbs?: readonly string[];
  /** Not part of the configuration. */
  readonly hidden?: true;
}

const text: Property = { kind: 'text', usual: '' };
const name: Property = { kind: 'text', required: true };
const yesNo = (usual: string): Property => ({ kind: 'yes-no', usual });
const one = (usual: string, ...values: string[]): Property => ({ kind: [usual, ...values], usual });
const chain: Property = { kind: 'text', required: true };

/** "Filter", "NAT": matchers. */
const matchers: Readonly<Record<string, Property>> = {
  'in-interface': { kind: 'interface', not: true },
  'out-interface': { kind: 'interface', not: true },
  'in-interface-list': { kind: 'interface-list', not: true },
  'out-interface-list': { kind: 'interface-list', not: true },
  'src-address': { kind: 'list-entry', not: true },
  'dst-address': { kind: 'list-entry', not: true },
  'src-address-list': { kind: 'text', not: true },
  'dst-address-list': { kind: 'text', not: true },
  protocol: { kind: ['tcp', 'udp', 'icmp', 'icmpv6', 'gre', 'ipsec-esp', 'ipsec-ah', 'ipv6-encap'], not: true },
  'src-port': { kind: 'ports' },
  'dst-port': { kind: 'ports' },
  'connection-state': { kind: 'text', not: true },
  'connection-nat-state': { kind: ['srcnat', 'dstnat'], not: true },
  'ipsec-policy': { kind: ['in,ipsec', 'out,ipsec', 'in,none', 'out,none'] },
  'jump-target': { kind: 'text' },
  log: yesNo('no'),
  'log-prefix': text,
  comment: text,
};

const filterActions = one(
  ...(['accept', 'drop', 'reject', 'jump', 'return', 'log', 'passthrough', 'fasttrack-connection'] as const),
);
const rejects = one(
  ...(['icmp-network-unreachable', 'icmp-admin-prohibited', 'icmp-host-unreachable', 'tcp-reset'] as const),
);

const filter: Menu = {
  ...{ holds: 'items', ordered: true },
  properties: { chain, action: filterActions, 'reject-with': rejects, 'hw-offload': yesNo('no'), ...matchers },
};

export const menus: Readonly<Record<string, Menu>> = {
  '/interface': {
    ...{ holds: 'fixed', hidden: true },
    properties: { name, comment: text, 'mac-address': text },
    shown: ['type', 'running'],
  },
  '/interface ethernet': { holds: 'fixed', hidden: true, properties: { name, 'mac-address': text } },
  '/interface ethernet switch': { holds: 'fixed', properties: { name, 'l3-hw-offloading': yesNo('no') } },
  '/interface bridge': { holds: 'items', properties: { name, comment: text }, unique: ['name'] },
  '/interface bridge port': {
    holds: 'items',
    properties: {
      bridge: { kind: 'interface', required: true },
      interface: { kind: 'interface', required: true },
      comment: text,
    },
    unique: ['interface'],
  },
  '/interface list': { holds: 'items', properties: { name, comment: text }, unique: ['name'] },
  '/interface list member': {
    holds: 'items',
    properties: { list: { kind: 'interface-list' }, interface: { kind: 'interface' }, comment: text },
  },
  '/ip address': {
    holds: 'items',
    properties: {
      address: { kind: 'prefix', required: true },
      interface: { kind: 'interface', required: true },
      network: text,
      comment: text,
    },
  },
  '/ip pool': {
    holds: 'items',
    properties: { name, ranges: { kind: 'text', required: true }, comment: text },
    unique: ['name'],
  },
  '/ip dhcp-client': {
    holds: 'items',
    properties: { interface: { kind: 'interface', required: true }, 'use-peer-dns': yesNo('yes'), comment: text },
  },
  '/ip dhcp-server': {
    holds: 'items',
    properties: {
      name,
      interface: { kind: 'interface', required: true },
      'address-pool': { kind: 'pool', usual: 'static-only' },
    },
    unique: ['name'],
  },
  '/ip dhcp-server network': {
    holds: 'items',
    properties: { address: { kind: 'prefix', required: true }, gateway: text, 'dns-server': text, comment: text },
    unique: ['address'],
  },
  '/ip dns': {
    holds: 'one',
    properties: {
      ...{
        servers: text,
        'allow-remote-requests': yesNo('no'),
        'use-doh-server': text,
        'verify-doh-cert': yesNo('no'),
      },
      ...{ 'address-list-extra-time': { kind: 'time', usual: '0s' }, 'cache-max-ttl': { kind: 'time', usual: '1w' } },
    },
  },
  '/ip dns cache': { holds: 'items', properties: { name }, shown: ['data', 'ttl'], verbs: ['flush'], hidden: true },
  '/ip dns static': {
    ...{ holds: 'items', ordered: true, unique: ['name', 'regexp', 'type', 'address', 'forward-to', 'address-list'] },
    properties: {
      ...{
        name: text,
        regexp: text,
        type: one('A', 'AAAA', 'CNAME', 'FWD', 'NXDOMAIN', 'TXT'),
        address: text,
        cname: text,
      },
      ...{ 'forward-to': text, 'address-list': text, 'match-subdomain': yesNo('no'), text, comment: text },
      ttl: { kind: 'time', usual: '1d' },
    },
  },
  '/ip firewall address-list': {
    ...{ holds: 'items', unique: ['list', 'address'] },
    properties: {
      list: { kind: 'text', required: true },
      address: { kind: 'list-entry', required: true },
      timeout: { kind: 'time' },
      comment: text,
    },
  },
  '/ip firewall filter': filter,
  '/ip firewall nat': {
    ...{ holds: 'items', ordered: true },
    properties: {
      ...{ chain, action: one('accept', 'masquerade', 'dst-nat', 'redirect', 'src-nat', 'jump', 'return', 'log') },
      ...{ 'to-addresses': text, 'to-ports': text, ...matchers },
    },
  },
  '/ip firewall connection': {
    ...{ holds: 'items', properties: {}, hidden: true },
    shown: ['protocol', 'src-address', 'dst-address', 'fasttrack'],
  },
  '/ip service': {
    holds: 'fixed',
    properties: { name, port: { kind: 'number' }, address: { kind: 'addresses', usual: '' } },
  },
  '/ipv6 firewall filter': filter,
  '/system identity': { holds: 'one', properties: { name: { kind: 'text', usual: 'MikroTik' } } },
  '/system resource': { holds: 'one', properties: {}, shown: ['uptime', 'version', 'board-name'], hidden: true },
  '/system scheduler': {
    holds: 'items',
    properties: {
      ...{ name, 'on-event': text, interval: { kind: 'time', usual: '0s' }, comment: text },
      'start-time': { kind: 'start-time' },
      'start-date': text,
    },
    ...{ shown: ['run-count', 'next-run'], unique: ['name'] },
  },
  '/system script': {
    holds: 'items',
    properties: { name, source: text, policy: text, comment: text },
    ...{ shown: ['run-count'], unique: ['name'], verbs: ['run'] },
  },
  '/log': { holds: 'items', hidden: true, properties: {}, shown: ['time', 'topics', 'message'] },
  '/tool mac-server': {
    holds: 'one',
    properties: { 'allowed-interface-list': { kind: 'interface-list', usual: 'all' } },
  },
  '/tool mac-server mac-winbox': {
    holds: 'one',
    properties: { 'allowed-interface-list': { kind: 'interface-list', usual: 'all' } },
  },
};

/** Items of these have no switch. */
const alwaysOn = [
  '/ip pool',
  '/ip dhcp-server network',
  '/interface list',
  '/system script',
  '/ip firewall connection',
  '/ip dns cache',
  '/log',
];
export const canBeOff = (menu: string): boolean => menus[menu]?.holds !== 'one' && !alwaysOn.includes(menu);

export function verbsOf(path: string): readonly string[] {
  const menu = menus[path];
  if (menu === undefined) return path === '' ? ['export'] : ['export'];
  const own = menu.verbs ?? [];
  if (menu.holds === 'one') return ['set', 'get', 'print', 'export', ...own];
  const items = ['set', 'get', 'print', 'export', 'find', 'enable', 'disable', 'comment', ...own];
  if (menu.holds === 'fixed') return items;
  if (menu.hidden === true) return ['remove', ...items];
  return ['add', 'remove', ...items, ...(menu.ordered === true ? ['move'] : [])];
}

const printing = ['terse', 'detail', 'as-value', 'count-only', 'without-paging', 'where'];

export function takes(path: string, verb: string, argument: string): boolean {
  const property = argument.startsWith('!') ? argument.slice(1) : argument;
  if (verb === 'print') return printing.includes(property);
  if (verb === 'export') return ['terse', 'verbose', 'compact', 'hide-sensitive'].includes(property);
  const menu = menus[path];
  if (menu === undefined || !['add', 'set', 'find'].includes(verb))
    return ['numbers', 'destination', 'comment'].includes(property);
  if (property === 'disabled') return canBeOff(path);
  if (property === 'place-before') return verb === 'add' && menu.ordered === true;
  return menu.properties[property] !== undefined || (verb === 'set' && property === 'numbers');
}

export const isMenu = (path: string): boolean =>
  menus[path] !== undefined || Object.keys(menus).some((one) => one.startsWith(`${path} `));
