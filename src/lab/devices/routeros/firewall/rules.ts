/** Goes through the rules as RouterOS does: first match, chains, lists ("Filter"). What it does not know of a rule it does not guess. */
import ipaddr from 'ipaddr.js';
import type { Configuration, Entry } from '../configuration.ts';
import { complaint } from './complaint.ts';
import type { Logged, Packet, State, Verdict } from './packet.ts';

export type Values = Readonly<Record<string, string>>;
interface Passage {
  readonly configuration: Configuration;
  readonly path: string;
  readonly packet: Packet;
  readonly state: State;
  readonly logged: Logged[];
  fasttracked: boolean;
}
type Decision = { readonly does: Verdict['does']; readonly by: string } | 'return' | null;

export function judge(
  configuration: Configuration,
  packet: Packet,
  state: State,
  path = '/ip firewall filter',
): Verdict {
  const passage: Passage = { configuration, path, packet, state, logged: [], fasttracked: false };
  const chain = packet.to === null ? 'input' : packet.from === null ? 'output' : 'forward';
  const decision = through(passage, chain, 0);
  const { logged } = passage;
  const decided = decision === null || decision === 'return' ? { does: 'accept' as const, by: null } : decision;
  return { ...decided, logged, fasttracked: passage.fasttracked && decided.does === 'accept' };
}

/** @returns whether the source address is replaced on the way out */
export function isMasqueraded(configuration: Configuration, packet: Packet): boolean {
  const passage: Passage = {
    configuration,
    path: '/ip firewall nat',
    packet,
    state: 'new',
    logged: [],
    fasttracked: false,
  };
  const rule = configuration
    .items(passage.path)
    .find((entry) => entry.values['chain'] === 'srcnat' && !entry.disabled && fits(passage, entry));
  return rule?.values['action'] === 'masquerade';
}

function through(passage: Passage, chain: string, depth: number): Decision {
  if (depth > 16) throw new Error('chains jump in a circle');
  for (const entry of passage.configuration.items(passage.path)) {
    if (entry.values['chain'] !== chain || entry.disabled) continue;
    if (complaint(passage.configuration, passage.path, entry) !== undefined || !fits(passage, entry)) continue;
    const decision = act(passage, entry, depth);
    if (decision === 'return') return null;
    if (decision !== null) return decision;
  }
  return null;
}

function act(passage: Passage, { values }: Entry, depth: number): Decision {
  const { action = 'accept', comment: by = '', 'log-prefix': prefix = '' } = values;
  if (values['log'] === 'yes' || action === 'log') passage.logged.push({ prefix, chain: values['chain'] ?? '' });
  switch (action) {
    case 'accept':
    case 'drop':
      return { does: action, by };
    case 'reject':
      return { does: (values['reject-with'] ?? 'icmp-network-unreachable') as Verdict['does'], by };
    case 'jump':
      return through(passage, values['jump-target'] ?? '', depth + 1);
    case 'return':
      return 'return';
    case 'fasttrack-connection':
      passage.fasttracked = true;
      return null;
    case 'log':
    case 'passthrough':
      return null;
    default:
      throw new Error(`an action that is not modelled: ${action}`);
  }
}

const notMatchers = ['chain', 'action', 'comment', 'log', 'log-prefix', 'reject-with', 'jump-target', 'hw-offload'];

const fits = (passage: Passage, { values }: Entry): boolean =>
  Object.entries(values)
    .filter(([key]) => !notMatchers.includes(key))
    .every(([key, value]) =>
      value.startsWith('!') ? !matches(passage, key, value.slice(1)) : matches(passage, key, value),
    );

function matches(passage: Passage, key: string, value: string): boolean {
  const { packet, configuration, state } = passage;
  switch (key) {
    case 'in-interface':
      return packet.from === value;
    case 'out-interface':
      return packet.to === value;
    case 'in-interface-list':
      return isMember(configuration, value, packet.from);
    case 'out-interface-list':
      return isMember(configuration, value, packet.to);
    case 'src-address':
      return isWithin(packet.source, value);
    case 'dst-address':
      return isWithin(packet.destination, value);
    case 'src-address-list':
      return isListed(configuration, value, packet.source);
    case 'dst-address-list':
      return isListed(configuration, value, packet.destination);
    case 'protocol':
      return packet.protocol === value;
    case 'src-port':
      return hasPort(value, packet.sourcePort);
    case 'dst-port':
      return hasPort(value, packet.port);
    case 'connection-state':
      return value.split(',').includes(state);
    case 'connection-nat-state':
      // Nothing is forwarded to the inside in this model.
      return false;
    case 'ipsec-policy':
      return value.endsWith(',none');
    default:
      throw new Error(`a matcher that is not modelled: ${key}`);
  }
}

const isMember = (configuration: Configuration, list: string, name: string | null): boolean =>
  configuration
    .items('/interface list member')
    .some(({ values, disabled }) => !disabled && values['list'] === list && values['interface'] === name);

export const isListed = (configuration: Configuration, list: string, address: string): boolean =>
  configuration
    .items('/ip firewall address-list')
    .some(({ values, disabled }) => !disabled && values['list'] === list && isWithin(address, values['address'] ?? ''));

function isWithin(address: string, block: string): boolean {
  if (!ipaddr.IPv4.isValid(address) || !ipaddr.IPv4.isValid(block.split('/')[0] ?? '')) return address === block;
  const [network, length] = ipaddr.IPv4.parseCIDR(block.includes('/') ? block : `${block}/32`);
  return ipaddr.IPv4.parse(address).match(network, length);
}

const hasPort = (value: string, port: number | undefined): boolean =>
  port !== undefined &&
  value.split(',').some((part) => {
    const [from = NaN, to = from] = part.split('-').map(Number);
    return port >= from && port <= to;
  });
