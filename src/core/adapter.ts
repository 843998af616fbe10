/** A network card as a machine has it. */

/** One network adapter: the persistent configuration and what is live now. The two differ until a restart, and that matters. */
export interface Adapter {
  /** Lower case, colon-separated. */
  readonly mac: string;
  /** As the system shows it, localised: `以太网`, `eth0`. */
  readonly name: string;
  readonly up: boolean;
  /** Bit/s; 0 when unplugged. */
  readonly speedBps: number;
  readonly fullDuplex: boolean | null;
  readonly persistent: AdapterConfig;
  readonly live: AdapterConfig;
}
export interface AdapterConfig {
  readonly dhcp: boolean;
  /** Null: no IPv4 address. */
  readonly address: string | null;
  readonly prefix: number | null;
  readonly gateway: string | null;
  readonly dns: readonly string[];
}
