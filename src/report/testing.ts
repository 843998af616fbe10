/** A made-up check of a room for tests: every requirement that the catalogue gives to a program is met, until a test changes something. */
import { requirements } from '../../handbook/handbook.ts';
import type { Finding } from '../core/finding.ts';
import type { Level } from '../inventory/schema.ts';
import { binds, speakersOf } from './coverage.ts';
import type { RoomCheck, SeatCheck, SeatFinding } from './result.ts';

export interface SampleOptions {
  readonly seats?: number;
  readonly spares?: number;
  readonly level?: Level;
}

export function sampleCheck({ seats = 40, spares = 4, level = 'L2' }: SampleOptions = {}): RoomCheck {
  const list = (kind: SeatCheck['kind'], count: number, from: number): SeatCheck[] =>
    Array.from({ length: count }, (_, index) => seatCheck(kind, index, from + index, level));
  return {
    site: '示例学院考点',
    room: '301',
    level,
    checkedAt: '2022-11-18T23:31:09.250Z',
    roomFindings: requirements.filter(({ proof }) => proof === 'inventory').map(({ id }) => met(id, 'inventory')),
    seats: [...list('seat', seats, 0), ...list('spare', spares, seats)],
  };
}

function seatCheck(kind: SeatCheck['kind'], index: number, place: number, level: Level): SeatCheck {
  const number = String(index + 1).padStart(2, '0');
  return {
    name: `r301-${kind === 'seat' ? 's' : 'spare'}${number}`,
    kind,
    number,
    computer: `JF301-${kind === 'seat' ? '' : 'B'}${number}`,
    address: `10.30.1.${101 + place}`,
    row: 1 + Math.floor(place / 8),
    column: 1 + (place % 8),
    level,
    checkedAt: `2022-11-18T23:31:${String(5 + (place % 4)).padStart(2, '0')}Z`,
    findings: requirements
      .filter((one) => binds(one, level))
      .flatMap((one) => speakersOf(one).map((module) => ({ module, finding: met(one.id, module) }))),
  };
}

export const met = (requirement: string, property: string): Finding => ({
  requirement,
  property,
  expected: 'asked',
  actual: 'asked',
  verdict: 'ok',
  sentence: { zh: `${requirement}实为所求`, en: `${requirement} is as asked` },
});

/** @param name of the seat whose finding about `requirement` is changed */
export const change = (check: RoomCheck, name: string, requirement: string, to: Partial<Finding>): RoomCheck =>
  changeSeat(check, name, (seat) => ({
    findings: seat.findings.map((one) =>
      one.finding.requirement === requirement ? { ...one, finding: { ...one.finding, ...to } } : one,
    ),
  }));

export const add = (check: RoomCheck, name: string, more: SeatFinding): RoomCheck =>
  changeSeat(check, name, ({ findings }) => ({ findings: [...findings, more] }));

export const unreach = (check: RoomCheck, name: string): RoomCheck =>
  changeSeat(check, name, () => ({ findings: [], unreachable: { zh: '连接不上', en: 'no answer' } }));

export function changeSeat(check: RoomCheck, name: string, to: (seat: SeatCheck) => Partial<SeatCheck>): RoomCheck {
  if (!check.seats.some((seat) => seat.name === name)) throw new Error(`no seat ${name}`);
  return { ...check, seats: check.seats.map((seat) => (seat.name === name ? { ...seat, ...to(seat) } : seat)) };
}
