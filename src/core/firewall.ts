/** Windows Firewall as its COM interface (HNetCfg.FwPolicy2, Windows 7 and later) shows it. */

export type FirewallProfile = 'domain' | 'private' | 'public';

/** What happens in one profile to what no rule is about. */
export interface FirewallState {
  readonly on: boolean;
  readonly inbound: 'allow' | 'block';
  readonly outbound: 'allow' | 'block';
}

export interface FirewallRule {
  /** Not unique, compared without case. Those of Windows are in its language. */
  readonly name: string;
  /** Empty: none. */
  readonly group: string;
  readonly direction: 'in' | 'out';
  readonly action: 'allow' | 'block';
  readonly enabled: boolean;
  /** Path of the executable; null: every program. */
  readonly program: string | null;
  /** A number is an IP protocol that has no ports. */
  readonly protocol: 'any' | 'tcp' | 'udp' | number;
  /** `*`, or ports and ranges with commas: `80,443,5000-5010`. */
  readonly localPorts: string;
  readonly remotePorts: string;
  /**
   * `*`, `LocalSubnet`, or addresses with commas. The firewall gives an address back with its mask: `10.30.1.2` is written and
   * `10.30.1.2/255.255.255.255` is read.
   */
  readonly remoteAddresses: string;
  /** All three: wherever the PC is. */
  readonly profiles: readonly FirewallProfile[];
}
