/** What a router can be, and what each can enforce. A driver's module is its whole interface: read, plan, apply, undo. */
import type { Text } from '../../src/core/finding.ts';
import type { Host } from '../../src/core/host.ts';
import type { AnyModule } from '../../src/core/module.ts';
import type { Platform } from '../../src/core/primitives.ts';
import type { Capability, RouterDriver } from '../../src/inventory/router.ts';
import type { Allowed } from '../../src/whitelist/file.ts';
import { rulesOf, siteRule } from '../../src/whitelist/rules.ts';
import { refused, type Refusal } from './linux/refused.ts';
import { whitelistRouter } from './module.ts';
import { openwrtRouter } from './openwrt/module.ts';
import { refused as refusedByOpenWrt } from './openwrt/refused.ts';
import { routerOsRouter } from './routeros/module.ts';
import { refused as refusedByRouterOs } from './routeros/refused.ts';

export interface Driver {
  readonly name: Text;
  /** Absent: nothing here works on it; the rules are typed in by a person, and the seats prove them. */
  readonly works?: { readonly module: AnyModule; readonly platform: Platform };
  readonly capabilities: ReadonlySet<Capability>;
  /** What PCs have asked for and not got; where it is `loggedBySeat`. */
  readonly refused?: (host: Host) => Promise<readonly Refusal[]>;
}

const withoutKeys: readonly Capability[] = [
  ...(['nameHttp', 'nameHttps', 'pathHttp', 'sameAddress', 'loggedBySeat', 'rollback'] as const),
];

export const drivers: Readonly<Record<RouterDriver, Driver>> = {
  linux: {
    name: { zh: 'Linux（Debian/Ubuntu）', en: 'Linux (Debian, Ubuntu)' },
    works: { module: whitelistRouter, platform: 'linux' },
    capabilities: new Set([...withoutKeys, 'pathHttps', 'inspection']),
    refused,
  },
  openwrt: {
    name: { zh: 'OpenWrt', en: 'OpenWrt' },
    works: { module: openwrtRouter, platform: 'openwrt' },
    // The same proxy; nobody has tried yet to keep keys on such a device.
    capabilities: new Set(withoutKeys),
    refused: refusedByOpenWrt,
  },
  routeros: {
    name: { zh: 'MikroTik RouterOS 7', en: 'MikroTik RouterOS 7' },
    works: { module: routerOsRouter, platform: 'routeros' },
    // By the addresses that it has looked up for a name: what else is at such an address passes too.
    capabilities: new Set(['nameHttp', 'nameHttps', 'loggedBySeat', 'rollback']),
    refused: refusedByRouterOs,
  },
  'by-hand': { name: { zh: '人工设置', en: 'by hand' }, capabilities: new Set() },
};

export const capabilityTexts: Readonly<Record<Capability, Text>> = {
  nameHttp: { zh: '按名称放行 HTTP', en: 'lets listed names through over HTTP' },
  nameHttps: { zh: '按名称放行 HTTPS', en: 'lets listed names through over HTTPS' },
  pathHttp: { zh: '按路径放行 HTTP', en: 'lets through only the listed path of a site over HTTP' },
  pathHttps: {
    zh: '按路径放行 HTTPS（在打开的 TLS 内）',
    en: 'lets through only the listed path of a site over HTTPS, where its TLS is opened',
  },
  inspection: {
    zh: '打开 TLS，只放行与 SNI 相同的 Host',
    en: 'opens the TLS of a listed site, so that no other site hides behind its name',
  },
  sameAddress: { zh: '拒绝同一地址上的其他网站', en: "refuses another site at a listed site's address" },
  loggedBySeat: { zh: '按座位记录被拒绝的访问', en: 'says by seat what was refused' },
  rollback: { zh: '控制机连不上时自动恢复', en: 'takes a change back that shuts the controller out' },
};

/** What the entries of a whitelist ask of a driver, beyond what it can: by capability, the entries. Pure. */
export function lacks(
  { capabilities }: Pick<Driver, 'capabilities'>,
  allowed: readonly Allowed[],
): ReadonlyMap<Capability, readonly string[]> {
  const needs = allowed.flatMap((one) => neededBy(one).map((capability) => ({ capability, entry: one.text })));
  const beyond = needs.filter(({ capability }) => !capabilities.has(capability));
  const byCapability = Map.groupBy(beyond, ({ capability }) => capability);
  return new Map([...byCapability].map(([capability, some]) => [capability, some.map(({ entry }) => entry)]));
}

function neededBy(entry: Allowed): Capability[] {
  const { http, https, inspect } = rulesOf({ allowed: [entry] });
  const named: (Capability | false)[] = [
    http.length > 0 && 'nameHttp',
    https.length + inspect.length > 0 && 'nameHttps',
    http.some((rule) => siteRule(rule).path !== '/') && 'pathHttp',
    // A path within TLS that nobody opens is looked at by nobody: docs/guide/router.md says so, and so does whitelist import.
    inspect.some((rule) => siteRule(rule).path !== '/') && 'pathHttps',
    inspect.length > 0 && 'inspection',
    http.length + https.length + inspect.length > 0 && 'sameAddress',
  ];
  return named.filter((one) => one !== false);
}
