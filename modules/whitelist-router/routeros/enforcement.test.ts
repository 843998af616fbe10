// Does not prove what RouterOS does with these rules: a model of its firewall, made from its manual, goes through them. It has no packets and no TLS.
import { isDeepStrictEqual } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Device } from '../../../src/lab/devices/routeros/device.ts';
import type { Packet } from '../../../src/lab/devices/routeros/firewall/packet.ts';
import { isMasqueraded, judge } from '../../../src/lab/devices/routeros/firewall/rules.ts';
import { asBought, controller, desiredWith, ModelHost, notPublic, up, withRules } from './testing.ts';
import { menuNames, menus } from './wanted.ts';

const pc = '10.30.1.11';
let port = 50_000;
const from = (to: Packet['to'], destination: string, rest: Partial<Packet>): Packet => ({
  ...{ from: 'bridge', to, source: pc, destination, protocol: 'tcp', sourcePort: ++port },
  ...rest,
});
const answerTo = (
  { source, destination, protocol, sourcePort, port: at }: Packet,
  rest: Partial<Packet> = {},
): Packet => ({
  ...{ from: 'ether1', to: 'bridge', source: destination, destination: source, protocol },
  ...(at === undefined ? {} : { sourcePort: at }),
  ...(sourcePort === undefined ? {} : { port: sourcePort }),
  ...rest,
});

const out = (destination: string, rest: Partial<Packet> = { port: 443 }): Packet => from('ether1', destination, rest);
const toRouter = (rest: Partial<Packet>, destination = '10.30.1.1'): Packet => from(null, destination, rest);
const wan = (rest: Partial<Packet>): Packet => ({
  ...{ from: 'ether1', to: null, source: '198.18.0.99', destination: '198.18.0.1', protocol: 'tcp', ...rest },
});

/** What becomes of every kind of conversation of the leak matrix that a firewall by address can tell apart. */
function outcomes(device: Device): Record<string, string> {
  // Only what is on its flash counts.
  device.restart();
  device.pass(5);
  const { connections, configuration, names } = device;
  const does = (packet: Packet): string => connections.send(packet).does;
  const resolved = (name: string): string => {
    const found = names.resolve(name);
    return found.status === 'addresses' ? found.addresses.join(' ') : found.status;
  };
  const unasked = out('198.18.0.10');
  const before = does(unasked);
  const dns = Object.fromEntries(
    ['allowed.example', 'a.cdn.example', 'www.cdn.example', 'intranet.example', 'pc.cdn.example', 'depot.exam']
      .concat(['denied.example', 'cdn.example', 'data.denied.example', 'use-application-dns.net', 'router.lan'])
      .map((name) => [`DNS ${name}`, resolved(name)]),
  );
  for (const address of notPublic) resolved(`at-${address}.cdn.example`);
  const listed = out('198.18.0.10');
  const first = does(listed);
  const answer = connections.send(answerTo(listed));
  const query: Packet = {
    ...wan({ from: null, to: 'ether1' }),
    source: '198.18.0.1',
    destination: '198.18.0.53',
    protocol: 'udp',
    sourcePort: 5353,
    port: 53,
  };
  connections.send(query);
  return {
    ...dns,
    'listed address before its name was asked for': before,
    'listed name': `${first} ${isMasqueraded(configuration, listed) ? 'with the router’s address' : 'as it is'}`,
    'its answer': `${answer.does}${answer.fasttracked ? ' for good' : ''}`,
    'it goes on': does(listed),
    'an error about it': does(answerTo(listed, { protocol: 'icmp', about: 'connection' })),
    'listed name, other listed port': does(out('198.18.0.10', { port: 8080 })),
    'listed name, other port': does(out('198.18.0.10', { port: 8443 })),
    wildcard: does(out('198.18.0.20')),
    'wildcard, other port': does(out('198.18.0.20', { port: 80 })),
    'host below a wildcard, its own port': does(out('198.18.0.21', { port: 8443 })),
    'host below a wildcard, its port': does(out('198.18.0.21')),
    'listed name inside': does(from('mgmt', '10.30.9.5', { port: 443 })),
    'listed name that leads to a PC': does(from('bridge', '10.30.1.12', { port: 443 })),
    ...Object.fromEntries(notPublic.map((address) => [`listed name at ${address}`, does(out(address))])),
    'listed address': does(out('198.18.0.30', { port: 8443 })),
    'listed address, UDP': does(out('198.18.0.30', { protocol: 'udp', port: 8443 })),
    'listed address, its DNS over TCP': does(out('198.18.0.30', { port: 53 })),
    'listed address, DNS over TLS': does(out('198.18.0.30', { port: 853 })),
    'listed address and port': does(out('198.18.0.66', { port: 9001 })),
    'listed address, other port': does(out('198.18.0.66', { port: 9002 })),
    'unlisted address': does(out('198.18.0.67')),
    'another resolver': does(out('198.18.0.54', { protocol: 'udp', port: 53 })),
    'QUIC to a listed name': does(out('198.18.0.10', { protocol: 'udp', port: 443 })),
    ...Object.fromEntries(
      (['icmp', 'gre', 'ipv6-encap'] as const).map((protocol) => [protocol, does(out('198.18.0.10', { protocol }))]),
    ),
    'from outside to a PC': does({ ...answerTo(out('198.18.0.67', { port: 80 })), port: 3389 }),
    'another PC through the router': does(from('bridge', '10.30.1.13', { port: 445 })),
    ...ofRouter(does, query),
    ...later(device, does, listed),
    ...Object.fromEntries(
      (['input', 'forward', 'to PCs', 'output'] as const).map((what) => [
        `IPv6 ${what}`,
        judge(configuration, v6[what], 'new', menus.ipv6).does,
      ]),
    ),
  };
}

/** Its address is in no list any more: what is open goes on, and nothing new begins before the name is asked for again. */
function later(device: Device, does: (packet: Packet) => string, listed: Packet): Record<string, string> {
  device.pass(3700);
  return { 'it goes on an hour later': does(listed), 'listed name an hour later': does(out(listed.destination)) };
}

const ofRouter = (does: (packet: Packet) => string, query: Packet): Record<string, string> => ({
  'DNS of the router': does(toRouter({ protocol: 'udp', port: 53 })),
  'DNS of the router over TCP': does(toRouter({ port: 53 })),
  'DNS at another address of the router': does(toRouter({ protocol: 'udp', port: 53 }, '198.18.0.1')),
  DHCP: does({ ...toRouter({ protocol: 'udp', port: 67 }, '255.255.255.255'), source: '0.0.0.0', sourcePort: 68 }),
  'SSH of the router from a PC': does(toRouter({ port: 22 })),
  'WinBox of the router from a PC': does(toRouter({ port: 8291 })),
  'ping of the router from a PC': does(toRouter({ protocol: 'icmp' })),
  'the controller': does({ ...toRouter({ port: 22 }, '10.99.0.1'), from: 'mgmt', source: controller }),
  'the controller, another service': does({
    ...toRouter({ port: 8291 }, '10.99.0.1'),
    from: 'mgmt',
    source: controller,
  }),
  'another one where the controller is': does({
    ...toRouter({ port: 22 }, '10.99.0.1'),
    from: 'mgmt',
    source: '10.99.0.3',
  }),
  'answer to the router’s own question': does(
    wan({ source: '198.18.0.53', protocol: 'udp', sourcePort: 53, port: query.sourcePort ?? 0 }),
  ),
  'an error about the router’s own': does(wan({ protocol: 'icmp', about: 'connection' })),
  'the router to itself': does({ ...wan({ port: 53 }), from: 'lo', source: '127.0.0.1', destination: '127.0.0.1' }),
  'SSH of the router from outside': does(wan({ port: 22 })),
});

const v6: Readonly<Record<'input' | 'forward' | 'to PCs' | 'output', Packet>> = {
  input: from(null, 'fe80::1', { source: 'fe80::2', protocol: 'udp', port: 53 }),
  forward: from('ether1', '2001:db8::1', { source: '2001:db8:1::2', port: 443 }),
  'to PCs': { ...answerTo(from('ether1', '2001:db8::1', { source: '2001:db8:1::2', port: 443 })) },
  output: { from: null, to: 'bridge', source: 'fe80::1', destination: 'ff02::1', protocol: 'icmp' },
};

const reset = 'tcp-reset';
const prohibited = 'icmp-admin-prohibited';
const gone = 'no such name';

const expected: Readonly<Record<string, string>> = {
  'DNS allowed.example': '198.18.0.10',
  'DNS a.cdn.example': '198.18.0.20',
  'DNS www.cdn.example': '198.18.0.21',
  'DNS intranet.example': '10.30.9.5',
  'DNS pc.cdn.example': '10.30.1.12',
  'DNS depot.exam': '10.30.1.250',
  ...{ 'DNS denied.example': gone, 'DNS cdn.example': gone, 'DNS data.denied.example': gone },
  ...{ 'DNS use-application-dns.net': gone, 'DNS router.lan': gone },
  'listed address before its name was asked for': reset,
  'listed name': 'accept with the router’s address',
  ...{ 'its answer': 'accept', 'it goes on': 'accept', 'an error about it': 'accept' },
  ...{ 'listed name, other listed port': 'accept', 'listed name, other port': reset },
  ...{ wildcard: 'accept', 'wildcard, other port': reset },
  ...{ 'host below a wildcard, its own port': 'accept', 'host below a wildcard, its port': 'accept' },
  ...{ 'listed name inside': 'accept', 'listed name that leads to a PC': prohibited },
  ...Object.fromEntries(notPublic.map((address) => [`listed name at ${address}`, prohibited])),
  ...{ 'listed address': 'accept', 'listed address, UDP': prohibited },
  ...{ 'listed address, its DNS over TCP': reset, 'listed address, DNS over TLS': reset },
  ...{ 'listed address and port': 'accept', 'listed address, other port': reset, 'unlisted address': reset },
  ...{ 'another resolver': prohibited, 'QUIC to a listed name': prohibited },
  ...{ icmp: prohibited, gre: prohibited, 'ipv6-encap': prohibited },
  ...{ 'from outside to a PC': 'drop', 'another PC through the router': prohibited },
  ...{ 'DNS of the router': 'accept', 'DNS of the router over TCP': 'accept', DHCP: 'accept' },
  'DNS at another address of the router': prohibited,
  ...{
    'SSH of the router from a PC': reset,
    'WinBox of the router from a PC': reset,
    'ping of the router from a PC': prohibited,
  },
  ...{
    'the controller': 'accept',
    'the controller, another service': 'drop',
    'another one where the controller is': 'drop',
  },
  ...{ 'answer to the router’s own question': 'accept', 'an error about the router’s own': 'accept' },
  ...{ 'the router to itself': 'accept', 'SSH of the router from outside': 'drop' },
  ...{ 'it goes on an hour later': 'accept', 'listed name an hour later': reset },
  ...{ 'IPv6 input': 'drop', 'IPv6 forward': 'drop', 'IPv6 to PCs': 'drop', 'IPv6 output': 'drop' },
};

/** A resolver that answers every name, and rules of its own that let all pass: what is kept back is kept back by ours. */
const open = [
  '/ip dns set servers=198.18.0.53',
  '/ip firewall filter remove [find]',
  '/ip firewall nat remove [find]',
  '/ip firewall filter add chain=forward action=fasttrack-connection connection-state=established,related',
];

describe('on a device whose own rules let everything pass', () => {
  let device: Device;
  beforeAll(async () => {
    device = asBought(open);
    await up(new ModelHost(device), desiredWith());
  });

  it('listed conversations take place, and every kind of unlisted one is refused', () => {
    expect(outcomes(device)).toEqual(expected);
  });

  it('each entry and each rule of ours that is taken out is missed', () => {
    const unmissed: string[] = [];
    let taken = 0;
    for (const menu of menuNames.map((name) => menus[name]))
      for (const entry of device.configuration.items(menu).filter(({ dynamic }) => !dynamic)) {
        const comment = entry.values['comment'] ?? '';
        if (!comment.startsWith('examsite')) continue;
        device.execute(`${menu} disable [find where comment="${comment}"]`);
        if (isDeepStrictEqual(outcomes(device), expected)) unmissed.push(`${menu} ${comment}`);
        device.execute(`${menu} enable [find where comment="${comment}"]`);
        taken += 1;
      }
    expect(unmissed).toEqual([]);
    expect(taken).toBe(52);
    expect(outcomes(device)).toEqual(expected);
  });

  it('without our rules most of these leak, so they can fail', () => {
    const bare = outcomes(asBought(open));
    const leaks = Object.entries(expected).filter(([what, want]) => want !== 'accept' && bare[what] === 'accept');
    expect(leaks.length).toBeGreaterThan(25);
  });
});

describe('on a device with the rules that it was bought with', () => {
  it('the same is kept back, and no connection goes past the rules', async () => {
    const device = asBought();
    await up(new ModelHost(device), desiredWith());
    expect(outcomes(device)).toEqual(expected);
  });

  it('a connection that was open before is cut, FastTrack or not', async () => {
    const device = asBought();
    const unlisted = out('198.18.0.67');
    device.connections.send(unlisted);
    device.connections.send(answerTo(unlisted));
    expect(device.connections.send(unlisted).by).toBe('FastTrack');
    await up(new ModelHost(device), desiredWith());
    expect(device.connections.send(unlisted).does).toBe(reset);
  });

  it('the address of a name that is taken off is closed at once, though its ports are others’ too', async () => {
    const device = asBought();
    const host = new ModelHost(device);
    await up(host, withRules({ https: ['a.cdn.example:443/', 'www.cdn.example:443/'] }));
    for (const name of ['a.cdn.example', 'www.cdn.example']) device.names.resolve(name);
    await up(host, withRules({ https: ['www.cdn.example:443/'] }));
    expect(device.connections.send(out('198.18.0.20')).does).toBe(reset);
    device.names.resolve('www.cdn.example');
    expect(device.connections.send(out('198.18.0.21')).does).toBe('accept');
  });

  it('a name that is taken off the list is cut at once, and one that stays is not', async () => {
    const device = asBought();
    const host = new ModelHost(device);
    await up(host, desiredWith());
    for (const name of ['allowed.example', 'a.cdn.example']) device.names.resolve(name);
    const [kept, off] = [out('198.18.0.20'), out('198.18.0.10')];
    for (const packet of [kept, off]) expect(device.connections.send(packet).does).toBe('accept');
    await up(
      host,
      withRules({ http: [], https: ['*.cdn.example:443/', 'intranet.example:443/', 'www.cdn.example:8443/'] }),
    );
    device.names.resolve('a.cdn.example');
    expect(device.connections.send(off).does).toBe(reset);
    expect(device.connections.send(kept).does).toBe('accept');
    expect(device.names.resolve('allowed.example')).toEqual({ status: gone });
  });
});
