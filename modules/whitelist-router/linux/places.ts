/** Where things are on a Linux box. */

/** Rule sets by name, and `current`, a link to the one in force. */
export const folder = '/etc/examsite-router';
export const current = `${folder}/current`;
export const ruleFile = (policy: string, name: string): string => `${folder}/${policy}/${name}`;

/** Units, with the folder they are installed to. */
export const units = ['examsite-firewall.service', 'examsite-resolver.service', 'examsite-proxy.service'] as const;
export const unitFile = (unit: string): string => `/etc/systemd/system/${unit}`;
/** What the box comes up with: read after everything that a distribution brings, in the order of their names. */
export const kernelFile = '/etc/sysctl.d/90-examsite.conf';

/** Units of the distribution that would take the resolver's and the proxy's ports, or flush the rules when they stop. */
export const rivals = ['dnsmasq.service', 'haproxy.service', 'nftables.service'] as const;

export const programs = { nft: '/usr/sbin/nft', haproxy: '/usr/sbin/haproxy', dnsmasq: '/usr/sbin/dnsmasq' } as const;
/** Debian's and Ubuntu's packages of these programs, and of the trust store. */
export const packages: Readonly<Record<keyof typeof programs | 'trustStore', string>> = {
  nft: 'nftables',
  haproxy: 'haproxy',
  dnsmasq: 'dnsmasq-base',
  trustStore: 'ca-certificates',
};

/** What the box trusts: servers behind opened TLS are judged by it. Made by update-ca-certificates(8). */
export const trustStore = '/etc/ssl/certs/ca-certificates.crt';

/** nftables' own: the filter, and the address translation. */
export const tables = [
  ['inet', 'examsite'],
  ['ip', 'examsite-nat'],
] as const;
/** Kernel settings of kernelFile, and what they must be once the rules are in force. */
export const kernelKeys = ['net.ipv4.ip_forward', 'net.ipv6.conf.all.forwarding', 'net.ipv4.icmp_ratelimit'] as const;

/** Loopback only: what rule set the proxy works by. */
export const statsPort = 9901;
/** A name that the resolver answers with its rule set, as a TXT record. */
export const policyName = 'policy.examsite';
