/** What has to be set besides rules, and what of the device's own is in the way. Each can be put back as it was. Pure. */
import type { Desired } from '../schema.ts';
import type { Item } from './language.ts';
import { networkOf, tag } from './wanted.ts';

/** One thing with some properties: a menu that has only one, or an item by one of its properties. */
export interface Thing {
  readonly menu: string;
  /** Which item; null: the menu's only one. */
  readonly find: readonly [property: string, value: string] | null;
  /** null: not there. */
  readonly is: Item | null;
  readonly want: Item;
}

/** Read and set: what an export leaves out has this value. */
export const single = {
  '/ip dns': { 'allow-remote-requests': 'no', 'use-doh-server': '', 'address-list-extra-time': '0s' },
  '/tool mac-server': { 'allowed-interface-list': 'all' },
  '/tool mac-server mac-winbox': { 'allowed-interface-list': 'all' },
} as const satisfies Readonly<Record<string, Item>>;

/**
 * A resolver for PCs that asks nobody by HTTPS, since then names are not forwarded as the entries say ("DNS": DoH is the only service then);
 * an address stays open for an hour after its time to live, as programs keep it. No log-in by Ethernet frames: those pass no IP firewall.
 */
const wantedSingle: Readonly<Record<keyof typeof single, Item>> = {
  '/ip dns': { 'allow-remote-requests': 'yes', 'use-doh-server': '', 'address-list-extra-time': '1h' },
  '/tool mac-server': { 'allowed-interface-list': 'none' },
  '/tool mac-server mac-winbox': { 'allowed-interface-list': 'none' },
};

export interface Found {
  /** By menu. */
  readonly settings: Readonly<Record<string, Item>>;
  readonly pools: readonly Item[];
  readonly networks: readonly Item[];
  readonly servers: readonly Item[];
}

export function things(desired: Desired, found: Found): Thing[] {
  const alone = Object.entries(wantedSingle).map(([menu, want]): Thing => {
    const is = found.settings[menu] ?? {};
    return { menu, find: null, want, is: Object.fromEntries(Object.keys(want).map((key) => [key, is[key] ?? ''])) };
  });
  return [...alone, ...dhcp(desired, found)];
}

function dhcp({ dhcp: range, lan }: Desired, { pools, networks, servers }: Found): Thing[] {
  const others = servers.filter(
    ({ name, interface: at, disabled }) => at === lan.interface && name !== tag && !off(disabled),
  );
  const server = servers.find(({ name }) => name === tag);
  if (range === null) return server === undefined ? [] : [switched(server, true)];
  const address = networkOf(lan);
  return [
    thing('/ip pool', ['name', tag], pools, { ranges: `${range.from}-${range.to}` }),
    thing('/ip dhcp-server network', ['address', address], networks, {
      gateway: lan.address,
      'dns-server': lan.address,
    }),
    ...others.map((other) => switched(other, true)),
    thing('/ip dhcp-server', ['name', tag], servers, { interface: lan.interface, 'address-pool': tag, disabled: 'no' }),
  ];
}

/** Other DHCP servers for PCs, on or off. */
export const serversAsTheyAre = ({ lan }: Desired, { servers }: Found): Thing[] =>
  servers
    .filter(({ name, interface: at }) => at === lan.interface && name !== tag)
    .map((server) => switched(server, off(server['disabled'])));

const off = (disabled: string | undefined): boolean => disabled === 'yes';

const switched = (server: Item, disabled: boolean): Thing => ({
  menu: '/ip dhcp-server',
  find: ['name', server['name'] ?? ''],
  is: { disabled: off(server['disabled']) ? 'yes' : 'no' },
  want: { disabled: disabled ? 'yes' : 'no' },
});

function thing(menu: string, find: readonly [string, string], some: readonly Item[], want: Item): Thing {
  const [property, value] = find;
  const there = some.find((one) => one[property] === value);
  if (there === undefined) return { menu, find, is: null, want };
  const defaults: Item = { disabled: 'no' };
  const is = Object.fromEntries(Object.keys(want).map((key) => [key, there[key] ?? defaults[key] ?? '']));
  return { menu, find, is, want };
}

export const isAsWanted = ({ is, want }: Thing): boolean =>
  is !== null && Object.entries(want).every(([key, value]) => is[key] === value);
