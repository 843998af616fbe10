/** GO or not, and why. */
import { isOk, type Finding, type Text, type Verdict } from '../core/finding.ts';
import { knownOf, knownOfRoom } from './coverage.ts';
import type { RoomCheck, SeatCheck, SeatFinding } from './result.ts';
import { showNames } from './show.ts';

export interface RoomVerdict {
  readonly word: 'GO' | 'NO-GO' | 'UNKNOWN';
  /** 0 GO, 1 NO-GO, 2 nothing could be looked at. */
  readonly exitCode: 0 | 1 | 2;
  /** Names of the PCs that keep the room from GO, in the inventory's order. */
  readonly seats: readonly string[];
  readonly reasons: readonly Text[];
}

/** Colour and word of one seat on the map. */
export type SeatState = Verdict;

/** From what a person must see first to what needs nobody: somebody has to walk, a command repairs it, nobody knows. */
export const states = ['failed', 'drifted', 'unknown', 'ok'] as const satisfies readonly SeatState[];

/** What is worst in a list, by who has to act; nothing at all is nothing seen. */
export function stateOf(verdicts: readonly Verdict[]): SeatState {
  return states.find((state) => verdicts.includes(state)) ?? 'unknown';
}

export const seatState = (seat: SeatCheck): SeatState => stateOf(knownOf(seat).map(({ finding }) => finding.verdict));

/** What is wrong with a seat, in the modules' order. */
export const wrongOf = (seat: SeatCheck): readonly SeatFinding[] =>
  knownOf(seat).filter(({ finding }) => !isOk(finding));

/** What is wrong with the room itself (S2–S6). */
export const wrongOfRoom = (check: RoomCheck): readonly Finding[] =>
  knownOfRoom(check).filter((finding) => !isOk(finding));

/** Unknown fails the room: a PC that nobody saw is not a PC that is ready. Spares must be as ready as seats (S6). */
export function verdict(check: RoomCheck): RoomVerdict {
  const wrongSeats = check.seats.filter((seat) => seatState(seat) !== 'ok');
  const ofRoom = wrongOfRoom(check).map(({ sentence }) => sentence);
  const seats = wrongSeats.map(({ name }) => name);
  if (!check.seats.some(seen)) return { word: 'UNKNOWN', exitCode: 2, seats, reasons: [noneSeen, ...ofRoom] };
  if (wrongSeats.length + ofRoom.length === 0) {
    return { word: 'GO', exitCode: 0, seats: [], reasons: [allWell(check)] };
  }
  return { word: 'NO-GO', exitCode: 1, seats, reasons: [...ofRoom, ...counted(wrongSeats)] };
}

/** One property observed is enough: the machine answered. */
const seen = (seat: SeatCheck): boolean => seat.findings.some(({ finding }) => finding.verdict !== 'unknown');

const noneSeen: Text = { zh: '没有一台电脑能够查看', en: 'not one PC could be looked at' };

function allWell({ seats }: RoomCheck): Text {
  const spares = seats.filter(({ kind }) => kind === 'spare').length;
  const places = seats.length - spares;
  const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
  return {
    zh: `${places} 个考位和 ${spares} 台备用机所查各项均符合要求`,
    en: `all that was checked is as required: ${plural(places, 'seat')} and ${plural(spares, 'spare')}`,
  };
}

const words: Record<Exclude<SeatState, 'ok'>, Text> = {
  failed: { zh: '台不符合要求，须人工处理', en: 'not as required, and beyond repair by program' },
  drifted: { zh: '台有偏差，examsite up 可以修复', en: 'drifted; examsite up repairs that' },
  unknown: { zh: '台情况不明', en: 'unknown' },
};

function counted(seats: readonly SeatCheck[]): Text[] {
  return (['failed', 'drifted', 'unknown'] as const).flatMap((state) => {
    const some = seats.filter((seat) => seatState(seat) === state);
    const names = showNames(some);
    const [zh, en] = [words[state].zh, words[state].en];
    return some.length === 0 ? [] : [{ zh: `${some.length} ${zh}：${names}`, en: `${some.length} ${en}: ${names}` }];
  });
}
