/** An asset list, the options of the import and the room as it was before, put together into the draft of a room. */
import type { z } from 'zod';
import type { AssetList, DraftSeat } from './asset-list.ts';
import { disagreements, isIpv4, networkOf } from './asset-network.ts';
import type { DraftNetwork } from './asset-network.ts';
import { levelOf } from './cell.ts';
import { headingOf } from './columns.ts';
import type { Field } from './columns.ts';
import type { Fault, Path } from './fault.ts';
import { planFaults, roomFaults, sharedFaults } from './room-faults.ts';
import type { Level, restoreCard, Room, SeatEntry } from './schema.ts';

/** What an asset list seldom says about a room. A value that is given here wins over the list, and the list over the room before. */
export interface RoomOptions {
  readonly room: string;
  readonly level?: Level;
  readonly platform?: Room['platform'];
  /** Metres between neighbouring seats (S4). */
  readonly spacingMetres?: number;
  /** Proctors assigned to the room (S2). */
  readonly proctors?: number;
  /** Candidates registered for the room (S5). */
  readonly candidates?: number;
  readonly restoreCard?: z.infer<typeof restoreCard>;
  readonly network?: DraftNetwork;
}

export interface Draft {
  readonly value: unknown;
  /** Every fault of the room and of the list, with paths that `AssetList.place` understands. */
  readonly faults: readonly Fault[];
}

/** @param others the site's other rooms. */
export function draftRoom(
  list: AssetList,
  options: RoomOptions,
  before: Room | undefined,
  others: readonly unknown[],
): Draft {
  const network = networkOf(list.entries, { options: options.network ?? {}, before: before?.network ?? {} });
  const level = options.level ?? mostCommonLevel(list) ?? before?.level;
  const seats = (kind: 'seats' | 'spares') =>
    list.entries.filter((entry) => entry.list === kind).map(({ seat }) => merged(seat, before?.[kind], level));
  const { room, platform, spacingMetres, proctors, candidates, restoreCard } = options;
  const value = {
    ...before,
    ...given({ room, level, platform, network, spacingMetres, proctors, candidates, restoreCard }),
    ...{ seats: seats('seats'), spares: seats('spares') },
  };
  const missing = missingColumns(list, network, level);
  const faults = [...roomFaults(value), ...planFaults(value), ...sharedFaults(value, others)];
  const hidden = new Set(missing.flatMap((field) => keysFrom[field] ?? [field]));
  // Subnet and DNS server are derived from the gateway where nothing else gives them: what is wrong with it is not wrong three times.
  if (network.gateway && !isIpv4(network.gateway)) for (const key of ['subnet', 'dns']) hidden.add(key);
  return {
    value,
    faults: [
      ...list.faults,
      ...missing.map(columnFault),
      ...disagreements(list.entries),
      ...faults.filter(({ path }) => !hidden.has(String(path.at(-1)))),
    ],
  };
}

/** One fault for a column that is not there, not one for each key that would have come from it. */
const keysFrom: Partial<Record<Field, readonly string[]>> = { gateway: ['gateway', 'dns'], mask: ['subnet'] };

/** Without the keys whose value is undefined, so that they do not hide those of an object spread before. */
const given = <T extends object>(value: T) =>
  Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as Partial<T>;

/** The seat of the list, and what a person has added to it in the inventory since. A level is only written down where it is not the room's. */
function merged(seat: DraftSeat, before: readonly SeatEntry[] | undefined, level: Level | undefined): object {
  const same = before?.find((entry) => entry.seat === seat['seat']);
  const { level: own, ...rest } = seat;
  const { level: levelBefore, ...restBefore } = same ?? {};
  const result = own ?? levelBefore;
  return {
    ...restBefore,
    ...rest,
    ...(result !== undefined && (result !== level || levelBefore) ? { level: result } : {}),
  };
}

function mostCommonLevel({ entries }: AssetList): Level | undefined {
  const known = entries.flatMap(({ cells }) => levelOf(cells.level ?? '') ?? []);
  return [...Map.groupBy(known, (level) => level)].sort(([, a], [, b]) => b.length - a.length)[0]?.[0];
}

function missingColumns({ columns }: AssetList, network: DraftNetwork, level: Level | undefined): Field[] {
  const needed: Field[] = ['seat', 'computer', 'mac', 'address', 'row', 'column'];
  if (!network.gateway) needed.push('gateway');
  if (!network.subnet) needed.push('mask');
  if (!level) needed.push('level');
  return needed.filter((field) => !columns.has(field));
}

const flags: Readonly<Record<string, string>> = {
  ...{ level: '--level', spacingMetres: '--spacing', proctors: '--proctors', candidates: '--candidates' },
  ...{ restoreCard: '--restore-card', subnet: '--subnet', gateway: '--gateway', dns: '--dns' },
};

/** The option that gave the value at a path; undefined when it came from elsewhere. */
export function flagOf(path: Path, options: RoomOptions): string | undefined {
  const [top, second] = path.map(String);
  const inNetwork = top === 'network';
  const key = (inNetwork ? second : top) ?? '';
  const value: unknown = Reflect.get((inNetwork ? options.network : options) ?? {}, key);
  return value === undefined ? undefined : flags[key];
}

/** Columns that an option can stand in for. */
const instead: Partial<Record<Field, string>> = { gateway: '--gateway', mask: '--subnet', level: '--level' };

function columnFault(field: Field): Fault {
  const option = instead[field];
  return {
    path: [field],
    code: 'INV004',
    expected: { zh: `有「${headingOf(field)}」列`, en: `a column ${headingOf(field)}` },
    got: '""',
    fix: {
      zh: option ? `补上此列，或用 ${option} 给出` : '补上此列',
      en: option ? `add the column, or give ${option}` : 'add the column',
    },
  };
}
