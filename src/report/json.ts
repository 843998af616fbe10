/** The same facts for a program. Keys are sorted and nothing but the times differs between two checks of an unchanged room. */
import { canonical } from '../core/canonical.ts';
import { coverage, knownOf, knownOfRoom } from './coverage.ts';
import type { RoomCheck } from './result.ts';
import { seatState, verdict } from './verdict.ts';

/** @returns JSON text, indented. */
export function toJson(check: RoomCheck): string {
  const { word, exitCode, reasons } = verdict(check);
  const whole = {
    ...check,
    roomFindings: knownOfRoom(check),
    seats: check.seats.map((seat) => ({ ...seat, findings: knownOf(seat), state: seatState(seat) })),
    verdict: word,
    exitCode,
    reasons,
    coverage: coverage(check),
  };
  return JSON.stringify(JSON.parse(canonical(whole)), undefined, 2);
}
