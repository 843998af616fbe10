/** What a seat consists of: every module's desired state, derived from the inventory and the handbook. Pure. */
import ipaddr from 'ipaddr.js';
import { productsOf, toolOf, versionOf } from '../handbook/handbook.ts';
import { linuxWheelLock } from '../handbook/linux.ts';
import { wheelLock } from '../handbook/wheels.ts';
import { UserError, type Problem } from '../src/core/errors.ts';
import type { AnyModule } from '../src/core/module.ts';
import { linux } from '../src/inventory/linux.ts';
import type { Level, Room, Seat, Site } from '../src/inventory/schema.ts';
import { anacondaHomes } from './anaconda.ts';
import { linuxBrowser } from './browser/linux.ts';
import { browser } from './browser/module.ts';
import { linuxDatabase, linuxDrivers } from './database/linux.ts';
import { database } from './database/module.ts';
import { serverIds } from './database/servers.ts';
import { desktopTools } from './desktop-tools/module.ts';
import { wantedOf } from './desktop-tools/schema.ts';
import { linuxExamCa } from './exam-ca/linux.ts';
import { examCa } from './exam-ca/module.ts';
import type { WantedCertificate } from './exam-ca/schema.ts';
import { examClient } from './exam-client/module.ts';
import { hardware } from './hardware/module.ts';
import { inputMethod } from './input-method/module.ts';
import { pendingRestart } from './pending-restart/module.ts';
import { python } from './python/module.ts';
import { linuxPython } from './python/linux.ts';
import { homes, interpreterOf, linuxHome } from './python/places.ts';
import { restoreCard } from './restore-card/module.ts';
import { staticIp } from './static-ip/module.ts';

export interface SeatModule {
  readonly module: AnyModule;
  /** Complete, defaults included, and valid for the module's schema. */
  readonly desired: unknown;
  /** Names of the modules that must be done before this one. */
  readonly after: readonly string[];
  /** `check` speaks of it, `up` has nothing to do: the inventory does not say yet what it would be. */
  readonly checkOnly?: true;
}

/** P14: Internet Explorer 9 or newer. */
const leastInternetExplorer = '9';
/** Where a level leaves the interpreter open (L3: Anaconda, any), its wheels are made for this one. */
const wheelsFor = '3.7.9';

/**
 * Hardware is only looked at, at any time. Everything else waits for the restore card to be open, and comes one after the other: the address
 * first, because it may cut a session, then the installers, because Windows Installer serves one at a time, and last the one restart that
 * serves them all. Input methods and the exam system are seen to beside the installers, for they may wait for a person, and nothing else must.
 *
 * @param certificates what PCs have to trust besides (exam-ca/wanted.ts)
 * @throws UserError with everything that the modules' schemas refuse.
 */
export function seatModules(
  site: Site,
  room: Room,
  seat: Seat,
  certificates: readonly WantedCertificate[],
): readonly SeatModule[] {
  if (room.platform === 'linux') return parsed(seat, linuxModules(site, room, seat, certificates));
  const installers: readonly [AnyModule, unknown][] = [
    [desktopTools, desktopToolsOf(site, seat.level)],
    [browser, browserOf(site, seat.level)],
    [python, pythonOf(site, seat.level)],
    ...databaseOf(site, seat),
  ];
  const changes: readonly [AnyModule, unknown][] = [
    [restoreCard, seat.restoreCard],
    [staticIp, staticIpOf(room, seat.entry)],
    ...installers,
    [pendingRestart, { installers: [inputMethod.name, ...installers.map(nameOf)] }],
  ];
  const [card, address, ...rest] = changes.map(([module, desired], index): SeatModule => {
    return { module, desired, after: changes.slice(index - 1, index).map(nameOf) };
  });
  const first = [card, address].filter((one) => one !== undefined);
  const looked: SeatModule = { module: hardware, desired: { mac: seat.entry.mac }, after: [] };
  return parsed(seat, [looked, ...first, ...besideOf(site, certificates), ...rest]);
}

/** What makes sense on Linux: no restore card, no desktop tools, input methods or firewall rules of Windows, and no restart at the end. */
function linuxModules(
  site: Site,
  room: Room,
  { entry, level }: Seat,
  certificates: readonly WantedCertificate[],
): SeatModule[] {
  const { browser: web, python: base, databases } = site.linux ?? linux.parse({});
  const packages = linuxWheelLock(level);
  const driver = versionOf(level, 'chromedriver', site.tools) === undefined ? null : web.driver;
  const database = {
    ...{ level, ...databases, interpreter: interpreterOf(linuxHome), address: entry.address },
    drivers: linuxDrivers(level, packages),
    ...(site.databases.password === undefined ? {} : { password: site.databases.password }),
  };
  const hasDatabases = serverIds.some((id) => versionOf(level, id, site.tools) !== undefined);
  const databasesIf: readonly [AnyModule, unknown][] = hasDatabases ? [[linuxDatabase, database]] : [];
  const changes: readonly [AnyModule, unknown][] = [
    [staticIp, staticIpOf(room, entry)],
    [linuxBrowser, { level, program: web.program, driver, packages: web.packages, accepted: web.accepted }],
    [linuxPython, { level, base, packages }],
    ...databasesIf,
  ];
  return [
    { module: hardware, desired: { mac: entry.mac, platform: 'linux' }, after: [] },
    ...changes.map(([module, desired], index): SeatModule => {
      return { module, desired, after: changes.slice(Math.max(index - 1, 0), index).map(nameOf) };
    }),
    trusting(linuxExamCa, certificates, { program: web.program }, linuxBrowser.name),
  ];
}

/** What nothing depends on. */
function besideOf(
  { ssh, inputMethods, examClient: said }: Site,
  certificates: readonly WantedCertificate[],
): SeatModule[] {
  const nothing = { programs: [], ports: [], antivirus: [] };
  const after = [staticIp.name];
  return [
    { module: inputMethod, desired: { ...inputMethods, except: [ssh.user] }, after },
    { module: examClient, desired: said ?? nothing, after, ...(said === undefined ? { checkOnly: true } : {}) },
    trusting(examCa, certificates, {}, staticIp.name),
  ];
}

/** Where nothing is inspected, `check` looks for what a former cycle has left, and there is no resource: `up` takes off the former one. */
function trusting(
  module: AnyModule,
  certificates: readonly WantedCertificate[],
  more: object,
  after: string,
): SeatModule {
  const none = certificates.length === 0;
  return { module, desired: { certificates, ...more }, after: [after], ...(none ? { checkOnly: true } : {}) };
}

const nameOf = ([module]: readonly [AnyModule, unknown]): string => module.name;

function staticIpOf({ network }: Room, entry: Seat['entry']): unknown {
  const [, prefix] = ipaddr.parseCIDR(network.subnet);
  return { mac: entry.mac, address: entry.address, prefix, gateway: network.gateway, dns: network.dns };
}

function desktopToolsOf({ tools }: Site, level: Level): unknown {
  const versions = productsOf([level], tools);
  return { level, tools: Object.fromEntries(wantedOf(level).map(({ product }) => [product, versions[product]?.[0]])) };
}

function browserOf({ tools }: Site, level: Level): unknown {
  const chrome = versionOf(level, 'chrome', tools);
  const chromedriver = versionOf(level, 'chromedriver', tools) ?? null;
  return { level, chrome, chromedriver, autoUpdate: false, internetExplorer: leastInternetExplorer };
}

function pythonOf({ tools }: Site, level: Level): unknown {
  const anaconda = toolOf(level, 'python')?.product === 'anaconda';
  const version = anaconda ? wheelsFor : versionOf(level, 'python', tools);
  return { level, distribution: anaconda ? 'anaconda' : 'python.org', version, packages: wheelLock(level) };
}

/** Where the exam's Python of a level may be. */
function interpretersOf(level: Level): string[] {
  const folders = toolOf(level, 'python')?.product === 'anaconda' ? anacondaHomes : homes;
  return folders.map(interpreterOf);
}

/** A level without databases is not looked at for any: what a level before it had is taken off with its resource. */
function databaseOf({ tools, databases }: Site, { level, entry }: Seat): [AnyModule, unknown][] {
  const versions = serverIds.flatMap((id) => {
    const version = versionOf(level, id, tools);
    return version === undefined ? [] : [[id, version] as const];
  });
  if (versions.length === 0) return [];
  const { password } = databases;
  const desired = {
    ...{ level, servers: Object.fromEntries(versions), interpreters: interpretersOf(level), address: entry.address },
    ...(password === undefined ? {} : { password }),
  };
  return [[database, desired]];
}

function parsed(seat: Seat, wanted: readonly SeatModule[]): SeatModule[] {
  const problems: Problem[] = [];
  const complete = wanted.map((one) => {
    const result = one.module.desired.safeParse(one.desired);
    for (const issue of result.error?.issues ?? []) {
      const where = [`${seat.name} ${one.module.name}`, ...issue.path.map(String)].join('.');
      problems.push(refused(where, issue.message));
    }
    return { ...one, desired: result.data };
  });
  if (problems.length > 0) throw new UserError(problems);
  return complete;
}

const refused = (where: string, message: string): Problem => ({
  where,
  expected: { zh: '模块认可的值', en: 'what the module accepts' },
  got: message,
  fix: { zh: '请更正该房间的清单', en: "correct the room's inventory" },
  code: 'SEAT001',
});
