/** What a whitelist is on RouterOS: DNS entries, address lists and rules, each with a comment of its own by which it is known. Pure. */
import ipaddr from 'ipaddr.js';
import { addressRule, siteRule, type SiteRule } from '../../../src/whitelist/rules.ts';
import type { Desired } from '../schema.ts';
import type { Item } from './language.ts';

export const menus = {
  lists: '/ip firewall address-list',
  dns: '/ip dns static',
  filter: '/ip firewall filter',
  nat: '/ip firewall nat',
  ipv6: '/ipv6 firewall filter',
} as const;
export type MenuName = keyof typeof menus;
export const menuNames = ['lists', 'dns', 'filter', 'nat', 'ipv6'] as const satisfies readonly MenuName[];

export type Wanted = Readonly<Record<MenuName, readonly Item[]>>;

/** First word of every comment and name of ours, and first part of every chain and list. */
export const tag = 'examsite';
const chains = {
  forward: `${tag}-forward`,
  names: `${tag}-names`,
  reply: `${tag}-reply`,
  input: `${tag}-input`,
} as const;
const list = { manage: `${tag}-manage`, closed: `${tag}-private`, inside: `${tag}-inside` } as const;
/** The last DNS entry: any name that no entry above it has. */
export const restOfNames = `${tag} any other name`;

/** The manual, "Filter": a rule takes 15 ports at most. */
const portsInRule = 15;

export const wanted = (desired: Desired): Wanted => ({
  lists: addressLists(desired),
  dns: [...services(desired), ...forwarded(desired), nothingElse],
  filter: [...jumps(desired), ...forwardRules(desired), ...nameRules(desired), ...replyRules, ...inputRules(desired)],
  nat: [
    {
      ...{ chain: 'srcnat', action: 'masquerade', 'src-address': networkOf(desired.lan) },
      ...{ 'out-interface': desired.wan.interface, comment: `${tag} masquerade` },
    },
  ],
  ipv6: (['input', 'forward', 'forward to PCs', 'output'] as const).map((what) => ({
    ...{ chain: what.split(' ')[0] ?? what, action: 'drop' },
    [what === 'output' || what === 'forward to PCs' ? 'out-interface' : 'in-interface']: desired.lan.interface,
    comment: `${tag} no IPv6 ${what}`,
  })),
});

export const networkOf = ({ address, prefix }: Desired['lan']): string =>
  `${ipaddr.IPv4.networkAddressFromCIDR(`${address}/${prefix}`).toString()}/${prefix}`;

/** Not public: a listed name that leads there opens nothing, unless `privateNetworks` says so. The same as on the Linux box. */
const notPublic = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.168.0.0/16'],
  '224.0.0.0/3',
];

function addressLists({ management, privateNetworks, rules }: Desired): Item[] {
  const entries = (name: string, blocks: readonly string[], what: string): Item[] =>
    [...new Set(blocks)].map((address) => ({ list: name, address, comment: `${tag} ${what} ${address}` }));
  const listed = rules.addresses.map((text) => {
    const { block, port } = addressRule(text);
    return { list: addressList(port), address: block, comment: `${tag} ${text}` };
  });
  return [
    ...entries(list.manage, management.from, 'may log in'),
    ...entries(list.closed, notPublic, 'not public'),
    ...entries(list.inside, privateNetworks, 'inside'),
    ...listed,
  ];
}

const addressList = (port: number | undefined): string => (port === undefined ? `${tag}-ip` : `${tag}-ip-${port}`);

/** A set of ports and the list of addresses that DNS fills for it. */
const nameList = (ports: readonly number[]): string => `${tag}-${ports.join('-')}`;

interface Name {
  readonly host: string;
  readonly subdomains: boolean;
  readonly ports: readonly number[];
}

/**
 * The manual, "DNS": regular expressions are looked at first, from top to bottom, and the first that fits answers. So a host goes before the
 * wildcards that cover it, and has their ports as well.
 */
export function namesOf({ rules }: Pick<Desired, 'rules'>): Name[] {
  const sites = [...rules.http, ...rules.https].map(siteRule);
  const keys = new Map(sites.map(({ host, subdomains }) => [`${subdomains ? '*.' : ''}${host}`, { host, subdomains }]));
  const names = [...keys.values()].map((name) => ({
    ...name,
    ports: [...new Set(sites.filter((site) => covers(site, name)).map(({ port }) => port))].toSorted((a, b) => a - b),
  }));
  const depth = ({ host, subdomains }: Name): number => (subdomains ? host.split('.').length : Infinity);
  return names.toSorted((a, b) => depth(b) - depth(a) || (a.host < b.host ? -1 : 1));
}

const covers = (site: SiteRule, name: Pick<SiteRule, 'host' | 'subdomains'>): boolean =>
  site.host === name.host
    ? site.subdomains === name.subdomains
    : site.subdomains && name.host.endsWith(`.${site.host}`);

const nothingElse: Item = { regexp: '.*', type: 'NXDOMAIN', comment: restOfNames };
const pattern = (host: string, subdomains: boolean): string =>
  `${subdomains ? '\\.' : '^'}${host.replaceAll('.', '\\.')}$`;

const services = ({ services: some }: Desired): Item[] =>
  some.map(({ name, address }) => ({
    ...{ regexp: pattern(name, false), type: 'A', address, comment: `${tag} service ${name}` },
  }));

function forwarded(desired: Desired): Item[] {
  const [upstream = ''] = desired.upstream;
  const taken = new Set(desired.services.map(({ name }) => name));
  return namesOf(desired)
    .filter(({ host, subdomains }) => subdomains || !taken.has(host))
    .map(({ host, subdomains, ports }) => ({
      ...{ regexp: pattern(host, subdomains), type: 'FWD', 'forward-to': upstream, 'address-list': nameList(ports) },
      comment: `${tag} ${subdomains ? '*.' : ''}${host}`,
    }));
}

const rule = (chain: string, what: string, item: Item): Item => ({ chain, ...item, comment: `${tag} ${what}` });

const jumps = ({ lan }: Desired): Item[] => [
  rule('forward', 'from PCs', { action: 'jump', 'jump-target': chains.forward, 'in-interface': lan.interface }),
  rule('forward', 'to PCs', { action: 'jump', 'jump-target': chains.reply, 'out-interface': lan.interface }),
  rule('input', 'to the router', { action: 'jump', 'jump-target': chains.input }),
];

const tcp = { action: 'accept', protocol: 'tcp' } as const;
const reset = { action: 'reject', 'reject-with': 'tcp-reset', protocol: 'tcp' } as const;
const prohibited = { action: 'reject', 'reject-with': 'icmp-admin-prohibited' } as const;
const logged = { log: 'yes', 'log-prefix': tag } as const;

/** Connections that go on; listed addresses; never a PC or a private address under a listed name; listed names; nothing else. */
function forwardRules({ lan, rules }: Desired): Item[] {
  const ports = [...new Set(rules.addresses.map((text) => addressRule(text).port))];
  const forward = (what: string, item: Item): Item => rule(chains.forward, what, item);
  const byPort = ports
    .filter((port) => port !== undefined)
    .toSorted((a, b) => a - b)
    .map((port) =>
      forward(`addresses, port ${port}`, {
        ...{ ...tcp, 'dst-address-list': addressList(port), 'dst-port': String(port) },
      }),
    );
  const whole = ports.includes(undefined)
    ? [
        forward('no other resolver', { ...reset, 'dst-port': '53,853', ...logged }),
        forward('addresses', { ...tcp, 'dst-address-list': addressList(undefined) }),
      ]
    : [];
  const names = { action: 'jump', 'jump-target': chains.names } as const;
  return [
    forward('PCs go on', { ...tcp, 'connection-state': 'established' }),
    ...byPort,
    ...whole,
    forward('no PC', { ...prohibited, 'dst-address': networkOf(lan), ...logged }),
    forward('names inside', { ...names, 'dst-address-list': list.inside }),
    forward('no private address', { ...prohibited, 'dst-address-list': list.closed, ...logged }),
    forward('names', names),
    forward('refused TCP', { ...reset, ...logged }),
    forward('refused', { ...prohibited, ...logged }),
  ];
}

function nameRules(desired: Desired): Item[] {
  const sets = new Map(namesOf(desired).map(({ ports }) => [nameList(ports), ports]));
  return [...sets.entries()]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, ports]) =>
      Array.from({ length: Math.ceil(ports.length / portsInRule) }, (_, index) => {
        const some = ports.slice(index * portsInRule, (index + 1) * portsInRule).join(',');
        return rule(chains.names, `names, ports ${some} of ${name}`, {
          ...{ ...tcp, 'dst-address-list': name, 'dst-port': some },
        });
      }),
    );
}

const established = { action: 'accept', 'connection-state': 'established' } as const;
/** Fragmentation needed, and the like. */
const errors = { action: 'accept', protocol: 'icmp', 'connection-state': 'related' } as const;

const replyRules: readonly Item[] = [
  rule(chains.reply, 'answers', { ...established, protocol: 'tcp' }),
  rule(chains.reply, 'errors on the way', errors),
  rule(chains.reply, 'nothing else to PCs', { action: 'drop' }),
];

function inputRules({ lan, management }: Desired): Item[] {
  const input = (what: string, item: Item): Item => rule(chains.input, what, item);
  const [from, dns] = [{ 'in-interface': lan.interface }, { 'dst-address': lan.address, 'dst-port': '53' }];
  const manage = { 'src-address-list': list.manage, 'dst-port': String(management.port) };
  return [
    input('router goes on', established),
    input('controller', { ...tcp, ...manage }),
    input('DNS', { action: 'accept', protocol: 'udp', ...from, ...dns }),
    input('DNS over TCP', { ...tcp, ...from, ...dns }),
    input('DHCP', { action: 'accept', protocol: 'udp', ...from, 'src-port': '68', 'dst-port': '67' }),
    input('router refuses TCP', { ...reset, ...from, ...logged }),
    input('router refuses', { ...prohibited, ...from, ...logged }),
    input('errors to the router', errors),
    input('router itself', { action: 'accept', 'dst-address': '127.0.0.1' }),
    input('closed to all others', { action: 'drop' }),
  ];
}
