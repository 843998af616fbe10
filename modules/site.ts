/** What serves all rooms of a site: every such device's module with its desired state, derived from the inventory. Pure. */
import { UserError, type Problem } from '../src/core/errors.ts';
import type { AnyModule } from '../src/core/module.ts';
import type { Site } from '../src/inventory/schema.ts';
import type { Whitelist } from '../src/whitelist/file.ts';
import { rulesOf } from '../src/whitelist/rules.ts';
import { whitelistRouter } from './whitelist-router/module.ts';

export interface SiteModule {
  /** As it is enrolled: `site-router`. */
  readonly host: string;
  readonly module: AnyModule;
  readonly desired: unknown;
}

/**
 * @param whitelist undefined: none was imported
 * @returns nothing where site.yaml has no such device
 * @throws UserError with everything that stands in the way
 */
export function siteModules({ router }: Site, whitelist: Whitelist | undefined): readonly SiteModule[] {
  if (router === undefined) return [];
  if (whitelist === undefined) throw new UserError([noWhitelist]);
  const { http, https, addresses, inspect } = rulesOf(whitelist);
  if (inspect.length > 0) throw new UserError(inspect.map(cannotInspect));
  const { lan, wan, upstream, management, dhcp, privateNetworks, services } = router;
  const box = { lan, wan, upstream, management, dhcp, privateNetworks, services };
  const result = whitelistRouter.desired.safeParse({ ...box, rules: { http, https, addresses } });
  if (!result.success)
    throw new UserError(result.error.issues.map(({ path, message }) => refused(path.map(String), message)));
  return [{ host: 'site-router', module: whitelistRouter, desired: result.data }];
}

const noWhitelist: Problem = {
  where: 'inventories/whitelist.yaml',
  expected: { zh: '已导入的白名单', en: 'a whitelist that was imported' },
  got: 'ENOENT',
  fix: { zh: '先运行 examsite whitelist import 文件', en: 'run examsite whitelist import FILE first' },
  code: 'WHL001',
};

export const cannotInspect = (host: string): Problem => ({
  where: `inventories/whitelist.yaml ${host}`,
  expected: { zh: '不带 inspect 的条目', en: 'an entry without inspect' },
  got: 'inspect: true',
  fix: { zh: '路由器目前不能打开 TLS：去掉 inspect', en: 'the router does not open TLS yet: remove inspect' },
  code: 'SITE001',
});

const refused = (path: readonly string[], message: string): Problem => ({
  where: `inventories/site.yaml router.${path.join('.')}`,
  expected: { zh: '路由器模块认可的值', en: 'what the router module accepts' },
  got: message,
  fix: { zh: '请更正 site.yaml 或白名单', en: 'correct site.yaml or the whitelist' },
  code: 'SITE002',
});
