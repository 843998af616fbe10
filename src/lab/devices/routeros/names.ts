/** The resolver ("DNS"): static entries, regular expressions first and from top to bottom, then the plain ones, then other resolvers. */
import type { Device } from './device.ts';
import { expression } from './operators.ts';
import { parseTime } from './values.ts';

export interface Answer {
  readonly address: string;
  /** Seconds. */
  readonly ttl: number;
}
/** What another resolver answers; nothing: no such name. */
export type Upstream = (name: string, server: string) => readonly Answer[];

export type Resolved =
  | { readonly status: 'addresses'; readonly addresses: readonly string[] }
  | { readonly status: 'no such name' | 'no server' | 'refused' };

export class Names {
  readonly #device: Device;
  readonly #upstream: Upstream;
  /** Questions that went out, `name @server`. */
  readonly asked: string[] = [];

  constructor(device: Device, upstream: Upstream) {
    this.#device = device;
    this.#upstream = upstream;
  }

  flush(): void {
    this.#device.configuration.items('/ip dns cache').splice(0);
  }

  /** A question of a PC's. */
  resolve(question: string): Resolved {
    const { configuration } = this.#device;
    const name = question.toLowerCase().replace(/\.$/, '');
    if (configuration.value('/ip dns', null, 'allow-remote-requests') !== 'yes') return { status: 'refused' };
    const entry = this.#entry(name);
    if (entry === undefined) {
      const [server] = configuration.value('/ip dns', null, 'servers').split(',');
      return server === undefined || server === '' ? { status: 'no server' } : this.#ask(name, server, '');
    }
    const { type = 'A', address = '', 'forward-to': server = '', 'address-list': list = '' } = entry;
    if (type === 'NXDOMAIN') return { status: 'no such name' };
    if (type === 'FWD') return this.#ask(name, server, list);
    return { status: 'addresses', addresses: type === 'A' ? [address] : [] };
  }

  #entry(name: string): Readonly<Record<string, string>> | undefined {
    const on = this.#device.configuration
      .items('/ip dns static')
      .filter(({ disabled }) => !disabled)
      .map(({ values }) => values);
    const first = on.find(({ regexp }) => regexp !== undefined && expression(regexp).test(name));
    const fits = (values: Readonly<Record<string, string>>): boolean =>
      values['name'] === name || (values['match-subdomain'] === 'yes' && name.endsWith(`.${values['name'] ?? ''}`));
    return first ?? on.find(fits);
  }

  /** Addresses go into the entry's list for as long as the answer holds, and the extra time. */
  #ask(name: string, server: string, list: string): Resolved {
    const { configuration, uptime } = this.#device;
    this.asked.push(`${name} @${server}`);
    const answers = this.#upstream(name, server);
    const extra = parseTime(configuration.value('/ip dns', null, 'address-list-extra-time')) ?? 0;
    const path = '/ip firewall address-list';
    for (const { address, ttl } of list === '' ? [] : answers) {
      const there = configuration
        .items(path)
        .find(({ dynamic, values }) => dynamic && values['list'] === list && values['address'] === address);
      if (there !== undefined) configuration.remove(path, there);
      configuration.addDynamic(path, { list, address, comment: name }, uptime + ttl + extra);
    }
    if (answers.length === 0) return { status: 'no such name' };
    return { status: 'addresses', addresses: answers.map(({ address }) => address) };
  }
}
