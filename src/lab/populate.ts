/** From a room's inventory to its PCs, as the school would hand them over. */
import type { CardOptions } from './pc/card.ts';
import { installCardSoftware } from './pc/card-software.ts';
import type { Contents } from './pc/contents.ts';
import { type Built, buildMachine } from './pc/create.ts';
import type { CardKind } from './pc/machine.ts';
import { preinstall } from './packages/preinstall.ts';
import { resolveSecret } from '../core/secrets.ts';
import { type Room, type Seat, seatsOf, type Site } from '../inventory/schema.ts';
import { Lan } from './lan.ts';
import { kindFor, type RoomMix } from './room-mix.ts';
import { software } from './software.ts';

export interface RoomPlan {
  readonly room: Room;
  readonly site: Site;
  /** OpenSSH public key of the controller. */
  readonly authorizedKey: string;
  readonly seed: string;
  readonly mix: RoomMix;
  readonly latency: number;
  /** The depot's uplink, Mbit/s; a lab that was made before there was one has none. */
  readonly depotMbps?: number;
}

/** The network as it is when the lab is made: what an inventory says later does not move a router. */
export function lanOf({ room, site, depotMbps, latency }: Omit<RoomPlan, 'authorizedKey' | 'seed' | 'mix'>): Lan {
  const { subnet, gateway, dns } = room.network;
  const depot = new URL(site.depot).hostname;
  return new Lan({
    subnet,
    gateway,
    dns,
    reserved: [...seatsOf(room).map((seat) => seat.entry.address), depot],
    names: { 'www.msftconnecttest.com': [gateway] },
    ...(depotMbps !== undefined && { depotMbps }),
    pace: latency,
  });
}

const cardKinds: Readonly<Record<Seat['restoreCard']['driver'], CardKind>> = {
  none: 'none',
  'deep-freeze': 'deep-freeze',
  uwf: 'uwf',
  'by-hand': 'hardware',
};

/** A school knows which card it bought, so the inventory decides; how it stands at handover is: protecting. */
async function cardOf(seat: Seat, restoreEvery = 1): Promise<CardOptions> {
  const { driver, password } = seat.restoreCard;
  return {
    kind: cardKinds[driver],
    frozen: driver !== 'none',
    restoreEvery,
    ...(password && { password: await resolveSecret(password) }),
  };
}

/** One PC, new. */
export async function populateSeat(plan: RoomPlan, seat: Seat, lan: Lan, contents: Contents): Promise<Built> {
  const { os, hardware, changes, restoreEvery, software: installed = [] } = kindFor(plan.mix, plan.seed, seat.name);
  const card = await cardOf(seat, restoreEvery);
  const built = buildMachine({
    name: seat.name,
    computer: seat.entry.computer,
    mac: seat.entry.mac,
    // UWF comes with Windows 10 Enterprise and Education only.
    os: card.kind === 'uwf' ? 'win10' : os,
    hardware,
    ...(changes && { changes }),
    card: { ...card, frozen: false },
    lan,
    contents,
    software,
    latency: plan.latency,
    authorizedKey: plan.authorizedKey,
  });
  const { pc } = built;
  pc.journal.act('machine', () => {
    installCardSoftware(pc, pc.card);
    for (const what of installed) preinstall(pc, what);
    pc.services.boot();
    pc.card.seal(card.frozen ?? false);
  });
  return built;
}
