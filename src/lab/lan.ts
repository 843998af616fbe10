/** The room's network: who holds which address, DHCP, the router, names. Addresses are those of the LAN; src/hosts/dial.ts maps them. */
import ipaddr from 'ipaddr.js';
import { dial } from '../hosts/dial.ts';
import { freePort } from './free-port.ts';
import { Router } from './outside/router.ts';
import { Traffic } from './traffic.ts';
import type { AdapterConfig } from '../core/primitives.ts';

/** A network card as its neighbours know it. */
export interface Neighbour {
  readonly mac: string;
  /** Plugged in, and the machine runs. */
  readonly reachable: boolean;
  /** Null: none. */
  readonly address: string | null;
}

export interface LanOptions {
  /** `10.30.1.0/24` */
  readonly subnet: string;
  readonly gateway: string;
  readonly dns: readonly string[];
  /** Addresses that DHCP must not hand out: the inventory's, the depot's. */
  readonly reserved?: readonly string[];
  /** What the router's name server knows. */
  readonly names?: Readonly<Record<string, readonly string[]>>;
  /** The depot's uplink, Mbit/s. @default 1000 */
  readonly depotMbps?: number;
  /** See Traffic. @default 0 */
  readonly pace?: number;
}

export class Lan {
  readonly gateway: string;
  readonly dns: readonly string[];
  readonly prefix: number;
  readonly traffic: Traffic;
  readonly router: Router;
  readonly #network: [ipaddr.IPv4, number];
  readonly #names: Readonly<Record<string, readonly string[]>>;
  readonly #neighbours = new Map<string, Neighbour>();
  readonly #pool: readonly string[];
  #next = 0;

  constructor(options: LanOptions) {
    this.gateway = options.gateway;
    this.dns = options.dns;
    this.traffic = new Traffic(options.depotMbps ?? 1000, options.pace);
    this.#network = ipaddr.IPv4.parseCIDR(options.subnet);
    this.prefix = this.#network[1];
    this.#names = options.names ?? {};
    this.router = new Router([options.gateway, ...options.dns.filter((server) => this.contains(server))]);
    const taken = new Set([options.gateway, ...options.dns, ...(options.reserved ?? [])]);
    this.#pool = hostsOf(options.subnet).filter((address) => !taken.has(address));
  }

  join(neighbour: Neighbour): void {
    this.#neighbours.set(neighbour.mac, neighbour);
  }

  leave(neighbour: Neighbour): void {
    if (this.#neighbours.get(neighbour.mac) === neighbour) this.#neighbours.delete(neighbour.mac);
  }

  /** A TCP port that is free on this machine now. */
  freePort(): Promise<number> {
    return freePort(this.gateway);
  }

  /** The address that a discover gets now: the next free one, never the one this card had before. */
  lease(mac: string, previous: string | null): AdapterConfig {
    for (let tries = 0; tries < this.#pool.length; tries++) {
      const address = this.#pool[this.#next++ % this.#pool.length];
      if (address === undefined || address === previous || this.holder(address, mac)) continue;
      return { dhcp: true, address, prefix: this.prefix, gateway: this.gateway, dns: this.dns };
    }
    return noAddress;
  }

  /** The card, other than `mac`, that answers ARP for an address. */
  holder(address: string, mac?: string): Neighbour | undefined {
    return [...this.#neighbours.values()].find(
      (other) => other.mac !== mac && other.reachable && other.address === address,
    );
  }

  answersArp(address: string): boolean {
    return address === this.gateway || this.dns.includes(address) || this.holder(address) !== undefined;
  }

  contains(address: string): boolean {
    return ipaddr.IPv4.isValid(address) && ipaddr.IPv4.parse(address).match(this.#network);
  }

  /** @returns undefined when that server does not answer; an empty list for a name it does not know */
  resolve(name: string, server: string): readonly string[] | undefined {
    if (server !== this.gateway && !this.dns.includes(server)) return undefined;
    return this.#names[name.toLowerCase()] ?? this.router.resolve(name) ?? [];
  }

  /** Can a card with this configuration send to that address? The router forwards, if the card knows the right one. */
  routes(from: AdapterConfig, to: string): boolean {
    if (from.address === null || !this.contains(from.address)) return false;
    return this.contains(to) || from.gateway === this.gateway;
  }

  /** Where something that has a LAN address really listens. */
  dial(address: string): string {
    return dial('lab', address);
  }
}

export const noAddress: AdapterConfig = { dhcp: true, address: null, prefix: null, gateway: null, dns: [] };

/** Usable addresses of a subnet, from the middle upwards first: that is where room routers have their pool. */
function hostsOf(subnet: string): string[] {
  const [base, prefix] = ipaddr.IPv4.parseCIDR(subnet);
  const first = ipaddr.IPv4.networkAddressFromCIDR(subnet).octets.reduce((sum, octet) => sum * 256 + octet, 0);
  const count = Math.min(2 ** (32 - prefix), 1024);
  if (count < 4) throw new RangeError(`expected a subnet with room for PCs, got ${base.toString()}/${prefix}`);
  const all = Array.from({ length: count - 2 }, (_, index) => {
    const value = first + 1 + index;
    return [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.');
  });
  return [...all.slice(all.length / 2), ...all.slice(0, all.length / 2)];
}
