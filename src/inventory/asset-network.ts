/** An asset list repeats gateway, mask and DNS servers in every row; a room has each once. */
import ipaddr from 'ipaddr.js';
import type { Entry } from './asset-list.ts';
import { plain } from './cell.ts';
import { show } from './fault.ts';
import type { Fault } from './fault.ts';
import { inSubnet } from './network-faults.ts';

/** Values as they were found, right or wrong. */
export interface DraftNetwork {
  readonly subnet?: string;
  readonly gateway?: string;
  readonly dns?: readonly string[];
}

export const isIpv4 = (text: string): boolean => ipaddr.IPv4.isValidFourPartDecimal(text);

/** @param given values that need not be in the list: from options, or from the room as it was imported before. */
export function networkOf(
  entries: readonly Entry[],
  given: { options: DraftNetwork; before: DraftNetwork },
): DraftNetwork {
  const { options, before } = given;
  const gateway = options.gateway ?? mostCommon(entries, 'gateway') ?? before.gateway;
  const mask = mostCommon(entries, 'mask');
  const subnet = options.subnet ?? (gateway && mask ? subnetOf(gateway, mask) : before.subnet);
  // School networks mostly resolve names at the gateway; the file that is written says that this was assumed.
  const dns =
    options.dns ??
    servers(mostCommon(entries, 'dns')) ??
    before.dns ??
    (gateway && isIpv4(gateway) ? [gateway] : undefined);
  return { ...(subnet ? { subnet } : {}), ...(gateway ? { gateway } : {}), ...(dns ? { dns } : {}) };
}

/** Rows that disagree with most others on the gateway or the mask. What an option says instead does not matter: the list contradicts itself. */
export function disagreements(entries: readonly Entry[]): Fault[] {
  const counts = { seats: 0, spares: 0 };
  const [gateway, mask] = [mostCommon(entries, 'gateway'), mostCommon(entries, 'mask')];
  const subnet = gateway && mask ? subnetOf(gateway, mask) : undefined;
  return entries.flatMap(({ list, cells }): Fault[] => {
    const path = [list, counts[list]++];
    const faults: Fault[] = [];
    const found = cells.gateway && plain(cells.gateway);
    if (found && gateway && found !== gateway)
      faults.push({
        path: [...path, 'gateway'],
        code: outside(found, subnet) ? 'INV023' : 'INV024',
        expected: { zh: `与其他行相同的网关 ${gateway}`, en: `the gateway of the other rows, ${gateway}` },
        got: show(found),
        fix: { zh: '一个房间只有一个网关：改正此行', en: 'a room has one gateway: correct this row' },
      });
    if (cells.mask && mask && plain(cells.mask) !== mask)
      faults.push({
        path: [...path, 'mask'],
        code: 'INV024',
        expected: { zh: `与其他行相同的子网掩码 ${mask}`, en: `the mask of the other rows, ${mask}` },
        got: show(cells.mask),
        fix: { zh: '一个房间只有一个子网：改正此行', en: 'a room has one subnet: correct this row' },
      });
    return faults;
  });
}

function outside(address: string, subnet: string | undefined): boolean {
  if (!subnet || !isIpv4(address) || !ipaddr.IPv4.isValidCIDR(subnet)) return false;
  return !inSubnet(address, subnet);
}

/** The value of most rows, the earlier one of two that are as common. */
function mostCommon(entries: readonly Entry[], field: 'gateway' | 'mask' | 'dns'): string | undefined {
  const groups = Map.groupBy(
    entries.flatMap(({ cells }) => (cells[field] ? [plain(cells[field])] : [])),
    (value) => value,
  );
  return [...groups].sort(([, a], [, b]) => b.length - a.length)[0]?.[0];
}

/** `255.255.255.0`, `24` and `/24` are one mask. What is none stays readable in the fault: `10.30.1.1/255.0.255.0`. */
function subnetOf(gateway: string, mask: string): string | undefined {
  if (!isIpv4(gateway)) return undefined;
  const digits = /^\/?(?<bits>\d{1,2})$/.exec(mask)?.groups?.['bits'];
  const prefix = digits ?? (isIpv4(mask) ? ipaddr.IPv4.parse(mask).prefixLengthFromSubnetMask() : null);
  const cidr = `${gateway}/${prefix ?? mask}`;
  return ipaddr.IPv4.isValidCIDR(cidr) ? `${String(ipaddr.IPv4.networkAddressFromCIDR(cidr))}/${prefix}` : cidr;
}

function servers(cell: string | undefined): string[] | undefined {
  return cell?.split(/[,;、\s]+/).filter(Boolean);
}
