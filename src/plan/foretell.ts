/** How long `up` will take in a room if it begins now: per PC, and what holds the last one back. Pure. */
import { createHash } from 'node:crypto';
import { durationOf, durations } from '../../handbook/durations.ts';
import type { Text } from '../core/finding.ts';
import type { Work } from '../core/work.ts';
import { flow, phases, type Phase, type Spent, type Stage } from './fluid.ts';
import type { SeatWork } from './look.ts';

export interface PcForetold {
  readonly name: string;
  /** Why a PC is assumed on which nothing is installed; null: it was looked at. */
  readonly assumed: Text | null;
  /** To fetch. */
  readonly bytes: number;
  /** At most: the last one is left out where nothing that was installed asks for it. */
  readonly restarts: number;
  readonly seconds: number;
  readonly phases: Spent;
  /** Speed of its link, Mbit/s, assumed or seen. */
  readonly cardMbps: number;
  /** What is going to be wrong with its disk; null: nothing that can be foretold. */
  readonly warning: Text | null;
}

export interface RoomForetold {
  readonly pcs: readonly PcForetold[];
  readonly bytes: number;
  /** Until the last PC is done. */
  readonly seconds: number;
  /** Of the last PC. */
  readonly phases: Spent;
  /** The largest of its phases. */
  readonly bottleneck: Phase | null;
  readonly depotMbps: number;
}

/** What a PC has of which nothing is known. */
const usualMbps = 1000;
const GiB = 2 ** 30;

/** @param depotMbps of the depot's uplink, Mbit/s */
export function foretell(seats: readonly SeatWork[], depotMbps: number): RoomForetold {
  const cards = seats.map(({ nicMbps }) => nicMbps ?? usualMbps);
  const lines = seats.map(({ seat, works }, index) => ({
    card: bytesPerSec(cards[index] ?? usualMbps),
    disk: durations.disk.megabytesPerSec * 1e6,
    stages: stagesOf(seat.name, works),
  }));
  const spent = flow(lines, bytesPerSec(depotMbps));
  const pcs = seats.map((one, index) => pcOf(one, spent[index] ?? none, cards[index] ?? usualMbps));
  const last = pcs.reduce<PcForetold | undefined>(
    (a, b) => (a === undefined || b.seconds > a.seconds ? b : a),
    undefined,
  );
  const of = last?.phases ?? none;
  const largest = phases.reduce((a, b) => (of[b] > of[a] ? b : a));
  return {
    pcs,
    bytes: pcs.reduce((sum, { bytes }) => sum + bytes, 0),
    seconds: last?.seconds ?? 0,
    phases: of,
    bottleneck: of[largest] > 0 ? largest : null,
    depotMbps,
  };
}

const bytesPerSec = (mbps: number): number => (mbps * 1e6) / 8;
const none: Spent = { uplink: 0, card: 0, disk: 0, install: 0, restart: 0, look: 0 };
const bytesOf = (files: Work['files']): number => files.reduce((sum, { size }) => sum + size, 0);

function pcOf({ seat, assumed, works, ...there }: SeatWork, spent: Spent, cardMbps: number): PcForetold {
  const all = works.flat();
  const bytes = bytesOf(all.flatMap(({ files }) => files));
  const largest = Math.max(0, ...all.map(({ files }) => bytesOf(files)));
  return {
    name: seat.name,
    assumed: assumed ?? null,
    bytes,
    restarts: all.filter(({ what }) => what === 'restart').length,
    seconds: phases.reduce((sum, phase) => sum + spent[phase], 0),
    phases: spent,
    cardMbps,
    warning: warningOf(there, bytes / GiB, (bytes + largest) / GiB),
  };
}

/**
 * A program takes at least as much as its installer, and its installer lies beside it until it is installed.
 *
 * @param stays GiB that are used afterwards
 * @param most GiB that are used at once
 */
function warningOf(
  { freeDiskGiB: free, leastFreeGiB: least }: Pick<SeatWork, 'freeDiskGiB' | 'leastFreeGiB'>,
  stays: number,
  most: number,
): Text | null {
  if (free === null || stays === 0) return null;
  const [needed, left] = [most.toFixed(1), (free - stays).toFixed(1)];
  if (free < most) {
    return {
      zh: `磁盘剩余 ${free} GiB，至少需要 ${needed} GiB`,
      en: `${free} GiB are free on its disk, at least ${needed} are needed`,
    };
  }
  if (free - stays >= least) return null;
  return {
    zh: `布置后磁盘至多剩余 ${left} GiB，P3 要求 ${least} GiB`,
    en: `at most ${left} GiB will be free on its disk, P3 asks for ${least}`,
  };
}

function stagesOf(name: string, works: SeatWork['works']): Stage[] {
  return works.flatMap((some, module) => {
    const todo = some.flatMap(({ what, files }, index): Stage[] => [
      { bytes: bytesOf(files) },
      { phase: what === 'restart' ? 'restart' : 'install', seconds: secondsOf(what, `${name} ${module} ${index}`) },
    ]);
    return [...todo, { phase: 'look', seconds: secondsOf('look', `${name} ${module}`) }];
  });
}

/**
 * No two PCs take the same time, and a room whose PCs drift apart shares the uplink otherwise than one in step; so each stage of each PC is given
 * a place between quick and slow, by its name: the same room is foretold the same.
 */
function secondsOf(what: string, key: string): number {
  const [quick, slow] = durationOf(what).seconds;
  const place = createHash('sha256').update(key).digest().readUInt32BE(0) / 2 ** 32;
  return quick + (slow - quick) * place;
}
