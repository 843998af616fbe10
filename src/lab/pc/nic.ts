/**
 * The network card: what the registry says it should be, and what it is. The two differ from a change until the next start, and while a
 * cable is out. Registry layout: Tcpip\Parameters\Interfaces\{GUID} and Control\Network\{4D36E972-…}\{GUID}\Connection.
 */
import { createHash } from 'node:crypto';
import ipaddr from 'ipaddr.js';
import type { Adapter, AdapterConfig, RegistryValue } from '../../core/primitives.ts';
import { type Lan, type Neighbour, noAddress } from '../lan.ts';
import { Refusal } from './fault.ts';
import type { Hardware } from './machine.ts';
import type { Registry } from './registry.ts';

const interfaces = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters\\Interfaces';
const connections = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Network\\{4D36E972-E325-11CE-BFC1-08002BE10318}';

export interface NicData {
  readonly plugged: boolean;
  readonly live: AdapterConfig;
  /** Speed of the link where it is not the card's own: an old cable, a worn plug. */
  readonly bps?: number;
}

export class Nic implements Neighbour {
  readonly mac: string;
  readonly guid: string;
  readonly #registry: Registry;
  /** Speed of the link, bit/s. */
  bps: number;
  readonly lan: Lan;
  /** The machine runs; set by its power switch. */
  powered = true;
  #plugged: boolean;
  #live: AdapterConfig;
  /** Called after the live address or the reachability has changed. */
  onChange: () => void = () => undefined;

  constructor(hardware: Hardware, registry: Registry, lan: Lan, data?: NicData) {
    this.mac = hardware.mac;
    this.guid = guidOf(hardware.mac);
    this.bps = data?.bps ?? hardware.nicBps;
    this.#registry = registry;
    this.lan = lan;
    this.#plugged = data?.plugged ?? true;
    this.#live = data?.live ?? noAddress;
    lan.join(this);
  }

  /** The first time this card is seen by the system. */
  install(name: string): void {
    this.#registry.set(`${connections}\\${this.guid}\\Connection`, 'Name', { type: 'REG_SZ', data: name });
    this.writePersistent(noAddress);
  }

  get plugged(): boolean {
    return this.#plugged;
  }

  get reachable(): boolean {
    return this.powered && this.#plugged;
  }

  get address(): string | null {
    return this.#live.address;
  }

  get live(): AdapterConfig {
    return this.#live;
  }

  plug(plugged: boolean): void {
    if (plugged === this.#plugged) return;
    this.#plugged = plugged;
    // While the cable was out, another machine may have been given the address: that is looked for when the link comes back.
    const { address } = this.#live;
    const lost = address === null || this.lan.holder(address, this.mac) !== undefined;
    if (plugged && this.powered && lost) this.bringUp();
    else this.onChange();
  }

  /** What the system does with the persistent configuration at a start, or when the cable comes back. */
  bringUp(): void {
    const wanted = this.persistent();
    const previous = this.#live.address;
    if (!this.reachable) this.#live = noAddress;
    else if (wanted.dhcp) this.#live = this.lan.lease(this.mac, previous);
    // Duplicate address detection: the later one gets no address.
    else if (this.lan.holder(wanted.address ?? '', this.mac)) this.#live = { ...wanted, address: null };
    else this.#live = wanted;
    this.onChange();
  }

  /** Persistent and live, as New-NetIPAddress and netsh do it. */
  configure(config: AdapterConfig): void {
    if (!this.#plugged) throw new Refusal('failed', 'the network cable is unplugged');
    if (!config.dhcp && (config.address === null || config.prefix === null)) {
      throw new Refusal('bad-request', 'a static configuration needs an address and a prefix length');
    }
    const holder = config.dhcp ? undefined : this.lan.holder(config.address ?? '', this.mac);
    if (holder) {
      const detail = { address: config.address, mac: holder.mac };
      throw new Refusal('duplicate-address', `${String(config.address)} is in use by ${holder.mac}`, detail);
    }
    this.writePersistent(config.dhcp ? noAddress : config);
    this.#live = config.dhcp ? this.lan.lease(this.mac, null) : config;
    this.onChange();
  }

  writePersistent(config: AdapterConfig): void {
    const set = (name: string, value: RegistryValue): void =>
      this.#registry.set(`${interfaces}\\${this.guid}`, name, value);
    const list = (value: string | null): RegistryValue => ({
      type: 'REG_MULTI_SZ',
      data: value === null ? [] : [value],
    });
    set('EnableDHCP', { type: 'REG_DWORD', data: config.dhcp ? 1 : 0 });
    set('IPAddress', list(config.address));
    set('SubnetMask', list(config.prefix === null ? null : maskOf(config.prefix)));
    set('DefaultGateway', list(config.gateway));
    set('NameServer', { type: 'REG_SZ', data: config.dns.join(',') });
  }

  persistent(): AdapterConfig {
    const values = this.#registry.values(`${interfaces}\\${this.guid}`);
    const first = (name: string): string | null => {
      const data = values[name]?.data;
      return Array.isArray(data) ? ((data as readonly string[])[0] ?? null) : null;
    };
    const servers = values['NameServer']?.data;
    const dns = typeof servers === 'string' && servers !== '' ? servers.split(/[ ,]+/) : [];
    if (values['EnableDHCP']?.data !== 0) return { ...noAddress, dns };
    const mask = first('SubnetMask');
    const prefix = mask === null ? null : ipaddr.IPv4.parse(mask).prefixLengthFromSubnetMask();
    return { dhcp: false, address: first('IPAddress'), prefix, gateway: first('DefaultGateway'), dns };
  }

  adapter(): Adapter {
    const name = this.#registry.value(`${connections}\\${this.guid}\\Connection`, 'Name')?.data;
    const up = this.#plugged;
    return {
      mac: this.mac,
      name: typeof name === 'string' ? name : '',
      up,
      speedBps: up ? this.bps : 0,
      fullDuplex: up ? true : null,
      persistent: this.persistent(),
      live: up ? this.#live : { ...this.#live, address: null },
    };
  }

  toJSON(): NicData {
    return { plugged: this.#plugged, live: this.#live, bps: this.bps };
  }
}

const maskOf = (prefix: number): string => ipaddr.IPv4.subnetMaskFromPrefixLength(prefix).toString();

/** Stable per card: a reinstalled driver keeps it. */
function guidOf(mac: string): string {
  const hex = createHash('sha256').update(mac).digest('hex').toUpperCase();
  return `{${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-A${hex.slice(17, 20)}-${hex.slice(20, 32)}}`;
}
