/** `examsite check` on a terminal: the room as a map of characters, then every fault in one line. */
import pc from 'picocolors';
import { formatFinding } from '../core/errors.ts';
import type { Lang, Text } from '../core/finding.ts';
import { coverage } from './coverage.ts';
import { grouped } from './group.ts';
import type { RoomCheck, SeatCheck } from './result.ts';
import { label, showMoment, showNames } from './show.ts';
import { seatState, states, verdict, wrongOf, wrongOfRoom, type SeatState } from './verdict.ts';
import { front, signs, spares, stateWords } from './words.ts';

type Tones = Record<SeatState, (text: string) => string>;

export function toTerminal(check: RoomCheck, lang: Lang, colour: boolean): string {
  const paint = pc.createColors(colour);
  const tones: Tones = { ok: paint.green, drifted: paint.yellow, failed: paint.red, unknown: paint.magenta };
  const { word, reasons } = verdict(check);
  const head = word === 'GO' ? paint.bgGreen : word === 'NO-GO' ? paint.bgRed : paint.bgMagenta;
  const lines = [
    `${head(paint.bold(` ${word} `))} ${check.site} ${check.room}  ${showMoment(check.checkedAt).local}`,
    ...reasons.map((reason) => `  ${reason[lang]}`),
    '',
    ...map(check.seats, tones, lang),
    '',
    legend(check.seats, tones, lang),
    '',
    ...faults(check, lang),
    ...apart(check, lang).map(paint.dim),
  ];
  return lines.join('\n');
}

/** Seats where they stand, the front at the top; spares apart, because nobody sits there. */
function map(all: readonly SeatCheck[], tones: Tones, lang: Lang): string[] {
  const kinds = Map.groupBy(all, ({ kind }) => kind);
  const seats = kinds.get('seat') ?? [];
  const cell = (seat: SeatCheck | undefined): string => {
    if (seat === undefined) return ' '.repeat(5);
    const state = seatState(seat);
    return tones[state](`${label(seat).padStart(4)}${signs[state]}`);
  };
  const extra = (kinds.get('spare') ?? []).map(cell).join(' ');
  return [
    `  ${front[lang]}`,
    ...rowsOf(seats).map((row) => row.map(cell).join(' ').trimEnd()),
    ...(extra === '' ? [] : ['', `  ${spares[lang]}`, extra]),
  ];
}

function rowsOf(seats: readonly SeatCheck[]): (SeatCheck | undefined)[][] {
  const rows = Math.max(0, ...seats.map(({ row }) => row));
  const columns = Math.max(0, ...seats.map(({ column }) => column));
  const at = new Map(seats.map((seat) => [`${seat.row}/${seat.column}`, seat]));
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (_unused, column) => at.get(`${row + 1}/${column + 1}`)),
  );
}

function legend(seats: readonly SeatCheck[], tones: Tones, lang: Lang): string {
  const counts = states.map((state) => [state, seats.filter((seat) => seatState(seat) === state).length] as const);
  return `  ${counts.map(([state, count]) => tones[state](`${signs[state]} ${stateWords[state][lang]} ${count}`)).join('   ')}`;
}

/** One line a fault; the same fault on several PCs is one line that names them all. */
function faults(check: RoomCheck, lang: Lang): string[] {
  const reasons = Map.groupBy(check.seats, ({ unreachable }) => unreachable?.[lang]);
  const unreached = [...reasons].flatMap(([reason, seats]) =>
    reason === undefined ? [] : [`${showNames(seats)}: ${reason} [unknown]`],
  );
  const room = wrongOfRoom(check).map((finding) => formatFinding(check.room, 'inventory', finding, lang));
  const groups = grouped(check.seats.flatMap((seat) => wrongOf(seat).map((wrong) => ({ ...wrong, seat }))));
  const ofSeats = groups.map(({ module, finding, seats }) =>
    formatFinding(showNames(seats), module ?? '', finding, lang),
  );
  const lines = [...room, ...unreached, ...ofSeats];
  return lines.length === 0 ? [] : [...lines, ''];
}

function apart(check: RoomCheck, lang: Lang): string[] {
  const { byPerson, notCovered } = coverage(check);
  const lines: [ids: readonly string[], text: Text][] = [
    [byPerson, { zh: '须由人确认，不在结论之内', en: 'apart from this verdict, for a person to confirm' }],
    [notCovered, { zh: '尚未覆盖，不在结论之内', en: 'apart from this verdict, not covered yet' }],
  ];
  return lines
    .filter(([ids]) => ids.length > 0)
    .map(([ids, text]) => `${text[lang]} (${ids.length}): ${ids.join(' ')}`);
}
