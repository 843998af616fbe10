/**
 * Where is the machine with this host key? DHCP moves machines, above all when a whole room restarts, so all that are missing from one room
 * share one scan: each pass asks every address of the subnet for its key, and whoever waits for one of the keys seen is told at once.
 */
import ipaddr from 'ipaddr.js';
import pLimit from 'p-limit';
import { dial } from './dial.ts';
import type { Network } from './enrolment.ts';
import { readHostKey } from './host-key.ts';
import { openTcp } from './tcp.ts';
import { backoff, sleep } from './timing.ts';
import type { Timing } from './timing.ts';

export interface Lan {
  readonly network: Network;
  readonly subnet: string;
  readonly port: number;
}

/** Open sockets of a scan. A pass over a /24 of which most is silent takes two rounds of `scanMs`. */
const socketsAtOnce = 128;
/** Key exchanges of a scan; each costs both sides a few milliseconds of CPU. */
const exchangesAtOnce = 8;
/** A subnet larger than a /22 is not swept whole: a scan must stay a matter of seconds. */
const mostAddresses = 1024;

interface Wanted {
  readonly key: string;
  readonly hints: readonly string[];
  readonly deadline: number;
  readonly found: (address: string | undefined) => void;
}

export class Locator {
  readonly #lan: Lan;
  readonly #timing: Timing;
  readonly #addresses: readonly string[];
  /** Keys met where they were not expected. */
  readonly #sightings = new Map<string, string>();
  /** Addresses with a session: whoever is there is known. */
  readonly #occupied = new Map<string, number>();
  readonly #wanted = new Set<Wanted>();
  #searching = false;

  constructor(lan: Lan, timing: Timing) {
    this.#lan = lan;
    this.#timing = timing;
    this.#addresses = addressesOf(lan.subnet);
  }

  /** Remembers that a machine with this key was met at an address, for whoever looks for it next. */
  sighted(key: string, address: string): void {
    this.#sightings.set(key, address);
    for (const wanted of this.#wanted) if (wanted.key === key) this.#settle(wanted, address);
  }

  /** While a session to an address lives, scans leave it alone. @returns what to call when it is over. */
  occupy(address: string): () => void {
    this.#occupied.set(address, (this.#occupied.get(address) ?? 0) + 1);
    return () => {
      const left = (this.#occupied.get(address) ?? 1) - 1;
      if (left === 0) this.#occupied.delete(address);
      else this.#occupied.set(address, left);
    };
  }

  /**
   * @param hints addresses to ask first.
   * @param deadline in milliseconds since the epoch: passes are repeated until then. In the past: one pass.
   * @returns undefined when no machine of the subnet has this key. What is found is a claim; the connection that pins the key proves it.
   */
  find(key: string, hints: readonly string[], deadline: number): Promise<string | undefined> {
    const sighting = this.#sightings.get(key);
    // Good for one try: if the machine is not there any more, the next search is a real one.
    this.#sightings.delete(key);
    if (sighting !== undefined) return Promise.resolve(sighting);
    return new Promise((found) => {
      this.#wanted.add({ key, hints, deadline, found });
      if (!this.#searching) void this.#search();
    });
  }

  async #search(): Promise<void> {
    this.#searching = true;
    try {
      await this.#passes();
    } finally {
      this.#searching = false;
    }
  }

  async #passes(): Promise<void> {
    for (let round = 0; this.#wanted.size > 0; round++) {
      // Only who was waiting as the pass began has been looked for everywhere when it ends.
      const present = [...this.#wanted];
      await this.#pass(present.flatMap(({ hints }) => hints));
      for (const wanted of present) if (Date.now() >= wanted.deadline) this.#settle(wanted, undefined);
      if (this.#wanted.size > 0) await sleep(backoff(this.#timing.rescanMs, round));
    }
  }

  async #pass(hints: readonly string[]): Promise<void> {
    const sockets = pLimit(socketsAtOnce);
    const exchanges = pLimit(exchangesAtOnce);
    const addresses = [...new Set([...hints, ...this.#addresses])].filter((address) => !this.#occupied.has(address));
    await Promise.all(addresses.map((address) => sockets(() => this.#ask(address, exchanges))));
  }

  async #ask(address: string, exchanges: <T>(work: () => Promise<T>) => Promise<T>): Promise<void> {
    if (this.#wanted.size === 0) return;
    const endpoint = { address: dial(this.#lan.network, address), port: this.#lan.port };
    const socket = await openTcp(endpoint, this.#timing.scanMs).catch(() => undefined);
    if (socket === undefined) return;
    const key = await exchanges(() => readHostKey(socket, this.#timing.movingMs));
    if (key !== undefined) this.sighted(key, address);
  }

  #settle(wanted: Wanted, address: string | undefined): void {
    if (!this.#wanted.delete(wanted)) return;
    this.#sightings.delete(wanted.key);
    wanted.found(address);
  }
}

/** @returns the host addresses of a subnet in order, at most the first 1,024. */
export function addressesOf(subnet: string): string[] {
  const [, prefix] = ipaddr.IPv4.parseCIDR(subnet);
  const first = toNumber(ipaddr.IPv4.networkAddressFromCIDR(subnet));
  const size = 2 ** (32 - prefix);
  // From /30 up the first is the network's own address and the last is everybody's.
  const edge = size > 2 ? 1 : 0;
  const count = Math.min(size - 2 * edge, mostAddresses);
  return Array.from({ length: count }, (_, index) => fromNumber(first + edge + index));
}

const toNumber = (address: ipaddr.IPv4): number => address.octets.reduce((sum, octet) => sum * 256 + octet, 0);
const fromNumber = (value: number): string =>
  [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
