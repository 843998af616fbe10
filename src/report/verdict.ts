/** GO or not, and why. */
import { isOk, type Text } from '../core/finding.ts';
import type { RoomCheck, SeatCheck, SeatFinding } from './result.ts';

export interface RoomVerdict {
  readonly word: 'GO' | 'NO-GO' | 'UNKNOWN';
  /** 0 GO, 1 NO-GO, 2 nothing could be looked at. */
  readonly exitCode: 0 | 1 | 2;
  /** Names of the PCs that keep the room from GO, in the inventory's order. */
  readonly seats: readonly string[];
  readonly reasons: readonly Text[];
}

/** Colour and word of one seat on the map; the worst of its findings. */
export type SeatState = 'ok' | 'drifted' | 'failed' | 'unknown';

export function seatState(seat: SeatCheck): SeatState {
  if (seat.unreachable !== undefined) return 'unknown';
  const verdicts = new Set(seat.findings.map(({ finding }) => finding.verdict));
  return (['failed', 'drifted', 'unknown'] as const).find((state) => verdicts.has(state)) ?? 'ok';
}

/** What is wrong with a seat, in the modules' order. */
export const wrongOf = (seat: SeatCheck): readonly SeatFinding[] =>
  seat.findings.filter(({ finding }) => !isOk(finding));

/** Unknown fails the room: a PC that nobody saw is not a PC that is ready. Spares must be as ready as seats (S6). */
export function verdict(check: RoomCheck): RoomVerdict {
  const wrongSeats = check.seats.filter((seat) => seatState(seat) !== 'ok');
  const wrongRoom = check.roomFindings.filter((finding) => !isOk(finding));
  const seats = wrongSeats.map(({ name }) => name);
  if (check.seats.every(({ unreachable }) => unreachable !== undefined)) {
    return { word: 'UNKNOWN', exitCode: 2, seats, reasons: [noneSeen] };
  }
  if (wrongSeats.length + wrongRoom.length === 0)
    return { word: 'GO', exitCode: 0, seats: [], reasons: [allWell(check)] };
  return {
    word: 'NO-GO',
    exitCode: 1,
    seats,
    reasons: [...wrongRoom.map(({ sentence }) => sentence), ...counted(wrongSeats)],
  };
}

const noneSeen: Text = { zh: '一台电脑都连接不上', en: 'not one PC could be reached' };

function allWell({ seats }: RoomCheck): Text {
  const spares = seats.filter(({ kind }) => kind === 'spare').length;
  const places = seats.length - spares;
  return {
    zh: `${places} 个考位和 ${spares} 台备用机全部符合要求`,
    en: `${places} seats and ${spares} spares are as required`,
  };
}

const words: Record<Exclude<SeatState, 'ok'>, Text> = {
  failed: { zh: '台不符合要求，须人工处理', en: 'not as required, and beyond repair by program' },
  drifted: { zh: '台有偏差，examsite up 可以修复', en: 'drifted; examsite up repairs that' },
  unknown: { zh: '台情况不明', en: 'unknown' },
};

function counted(seats: readonly SeatCheck[]): Text[] {
  return (['failed', 'drifted', 'unknown'] as const).flatMap((state) => {
    const names = seats.filter((seat) => seatState(seat) === state).map(({ name }) => name);
    if (names.length === 0) return [];
    const list = names.length > 6 ? `${names.slice(0, 6).join(', ')} …` : names.join(', ');
    return [{ zh: `${names.length} ${words[state].zh}：${list}`, en: `${names.length} ${words[state].en}: ${list}` }];
  });
}
