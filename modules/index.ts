/** Every module there is. */
import type { AnyModule } from '../src/core/module.ts';
import { browser } from './browser/module.ts';
import { database } from './database/module.ts';
import { desktopTools } from './desktop-tools/module.ts';
import { hardware } from './hardware/module.ts';
import { pendingRestart } from './pending-restart/module.ts';
import { python } from './python/module.ts';
import { restoreCard } from './restore-card/module.ts';
import { staticIp } from './static-ip/module.ts';
import { whitelistRouter } from './whitelist-router/module.ts';

/** In the order in which a report shows them. */
const all: readonly AnyModule[] = [
  ...[hardware, restoreCard, staticIp, desktopTools, browser, python, database],
  ...[pendingRestart, whitelistRouter],
];

/** By Pulumi type token. */
export const modules: Readonly<Record<string, AnyModule>> = Object.fromEntries(
  all.map((module) => [module.token, module]),
);

/** @param name as in `static-ip` */
export const moduleByName = (name: string): AnyModule | undefined => all.find((module) => module.name === name);
