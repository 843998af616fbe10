/** What a site consists of before its first command: an inventory, a filled depot, and a room with nobody in it. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { productsOf } from '../handbook/handbook.ts';
import { wheelLock } from '../handbook/wheels.ts';
import { addConfirmations, pcsOf } from '../src/confirmations/file.ts';
import type { Home } from '../src/core/home.ts';
import { ensurePrivate } from '../src/core/private.ts';
import { lockFile } from '../src/depot/hosts.ts';
import { writeLock } from '../src/depot/read.ts';
import { serveDepot, type DepotServer } from '../src/depot/serve.ts';
import { dial } from '../src/hosts/dial.ts';
import { ensureIdentity } from '../src/hosts/identity.ts';
import { roomFile, siteFile } from '../src/inventory/load.ts';
import {
  levels,
  room as roomSchema,
  seatsOf,
  site as siteSchema,
  type Room,
  type Site,
} from '../src/inventory/schema.ts';
import { roomText, siteText } from '../src/inventory/write.ts';
import { freePort } from '../src/lab/free-port.ts';
import { Lab } from '../src/lab/lab.ts';
import { buildDepot } from '../src/lab/packages/build.ts';
import { simulated } from '../src/lab/packages/makers.ts';
import { clean, type RoomMix } from '../src/lab/room-mix.ts';
import { sampleRoom } from '../src/lab/sample-room.ts';

export interface SiteOptions {
  /** Three octets of the room's subnet. Test files run side by side: each has its own. */
  readonly net: string;
  readonly seats: number;
  /** @default what S6 asks for */
  readonly spares?: number;
  /** @default every PC a clean Windows 10 */
  readonly mix?: RoomMix;
  /** Which PC is which of the mix. */
  readonly seed?: string;
  /** See Latency. @default 0 */
  readonly latency?: number;
  /** What a person writes into the inventory beyond the plain room. */
  readonly room?: (plain: Room) => Room;
  /** The same of the site. */
  readonly site?: Partial<Site>;
  /** Secrets that the inventory refers to. */
  readonly env?: Readonly<Record<string, string>>;
}

export const room = '301';
/** In the room's subnet; no PC has it, and DHCP does not hand it out. */
const depotHost = 250;

export async function writeInventory(home: Home, options: SiteOptions): Promise<{ inventory: Room; site: Site }> {
  const { net, seats, spares = Math.ceil(seats / 10), room: adorn = (plain: Room): Room => plain } = options;
  const sample = sampleRoom(seats, { net, spares });
  const inventory = roomSchema.parse(adorn({ ...sample.room, proctors: 2, spacingMetres: 1.2 }));
  const site = siteSchema.parse({
    ...sample.site,
    staff: 5,
    ...options.site,
    ssh: { network: 'lab', port: await freePort(`${net}.1`) },
    depot: `http://${net}.${depotHost}:${await freePort(`${net}.${depotHost}`)}/`,
  });
  await ensurePrivate(home.inventories);
  await saveRoom(home, inventory);
  await saveSite(home, site);
  await confirmAll(home, inventory);
  return { inventory, site };
}

/** P9, P10, P12: what a person would have to look at. */
async function confirmAll(home: Home, inventory: Room): Promise<void> {
  const pcs = pcsOf(seatsOf(inventory));
  const said = { says: 'yes', by: 'a test', at: new Date().toISOString(), pcs } as const;
  await addConfirmations(
    home,
    room,
    ['P9', 'P10', 'P12'].map((requirement) => ({ requirement, ...said })),
  );
}

export const saveSite = (home: Home, site: Site): Promise<void> =>
  writeFile(siteFile(home.inventories), siteText(site, 'en'));

export const saveRoom = (home: Home, inventory: Room): Promise<void> =>
  writeFile(roomFile(home.inventories, room), roomText(inventory, 'en'));

/** What the levels of this room install, and nothing else. */
export async function openDepot(home: Home, inventory: Room, site: Site): Promise<DepotServer> {
  const asked = levels.filter((level) => seatsOf(inventory).some((seat) => seat.level === level));
  const lock = await buildDepot({
    dir: home.depot,
    products: simulated(productsOf(asked, site.tools)),
    wheels: Object.fromEntries(asked.map((level) => [level, wheelLock(level)] as const)),
  });
  await writeLock(lockFile(home), lock);
  const { hostname, port } = new URL(site.depot);
  return serveDepot({ dir: home.depot, lock, host: dial('lab', hostname), port: Number(port) });
}

export async function openLab(home: Home, inventory: Room, site: Site, options: SiteOptions): Promise<Lab> {
  const lab = await Lab.create({
    dir: path.join(home.lab, `room-${room}`),
    room: inventory,
    site,
    authorizedKey: ensureIdentity(home).publicKey,
    mix: options.mix ?? clean('win10'),
    seed: options.seed ?? '1',
    latency: options.latency ?? 0,
  });
  await lab.start({ port: site.ssh.port });
  return lab;
}
