/** R7, R8: as on Linux, and OpenWrt's own pages are out of the proxy's way. Pure. */
import type { Finding } from '../../../src/core/finding.ts';
import { compared, lackingFinding, planFor } from '../linux/plan.ts';
import type { Desired } from '../schema.ts';
import { filesOf, openWrtSet, rivals, services } from './places.ts';
import type { Actual } from './schema.ts';
import { inTheWay } from './web.ts';

const packages: Readonly<Record<string, string>> = { nft: 'nftables', haproxy: 'haproxy', dnsmasq: 'dnsmasq' };
const box = { ruleSet: openWrtSet, filesOf, units: services, rivals };

export function plan(desired: Desired, actual: Actual): Finding[] {
  if (actual.missing.length > 0) return [lackingFinding(actual.missing, installLine(actual))];
  return [...planFor(box, desired, actual), pages(desired, actual)];
}

function installLine({ missing, manager }: Actual): string {
  const names = missing.map((name) => packages[name] ?? name).join(' ');
  return manager === 'apk' ? `apk update && apk add ${names}` : `opkg update && opkg install ${names}`;
}

function pages(desired: Desired, { web }: Actual): Finding {
  const found = inTheWay(desired, web).flatMap(({ at }) => at);
  return compared(
    { requirement: 'R8', property: 'uhttpd', expected: [], actual: found },
    { zh: '路由器自带网页让出的端口', en: "that the box's own pages leave the proxy's ports free" },
    undefined,
    found.length === 0,
  );
}
