/** What `--site` works on. */
import { siteModules, type SiteModule } from '../../modules/site.ts';
import { UserError } from '../core/errors.ts';
import type { Home } from '../core/home.ts';
import type { Router } from '../inventory/router.ts';
import { loadSite } from '../inventory/load.ts';
import type { Site } from '../inventory/schema.ts';
import { loadWhitelist } from '../whitelist/file.ts';

/** @throws UserError where site.yaml describes nothing of the kind: nothing to look at is not "as required" */
export function devicesOf(home: Home): readonly SiteModule[] {
  const site = loadSite(home);
  routerOf(site);
  return siteModules(site, loadWhitelist(home));
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
