// Does not prove that RouterOS takes these commands: its model does, made from its manual; enforcement.test.ts says what they keep back.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConvergeError } from '../../../src/core/errors.ts';
import type { Device } from '../../../src/lab/devices/routeros/device.ts';
import type { Desired } from '../schema.ts';
import { routerOsRouter } from './module.ts';
import { asBought, desiredWith, findings, ModelHost, plain, up, withRules, wrong } from './testing.ts';

/** All of the configuration, without the date. */
const configurationOf = (device: Device): string => device.execute('/export terse').split('\r\n').slice(1).join('\n');

async function enforced(desired: Desired = desiredWith(), more: readonly string[] = []): Promise<ModelHost> {
  const host = new ModelHost(asBought(more));
  await up(host, desired);
  host.device.heard.length = 0;
  return host;
}

const golden = (name: string): string => readFileSync(path.join(import.meta.dirname, 'golden', `${name}.rsc`), 'utf8');
const heard = ({ device }: ModelHost): string => device.heard.map((line) => `${line}\n`).join('');
const oneMore = withRules({ https: [...plain.rules.https, 'more.example:443/'] });

describe('commands, to the letter', () => {
  it('on a device as bought', async () => {
    const host = new ModelHost(asBought());
    await up(host, desiredWith());
    expect(heard(host)).toBe(golden('fresh'));
  });

  it.each<[string, Desired, Desired]>([
    ['name-added', desiredWith(), oneMore],
    ['name-removed', oneMore, desiredWith()],
    ['nothing-to-do', desiredWith(), desiredWith()],
  ])('%s', async (name, before, after) => {
    const host = await enforced(before);
    await up(host, after);
    expect(heard(host)).toBe(golden(name));
    expect(await wrong(host, after)).toEqual([]);
  });

  it('to be as before', async () => {
    const host = await enforced();
    await routerOsRouter.undo(host, desiredWith());
    expect(heard(host)).toBe(golden('undone'));
  });
});

describe('a device with other things on it', () => {
  const others = [
    '/ip firewall filter add chain=forward action=drop src-address=10.30.1.66 comment="by hand" place-before=0',
    '/ip dns static add regexp="^ads" type=NXDOMAIN comment="by hand"',
    '/system script add name=backup source=":log info \\"x\\""',
    '/ip firewall address-list add list=office address=192.0.2.0/24',
  ];

  it('keeps them, and is as it was after all of ours is taken off', async () => {
    const host = new ModelHost(asBought(others));
    const before = configurationOf(host.device);
    await up(host, desiredWith());
    expect(await wrong(host, desiredWith())).toEqual([]);
    for (const line of others.map((one) => /comment="by hand"|name=backup|list=office/.exec(one)?.[0] ?? ''))
      expect(configurationOf(host.device)).toContain(line);
    await routerOsRouter.undo(host, desiredWith());
    const sorted = (text: string): string[] => text.split('\n').toSorted();
    expect(sorted(configurationOf(host.device))).toEqual(sorted(before));
    expect(host.device.faults).toEqual([]);
  });

  it('is not touched where none of ours was ever put on it', async () => {
    const host = new ModelHost(asBought(others));
    const before = configurationOf(host.device);
    await routerOsRouter.undo(host, desiredWith());
    expect(configurationOf(host.device)).toBe(before);
  });
});

describe('what somebody has done by hand is named, and put right', () => {
  it.each<[string, string, RegExp]>([
    [
      'a rule is off',
      '/ip firewall filter disable [find comment="examsite refused TCP"]',
      /^filter\.refused TCP .*\(disabled\)/,
    ],
    ['a rule is gone', '/ip firewall filter remove [find comment="examsite refused"]', /^filter\.refused null/],
    ['a jump is gone', '/ip firewall filter remove [find comment="examsite to PCs"]', /^filter\.to PCs null/],
    [
      'the first jump is gone',
      '/ip firewall filter remove [find comment="examsite from PCs"]',
      /^filter\.from PCs null/,
    ],
    [
      'a rule is another',
      '/ip firewall filter set [find comment="examsite DNS"] dst-port=53-60',
      /^filter\.DNS .*dst-port=53,54/,
    ],
    [
      'rules have changed places',
      '/ip firewall filter move [find comment="examsite refused"] [find comment="examsite PCs go on"]',
      /^filter\.\S.*elsewhere/,
    ],
    [
      'a rule goes before ours',
      '/ip firewall filter add chain=forward action=accept place-before=0 comment=mine',
      /^front .*chain=forward/,
    ],
    [
      'a rule goes before ours on the way in',
      '/ip firewall filter add chain=input action=accept place-before=0',
      /^front .*chain=input/,
    ],
    [
      'a rule is in a chain of ours',
      '/ip firewall filter add chain=examsite-forward action=accept place-before=[find comment="examsite refused TCP"]',
      /^filter\.extra \d+ .*chain=examsite-forward/,
    ],
    [
      'an address is in a list of ours',
      '/ip firewall address-list add list=examsite-ip address=198.18.0.67',
      /^lists\.extra \d+ .*198\.18\.0\.67/,
    ],
    [
      'a name is in a list of ours',
      '/ip dns static add name=evil.example type=FWD forward-to=198.18.0.53 address-list=examsite-443',
      /^dns\.extra \d+ .*evil/,
    ],
    [
      'another expression is first',
      '/ip dns static add regexp=".*" type=FWD forward-to=198.18.0.53 place-before=0',
      /^dns\.order false/,
    ],
    [
      'a name is off',
      '/ip dns static disable [find comment="examsite allowed.example"]',
      /^dns\.allowed\.example .*\(disabled\)/,
    ],
    [
      'names have changed places',
      '/ip dns static move [find comment="examsite any other name"] [find comment="examsite allowed.example"]',
      /^dns\.order false/,
    ],
    [
      'a comment is another',
      '/ip firewall filter set [find comment="examsite names"] comment=names',
      /^filter\.names .*comment: names/,
    ],
    ['IPv6 is open', '/ipv6 firewall filter remove [find]', /^ipv6\.no IPv6 forward null/],
    [
      'PCs may log in by Ethernet frames',
      '/tool mac-server set allowed-interface-list=all',
      /^\/tool mac-server .*all/,
    ],
    ['names are asked by HTTPS', '/ip dns set use-doh-server=https://198.18.0.9/dns-query', /^\/ip dns .*dns-query/],
    ['the other DHCP server runs', '/ip dhcp-server enable defconf', /^\/ip dhcp-server name=defconf .*disabled=no/],
  ])('%s', async (_, command, named) => {
    const host = await enforced();
    expect(host.device.execute(command)).toBe('');
    const found = (await findings(host, desiredWith())).filter(({ verdict }) => verdict !== 'ok');
    expect(found.map(({ property, actual }) => `${property} ${JSON.stringify(actual)}`).join('\n')).toMatch(
      new RegExp(named.source, 'm'),
    );
    await up(host, desiredWith());
    expect(await wrong(host, desiredWith())).toEqual([]);
    expect(host.device.faults).toEqual([]);
  });
});

describe('what no command can put right is told, and nothing is begun', () => {
  it.each<[string, string[], Desired, string[]]>([
    ['no such interface', [], desiredWith({ wan: { interface: 'ether9' } }), ['wan.interface failed']],
    ['a port of a bridge', [], desiredWith({ lan: { ...plain.lan, interface: 'ether2' } }), ['lan.interface failed']],
    [
      'a switch chip that routes',
      ['/interface ethernet switch set 0 l3-hw-offloading=yes'],
      desiredWith(),
      ['offloads failed'],
    ],
    [
      'no such address',
      [],
      desiredWith({ lan: { ...plain.lan, prefix: 25 }, dhcp: { from: '10.30.1.100', to: '10.30.1.110' } }),
      ['lan.address failed'],
    ],
  ])('%s', async (_, more, desired, expected) => {
    const host = new ModelHost(asBought(more));
    expect(await wrong(host, desired)).toEqual(expected);
    const before = configurationOf(host.device);
    await expect(up(host, desired)).rejects.toThrow(ConvergeError);
    expect(configurationOf(host.device)).toBe(before);
  });

  it('an old RouterOS', () => {
    const actual = { ...routerOsRouter.actual.parse(empty), version: '7.12.1' };
    expect(routerOsRouter.plan(desiredWith(), actual).map(({ property }) => property)).toContain('version');
  });
});

const empty = {
  ...{
    version: null,
    interfaces: [],
    ports: [],
    addresses: [],
    offloads: false,
    settings: {},
    pools: [],
    networks: [],
    servers: [],
  },
  ...{
    rules: { lists: [], dns: [], filter: [], nat: [], ipv6: [] },
    complaints: {},
    unconfirmed: false,
    saved: false,
    unobserved: {},
  },
};
