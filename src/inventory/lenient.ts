/** A room read without refusing it: a value that does not parse counts as absent, so that the rest can still be compared. */
import { z } from 'zod';
import type { Text } from '../core/finding.ts';
import type { Path } from './fault.ts';
import { room, seat } from './schema.ts';

const lenient = <T extends z.ZodType>(schema: T) => schema.optional().catch(undefined);

const pcEntry = z
  .object({
    seat: lenient(seat.shape.seat),
    computer: lenient(seat.shape.computer),
    mac: lenient(seat.shape.mac),
    address: lenient(seat.shape.address),
    row: lenient(seat.shape.row),
    column: lenient(seat.shape.column),
    restoreCard: lenient(seat.shape.restoreCard),
  })
  .catch({});

const network = room.shape.network.shape;
const nothing = { network: { dns: [] }, seats: [], spares: [] };
const lenientRoom = z
  .object({
    room: lenient(room.shape.room),
    network: z
      .object({
        subnet: lenient(network.subnet),
        gateway: lenient(network.gateway),
        dns: z.array(lenient(z.ipv4())).catch([]),
      })
      .catch(nothing.network),
    candidates: lenient(room.shape.candidates),
    restoreCard: lenient(room.shape.restoreCard),
    seats: z.array(pcEntry).catch([]),
    spares: z.array(pcEntry).catch([]),
  })
  .catch(nothing);
export type LenientRoom = z.infer<typeof lenientRoom>;

/** One PC of a room: seat or spare. */
export interface Pc {
  readonly list: 'seats' | 'spares';
  readonly path: Path;
  /** `座位 07`, `spare 01`. */
  readonly label: Text;
  readonly entry: z.infer<typeof pcEntry>;
}

export const readLeniently = (draft: unknown): LenientRoom => lenientRoom.parse(draft);

/** Seats, then spares. */
export function pcsOf(draft: LenientRoom): Pc[] {
  const words = { seats: { zh: '座位', en: 'seat' }, spares: { zh: '备用机', en: 'spare' } };
  return (['seats', 'spares'] as const).flatMap((list) =>
    draft[list].map((entry, index) => {
      const number = entry.seat ?? `#${index + 1}`;
      return {
        list,
        path: [list, index],
        label: { zh: `${words[list].zh} ${number}`, en: `${words[list].en} ${number}` },
        entry,
      };
    }),
  );
}
