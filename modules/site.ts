/** What serves all rooms of a site: every such device's module with its desired state, derived from the inventory. Pure. */
import { UserError, type Problem } from '../src/core/errors.ts';
import type { AnyModule } from '../src/core/module.ts';
import type { Inspection } from '../src/inspection/load.ts';
import type { Capability, Router } from '../src/inventory/router.ts';
import type { Site } from '../src/inventory/schema.ts';
import type { Whitelist } from '../src/whitelist/file.ts';
import { inspectedHosts, rulesOf } from '../src/whitelist/rules.ts';
import { capabilityTexts, drivers, lacks, type Driver } from './whitelist-router/drivers.ts';

export interface SiteModule {
  /** As it is enrolled: `site-router`. */
  readonly host: string;
  readonly module: AnyModule;
  readonly desired: unknown;
}

/**
 * @param whitelist undefined: none was imported
 * @param certified what the exam site's own CA has for these hosts; asked only where the router opens TLS
 * @returns nothing where site.yaml has no such device, or only one that is set by hand
 * @throws UserError with everything that stands in the way
 */
export function siteModules(
  { router }: Site,
  whitelist: Whitelist | undefined,
  certified: (hosts: readonly string[]) => Inspection,
): readonly SiteModule[] {
  const works = router === undefined ? undefined : drivers[router.driver].works;
  if (router === undefined || works === undefined) return [];
  if (whitelist === undefined) throw new UserError([noWhitelist]);
  const wider = [...lacks(drivers[router.driver], whitelist.allowed)].filter(([one]) => !router.accepts.includes(one));
  if (wider.length > 0) throw new UserError(wider.map(([one, entries]) => tooWide(router.driver, one, entries)));
  const { lan, wan, upstream, management, dhcp, privateNetworks, services } = router;
  const box = { lan, wan, upstream, management, dhcp, privateNetworks, services };
  const result = works.module.desired.safeParse({ ...box, ...enforced(drivers[router.driver], whitelist, certified) });
  if (!result.success)
    throw new UserError(result.error.issues.map(({ path, message }) => refused(path.map(String), message)));
  return [{ host: 'site-router', module: works.module, desired: result.data }];
}

/** Where it is accepted that the router opens no TLS, what would be inspected is passed on by name. */
function enforced(
  { capabilities }: Driver,
  whitelist: Whitelist,
  certified: (hosts: readonly string[]) => Inspection,
): object {
  const { http, https, inspect, addresses } = rulesOf(whitelist);
  if (inspect.length === 0) return { rules: { http, https, addresses } };
  if (!capabilities.has('inspection'))
    return { rules: { http, https: [...new Set([...https, ...inspect])].toSorted(), addresses } };
  const { leaves } = certified(inspectedHosts({ inspect }));
  return { rules: { http, https, inspect, addresses }, inspection: { leaves } };
}

const noWhitelist: Problem = {
  where: 'inventories/whitelist.yaml',
  expected: { zh: '已导入的白名单', en: 'a whitelist that was imported' },
  got: 'ENOENT',
  fix: { zh: '先运行 examsite whitelist import 文件', en: 'run examsite whitelist import FILE first' },
  code: 'WHL001',
};

/** A rule is never silently wider than its line. */
export const tooWide = (driver: Router['driver'], one: Capability, entries: readonly string[]): Problem => ({
  where: `inventories/whitelist.yaml ${entries.join(', ')}`,
  expected: {
    zh: `能做到“${capabilityTexts[one].zh}”（${one}）的路由器`,
    en: `a router that ${capabilityTexts[one].en} (${one})`,
  },
  got: `router.driver: ${driver}`,
  fix: {
    zh: `换用能做到的路由器，或在 site.yaml 中写明接受：router.accepts: [${one}]`,
    en: `put a router there that can, or say in site.yaml that this is accepted: router.accepts: [${one}]`,
  },
  code: 'SITE005',
});

const refused = (path: readonly string[], message: string): Problem => ({
  where: `inventories/site.yaml router.${path.join('.')}`,
  expected: { zh: '路由器模块认可的值', en: 'what the router module accepts' },
  got: message,
  fix: { zh: '请更正 site.yaml 或白名单', en: 'correct site.yaml or the whitelist' },
  code: 'SITE002',
});
