/** `examsite check` on a terminal: the room as a map of characters, then every fault in one line. */
import pc from 'picocolors';
import { formatFinding } from '../core/errors.ts';
import type { Lang } from '../core/finding.ts';
import { coverage } from './coverage.ts';
import type { RoomCheck, SeatCheck } from './result.ts';
import { seatState, verdict, wrongOf, type SeatState } from './verdict.ts';

/** A sign as well as a colour: for a log file, and for whoever does not see the colour. */
const signs: Record<SeatState, string> = { ok: '✓', drifted: '~', failed: '✗', unknown: '?' };

export function toTerminal(check: RoomCheck, lang: Lang, colour: boolean): string {
  const paint = pc.createColors(colour);
  const tones: Record<SeatState, (text: string) => string> = {
    ok: paint.green,
    drifted: paint.yellow,
    failed: paint.red,
    unknown: paint.magenta,
  };
  const { word, reasons } = verdict(check);
  const head = word === 'GO' ? paint.bgGreen : word === 'NO-GO' ? paint.bgRed : paint.bgMagenta;
  const front = lang === 'zh' ? '（前）' : '(front)';
  return [
    `${head(paint.bold(` ${word} `))} ${check.site} ${check.room} ${check.checkedAt}`,
    ...reasons.map((reason) => `  ${reason[lang]}`),
    '',
    `  ${front}`,
    ...map(check.seats, (seat) => tones[seatState(seat)](`${label(seat)}${signs[seatState(seat)]}`)),
    '',
    ...faults(check, lang),
    uncovered(check, lang),
  ].join('\n');
}

const label = ({ kind, number }: SeatCheck): string => (kind === 'spare' ? `B${number}` : number).padStart(4);

function map(seats: readonly SeatCheck[], cell: (seat: SeatCheck) => string): string[] {
  const rows = Math.max(...seats.map(({ row }) => row));
  const columns = Math.max(...seats.map(({ column }) => column));
  const at = new Map(seats.map((seat) => [`${seat.row}/${seat.column}`, seat]));
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (_unused, column) => {
      const seat = at.get(`${row + 1}/${column + 1}`);
      return seat === undefined ? '     ' : cell(seat);
    })
      .join(' ')
      .trimEnd(),
  );
}

function faults(check: RoomCheck, lang: Lang): string[] {
  return check.seats.flatMap((seat) =>
    seat.unreachable === undefined
      ? wrongOf(seat).map(({ module, finding }) => formatFinding(seat.name, module, finding, lang))
      : [`${seat.name}: ${seat.unreachable[lang]} [unknown]`],
  );
}

function uncovered(check: RoomCheck, lang: Lang): string {
  const { byPerson, notCovered } = coverage(check);
  return lang === 'zh'
    ? `另有 ${byPerson.length} 项须由人确认：${byPerson.join(' ')}；${notCovered.length} 项尚未覆盖：${notCovered.join(' ')}`
    : `apart from this verdict: ${byPerson.length} requirements need a person (${byPerson.join(' ')}), ${notCovered.length} are not covered yet (${notCovered.join(' ')})`;
}
