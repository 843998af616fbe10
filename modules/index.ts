/** Every module there is. */
import type { AnyModule } from '../src/core/module.ts';
import { linuxBrowser } from './browser/linux.ts';
import { browser } from './browser/module.ts';
import { linuxDatabase } from './database/linux.ts';
import { database } from './database/module.ts';
import { desktopTools } from './desktop-tools/module.ts';
import { linuxExamCa } from './exam-ca/linux.ts';
import { examCa } from './exam-ca/module.ts';
import { examClient } from './exam-client/module.ts';
import { hardware } from './hardware/module.ts';
import { inputMethod } from './input-method/module.ts';
import { pendingRestart } from './pending-restart/module.ts';
import { linuxPython } from './python/linux.ts';
import { python } from './python/module.ts';
import { restoreCard } from './restore-card/module.ts';
import { staticIp } from './static-ip/module.ts';
import { whitelistProbe } from './whitelist-probe/module.ts';
import { whitelistRouter } from './whitelist-router/module.ts';
import { openwrtRouter } from './whitelist-router/openwrt/module.ts';
import { routerOsRouter } from './whitelist-router/routeros/module.ts';

/** In the order in which a report shows them. */
export const documented: readonly AnyModule[] = [
  ...[hardware, restoreCard, staticIp, inputMethod, examClient, examCa],
  ...[desktopTools, browser, python, database, pendingRestart, whitelistRouter],
];

/** The same, by name, on Linux PCs. */
export const onLinux: readonly AnyModule[] = [linuxBrowser, linuxPython, linuxDatabase, linuxExamCa];

/** The whitelist router's drivers for other devices: the same asked for, each with a README of its own. */
const otherRouters: readonly AnyModule[] = [openwrtRouter, routerOsRouter];

/** By Pulumi type token. */
export const modules: Readonly<Record<string, AnyModule>> = Object.fromEntries(
  [...documented, ...onLinux, ...otherRouters].map((module) => [module.token, module]),
);

/** Those that only look, and are no resource of a stack: what they find is put right elsewhere. */
export const lookers: readonly AnyModule[] = [whitelistProbe];

/** @param name as in `static-ip` */
export const moduleByName = (name: string): AnyModule | undefined =>
  [...documented, ...otherRouters, ...lookers].find((module) => module.name === name);
