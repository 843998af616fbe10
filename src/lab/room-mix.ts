/** What the PCs of a room are when nobody has touched them yet: a mix with weights, dealt out by the name of the seat. */
import { createHash } from 'node:crypto';
import type { Preinstalled } from './packages/preinstall.ts';
import type { HardwareModel } from './pc/hardware.ts';
import type { OsName } from './pc/images/stock.ts';
import type { Hardware } from './pc/machine.ts';

export interface PcKind {
  /** Share of the room, relative to the other kinds. */
  readonly weight: number;
  readonly os: OsName;
  readonly hardware: HardwareModel;
  /** Departures from the hardware model. */
  readonly changes?: Partial<Hardware>;
  /** A restore card that restores at every n-th start only. @default 1 */
  readonly restoreEvery?: number;
  readonly software?: readonly Preinstalled[];
}
export type RoomMix = readonly PcKind[];

const chrome = (version: string, how: 'exe' | 'msi' = 'exe'): Preinstalled => ({ product: 'chrome', version, how });

/** Windows 7 brings none of its own; a school's image has one. */
const wubi: Preinstalled = { product: 'freewb', version: '7.13' };

/** As one finds a school's room: two generations of PCs, Chromes that have updated themselves, some PCs with leftovers of a course. */
export const usualMix: RoomMix = [
  { weight: 8, os: 'win10', hardware: 'desktop2019' },
  { weight: 6, os: 'win10', hardware: 'desktop2019', software: [chrome('120.0.6099.71')] },
  { weight: 3, os: 'win10', hardware: 'desktop2015', software: [chrome('96.0.4664.45', 'msi')] },
  {
    weight: 2,
    os: 'win10',
    hardware: 'desktop2019',
    software: [chrome('131.0.6778.86'), { product: 'python', version: '3.7.9', packages: { requests: '2.25.1' } }],
  },
  // 109 is the last Chrome for Windows 7.
  { weight: 3, os: 'win7', hardware: 'desktop2012', software: [chrome('109.0.5414.120'), wubi] },
  { weight: 2, os: 'win7', hardware: 'desktop2015', software: [wubi] },
];

/** Every PC alike, with nothing but Windows on it. */
export const clean = (os: OsName, hardware: HardwareModel = 'desktop2019'): RoomMix => [{ weight: 1, os, hardware }];

/** The same seed and name give the same kind, whatever the rest of the room is. */
export function kindFor(mix: RoomMix, seed: string, name: string): PcKind {
  const total = mix.reduce((sum, { weight }) => sum + weight, 0);
  const hash = createHash('sha256').update(`${seed} ${name}`).digest();
  let at = (hash.readUInt32BE(0) / 2 ** 32) * total;
  const found = mix.find(({ weight }) => (at -= weight) < 0) ?? mix.at(-1);
  if (!found) throw new RangeError('expected a mix of at least one kind of PC');
  return found;
}
