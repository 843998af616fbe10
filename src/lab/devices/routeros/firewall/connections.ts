/** Connection tracking and FastTrack ("Connection tracking", "FastTrack"): packets of a connection that is fasttracked pass no rule. */
import type { Device } from '../device.ts';
import type { Packet, State, Verdict } from './packet.ts';
import { judge } from './rules.ts';

interface Connection {
  readonly id: number;
  readonly key: string;
  readonly first: Packet;
  fasttracked: boolean;
}

const path = '/ip firewall connection';
const end = (address: string, port: number | undefined): string =>
  port === undefined ? address : `${address}:${port}`;
/** The same for both directions. */
const keyOf = ({ protocol, source, destination, sourcePort, port }: Packet): string =>
  [protocol, ...[end(source, sourcePort), end(destination, port)].toSorted()].join(' ');

export class Connections {
  readonly #device: Device;
  readonly #all = new Map<string, Connection>();

  constructor(device: Device) {
    this.#device = device;
  }

  /** A packet arrives. What is accepted makes, or belongs to, a connection. */
  send(packet: Packet): Verdict {
    const { configuration } = this.#device;
    const connection = this.#all.get(keyOf(packet));
    if (connection?.fasttracked === true) return { does: 'accept', by: 'FastTrack', logged: [], fasttracked: true };
    const state: State = packet.about !== undefined ? 'related' : connection === undefined ? 'new' : 'established';
    const verdict = judge(configuration, packet, state);
    for (const { prefix, chain } of verdict.logged)
      this.#device.log('firewall,info', line(prefix, chain, packet, state));
    if (verdict.does === 'accept' && connection === undefined && packet.about === undefined) this.#open(packet);
    const open = this.#all.get(keyOf(packet));
    if (verdict.fasttracked && open !== undefined) open.fasttracked = true;
    return verdict;
  }

  #open(packet: Packet): void {
    const { protocol, source, destination, sourcePort, port } = packet;
    const { id } = this.#device.configuration.addDynamic(path, {
      ...{ protocol, 'src-address': end(source, sourcePort), 'dst-address': end(destination, port) },
    });
    const key = keyOf(packet);
    this.#all.set(key, { id, key, first: packet, fasttracked: false });
  }

  cut(id: number): void {
    for (const [key, connection] of this.#all) if (connection.id === id) this.#all.delete(key);
  }

  forget(): void {
    this.#all.clear();
  }
}

/** As "Log" and "Filter" show it: prefix, chain, interfaces, state, protocol, who to whom. */
function line(prefix: string, chain: string, packet: Packet, state: State): string {
  const { from, to, protocol, source, destination, sourcePort, port } = packet;
  const way = `in:${from ?? '(unknown 0)'} out:${to ?? '(unknown 0)'}, connection-state:${state}`;
  const what = `${protocol.toUpperCase()}${protocol === 'tcp' ? ' (SYN)' : ''}`;
  return `${prefix} ${chain}: ${way} src-mac 02:00:00:00:10:01, proto ${what}, ${end(source, sourcePort)}->${end(destination, port)}, len 52`.trim();
}
