/** What `--site` works on. */
import { siteModules, type SiteModule } from '../../modules/site.ts';
import { drivers, type Driver } from '../../modules/whitelist-router/drivers.ts';
import { UserError, type Problem } from '../core/errors.ts';
import type { Home } from '../core/home.ts';
import { loadInspection } from '../inspection/load.ts';
import type { Router } from '../inventory/router.ts';
import { loadSite } from '../inventory/load.ts';
import type { Site } from '../inventory/schema.ts';
import { loadWhitelist } from '../whitelist/file.ts';

/** @throws UserError where site.yaml describes nothing of the kind: nothing to look at is not "as required" */
export function devicesOf(home: Home): readonly SiteModule[] {
  const site = loadSite(home);
  workingDriver(routerOf(site));
  return siteModules(site, loadWhitelist(home), (hosts) => loadInspection(home, hosts, new Date()));
}

/** @throws UserError SITE004 */
export function routerOf({ router }: Site): Router {
  if (router !== undefined) return router;
  throw new UserError([
    {
      where: 'inventories/site.yaml',
      expected: { zh: '一台路由器（router:）', en: 'a router (router:)' },
      got: 'nothing',
      fix: {
        zh: '在 site.yaml 中描述路由器，见 docs/guide/router.md',
        en: 'describe it in site.yaml, see docs/guide/router.md',
      },
      code: 'SITE004',
    },
  ]);
}

/** @throws UserError SITE006 where the router is set by hand */
export function workingDriver({ driver }: Router): NonNullable<Driver['works']> {
  const { works } = drivers[driver];
  if (works !== undefined) return works;
  throw new UserError([
    {
      where: 'inventories/site.yaml router.driver',
      expected: { zh: 'examsite 能设置的路由器', en: 'a router that examsite can set' },
      got: driver,
      fix: {
        zh: '把 examsite whitelist rules 打印的规则手工输入路由器，再用 examsite leaktest 从座位验证',
        en: 'type what examsite whitelist rules prints into the router, then prove it from the seats: examsite leaktest',
      },
      code: 'SITE006',
    },
  ]);
}

/** @throws UserError SITE007 */
export function refusedBy({ driver }: Router): NonNullable<Driver['refused']> {
  const { refused } = drivers[driver];
  if (refused === undefined) throw new UserError([keepsNone(driver)]);
  return refused;
}

const keepsNone = (driver: string): Problem => ({
  where: 'inventories/site.yaml router.driver',
  expected: { zh: '按座位记录被拒绝访问的路由器', en: 'a router that says by seat what was refused' },
  got: driver,
  fix: { zh: '请在路由器自己的日志中查看', en: "look into the router's own log" },
  code: 'SITE007',
});
