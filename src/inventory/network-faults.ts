/** What does not fit together in a room's network: subnet, gateway, DNS servers, and the address of every PC. */
import ipaddr from 'ipaddr.js';
import type { Text } from '../core/finding.ts';
import { show } from './fault.ts';
import type { Fault } from './fault.ts';
import { pcsOf } from './lenient.ts';
import type { LenientRoom, Pc } from './lenient.ts';

export function networkFaults(draft: LenientRoom): Fault[] {
  return [...gatewayFaults(draft), ...pcsOf(draft).flatMap((pc) => addressFaults(pc, draft))];
}

/** Is an address in a subnet? Both must be well-formed. */
export function inSubnet(address: string, subnet: string): boolean {
  return ipaddr.IPv4.parse(address).match(ipaddr.IPv4.parseCIDR(subnet));
}

/** The two addresses of a subnet that no machine can have; none in the tiny subnets /31 and /32. */
function reserved(subnet: string): string[] {
  const [, prefix] = ipaddr.IPv4.parseCIDR(subnet);
  if (prefix >= 31) return [];
  return [ipaddr.IPv4.networkAddressFromCIDR(subnet), ipaddr.IPv4.broadcastAddressFromCIDR(subnet)].map(String);
}

function gatewayFaults({ network: { subnet, gateway } }: LenientRoom): Fault[] {
  if (!subnet || !gateway || (inSubnet(gateway, subnet) && !reserved(subnet).includes(gateway))) return [];
  return [
    {
      path: ['network', 'gateway'],
      code: 'INV023',
      expected: hostIn(subnet),
      got: show(gateway),
      fix: { zh: '改正网关或子网', en: 'correct the gateway or the subnet' },
    },
  ];
}

/** At most one fault an address: outside, reserved, or somebody else's. */
function addressFaults({ path, entry: { address } }: Pc, { network: { subnet, gateway, dns } }: LenientRoom): Fault[] {
  if (!address) return [];
  const fault = (code: Fault['code'], expected: Text): Fault[] => [
    {
      path: [...path, 'address'],
      code,
      expected,
      got: show(address),
      fix: { zh: '改正这台 PC 的地址', en: "correct this PC's address" },
    },
  ];
  if (subnet && !inSubnet(address, subnet)) return fault('INV020', hostIn(subnet));
  if (subnet && reserved(subnet).includes(address)) return fault('INV021', hostIn(subnet));
  if (address === gateway)
    return fault('INV022', { zh: '与网关不同的地址', en: "an address that is not the gateway's" });
  if (dns.includes(address))
    return fault('INV022', { zh: '与 DNS 服务器不同的地址', en: "an address that is not a DNS server's" });
  return [];
}

const hostIn = (subnet: string): Text => ({
  zh: `子网 ${subnet} 内的主机地址`,
  en: `a host's address in the subnet ${subnet}`,
});
