/** A packet at the router, and what may become of it. */
export interface Packet {
  /** null: it is the router's own. */
  readonly from: string | null;
  /** null: it is for the router. */
  readonly to: string | null;
  readonly source: string;
  readonly destination: string;
  readonly protocol: 'tcp' | 'udp' | 'icmp' | 'gre' | 'ipv6-encap';
  readonly sourcePort?: number;
  readonly port?: number;
  /** An error about a connection that is there. */
  readonly about?: 'connection';
}

export type State = 'new' | 'established' | 'related' | 'untracked' | 'invalid';

export interface Logged {
  readonly prefix: string;
  readonly chain: string;
}

export interface Verdict {
  readonly does:
    'accept' | 'drop' | 'tcp-reset' | 'icmp-admin-prohibited' | 'icmp-network-unreachable' | 'icmp-host-unreachable';
  /** Comment of the rule that decided; null: none did, and RouterOS accepts. */
  readonly by: string | null;
  readonly logged: readonly Logged[];
  /** Its connection goes past all rules from now on. */
  readonly fasttracked: boolean;
}
