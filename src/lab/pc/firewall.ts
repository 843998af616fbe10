/**
 * Windows Firewall of a simulated PC: its rules and switches are values below SharedAccess in the registry, as on Windows (windows-facts 10),
 * so a restore card reaches them. What it does to packets is not modelled: a PC of the lab hears its own sshd and nobody else asks.
 */
import { createHash } from 'node:crypto';
import ipaddr from 'ipaddr.js';
import type { FirewallProfile, FirewallRule, FirewallState } from '../../core/firewall.ts';
import { Refusal } from './fault.ts';
import { fold, wildcard } from './paths.ts';
import type { Registry } from './registry.ts';
import type { Services } from './services.ts';

const policy = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\SharedAccess\\Parameters\\FirewallPolicy';
const rulesKey = `${policy}\\FirewallRules`;
const profileKeys: Readonly<Record<FirewallProfile, string>> = {
  domain: 'DomainProfile',
  // The private profile was called that before Windows Vista.
  private: 'StandardProfile',
  public: 'PublicProfile',
};
const words: Readonly<Record<FirewallProfile, string>> = { domain: 'Domain', private: 'Private', public: 'Public' };
const profiles = ['domain', 'private', 'public'] as const;
const numbers = { tcp: 6, udp: 17 } as const;

export class Firewall {
  readonly #registry: Registry;
  readonly #services: Services;
  /** `v2.10` on Windows 7. */
  readonly #version: string;

  constructor(registry: Registry, services: Services, version: string) {
    this.#registry = registry;
    this.#services = services;
    this.#version = version;
  }

  states(): Record<FirewallProfile, FirewallState> {
    this.#assertRunning();
    const state = (profile: FirewallProfile): FirewallState => {
      const value = (name: string): unknown => this.#registry.value(`${policy}\\${profileKeys[profile]}`, name)?.data;
      return {
        on: value('EnableFirewall') === 1,
        inbound: value('DefaultInboundAction') === 0 ? 'allow' : 'block',
        outbound: value('DefaultOutboundAction') === 1 ? 'block' : 'allow',
      };
    };
    return { domain: state('domain'), private: state('private'), public: state('public') };
  }

  rules(match: string): FirewallRule[] {
    this.#assertRunning();
    const shape = wildcard(match);
    return this.#stored()
      .map(([, rule]) => rule)
      .filter(({ name }) => shape.test(name));
  }

  /** @throws Refusal where the firewall's service does not run, or the rule has ports and a protocol without any */
  replace(name: string, rule: Omit<FirewallRule, 'name'> | null): void {
    this.#assertRunning();
    const text = rule && this.#format({ ...rule, name });
    for (const [id, old] of this.#stored()) {
      if (fold(old.name) === fold(name)) this.#registry.set(rulesKey, id, null);
    }
    if (text !== null) this.#registry.set(rulesKey, guidOf(text), { type: 'REG_SZ', data: text });
  }

  /** Beside those of its name. */
  add(rule: FirewallRule): void {
    const text = this.#format(rule);
    this.#registry.set(rulesKey, guidOf(text), { type: 'REG_SZ', data: text });
  }

  /** What Windows does when somebody answers "cancel" to its question about a program: one rule for TCP and one for UDP. */
  block(name: string, program: string): void {
    for (const protocol of ['tcp', 'udp'] as const) {
      this.add({
        ...{ name, program, protocol, group: '', direction: 'in', action: 'block', enabled: true },
        ...{ localPorts: '*', remotePorts: '*', remoteAddresses: '*', profiles: ['private', 'public'] },
      });
    }
  }

  /** @returns how many there are */
  switch(like: Pick<FirewallRule, 'name' | 'program' | 'direction' | 'protocol' | 'action'>, enabled: boolean): number {
    this.#assertRunning();
    const same = this.#stored().filter(
      ([, { name, program, direction, protocol, action }]) =>
        fold(name) === fold(like.name) &&
        fold(program ?? '') === fold(like.program ?? '') &&
        direction === like.direction &&
        protocol === like.protocol &&
        action === like.action,
    );
    for (const [id, rule] of same) {
      if (rule.enabled === enabled) continue;
      const text = String(this.#registry.value(rulesKey, id)?.data);
      const data = text.replace(/\|Active=(?:TRUE|FALSE)\|/, `|Active=${enabled ? 'TRUE' : 'FALSE'}|`);
      this.#registry.set(rulesKey, id, { type: 'REG_SZ', data });
    }
    return same.length;
  }

  #stored(): [string, FirewallRule][] {
    return Object.entries(this.#registry.values(rulesKey)).map(([id, { data }]) => [id, parse(String(data))]);
  }

  #assertRunning(): void {
    if (this.#services.read('mpssvc').status === 'Running') return;
    throw new Refusal('failed', 'There are no more endpoints available from the endpoint mapper.', {
      hresult: '800706d9',
    });
  }

  #format(rule: FirewallRule): string {
    const { protocol, localPorts, remotePorts, remoteAddresses } = rule;
    const number = typeof protocol === 'number' ? protocol : protocol === 'any' ? undefined : numbers[protocol];
    if (number !== 6 && number !== 17 && (localPorts !== '*' || remotePorts !== '*')) {
      throw new Refusal('bad-request', 'this protocol has no ports', { hresult: '80070057' });
    }
    const some = rule.profiles.length < profiles.length ? rule.profiles : [];
    const parts: readonly (readonly [string, string | undefined])[] = [
      ['Action', rule.action === 'allow' ? 'Allow' : 'Block'],
      ['Active', rule.enabled ? 'TRUE' : 'FALSE'],
      ['Dir', rule.direction === 'in' ? 'In' : 'Out'],
      ['Protocol', number?.toString()],
      ...some.map((one) => ['Profile', words[one]] as const),
      ...ports('LPort', localPorts),
      ...ports('RPort', remotePorts),
      ...addresses(remoteAddresses),
      ['App', rule.program ?? undefined],
      ['Name', rule.name],
      ['EmbedCtxt', rule.group || undefined],
    ];
    const written = parts.flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${value}`]));
    return [this.#version, ...written, ''].join('|');
  }
}

const ports = (key: string, list: string): (readonly [string, string])[] =>
  list === '*' ? [] : list.split(',').map((one) => [key, one] as const);

const addresses = (list: string): (readonly [string, string])[] =>
  list === '*' ? [] : list.split(',').map((one) => ['RA4', withMask(one)] as const);

/** An address comes back with its mask. */
function withMask(text: string): string {
  if (!/^\d/.test(text) || text.includes('-')) return text;
  const [address = '', bits = '32'] = text.split('/');
  return bits.includes('.') ? text : `${address}/${ipaddr.IPv4.subnetMaskFromPrefixLength(Number(bits)).toString()}`;
}

function parse(text: string): FirewallRule {
  const pairs = text.split('|').flatMap((part) => {
    const at = part.indexOf('=');
    return at < 0 ? [] : [[part.slice(0, at), part.slice(at + 1)] as const];
  });
  const all = (key: string): string[] => pairs.filter(([name]) => name === key).map(([, value]) => value);
  const one = (key: string): string | undefined => all(key)[0];
  const number = one('Protocol');
  const named = Object.entries(numbers).find(([, value]) => String(value) === number)?.[0] as 'tcp' | 'udp' | undefined;
  const of = all('Profile');
  return {
    name: one('Name') ?? '',
    group: one('EmbedCtxt') ?? '',
    direction: one('Dir') === 'In' ? 'in' : 'out',
    action: one('Action') === 'Allow' ? 'allow' : 'block',
    enabled: one('Active') === 'TRUE',
    program: one('App') ?? null,
    protocol: named ?? (number === undefined ? 'any' : Number(number)),
    localPorts: all('LPort').join(',') || '*',
    remotePorts: all('RPort').join(',') || '*',
    remoteAddresses: all('RA4').join(',') || '*',
    profiles: of.length === 0 ? profiles : profiles.filter((profile) => of.includes(words[profile])),
  };
}

/** The same rule has the same name in the registry, so that two PCs set up alike are alike. */
function guidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex').toUpperCase();
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ];
  return `{${parts.join('-')}}`;
}
