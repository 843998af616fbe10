/** What serves all rooms: stack `site` is `router:` of inventories/site.yaml with inventories/whitelist.yaml. */
import { siteModules } from '../modules/site.ts';
import { home } from '../src/core/home.ts';
import { loadInspection } from '../src/inspection/load.ts';
import { loadSite } from '../src/inventory/load.ts';
import { loadWhitelist } from '../src/whitelist/file.ts';
import { ModuleResource } from './components/module-resource.ts';

const site = loadSite(home());
const made = siteModules(site, loadWhitelist(home()), (hosts) => loadInspection(home(), hosts, new Date()));
for (const { host, module, desired } of made) new ModuleResource(module, host, desired, {});

export const devices = made.map(({ host }) => host);
