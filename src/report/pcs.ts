/** One PC as the page shows it: on the map, in the list, and on a card of its own with everything that was found. */
import type { Lang } from '../core/finding.ts';
import { rows, type Row } from './blocks.ts';
import { knownOf } from './coverage.ts';
import { grouped } from './group.ts';
import type { SeatCheck } from './result.ts';
import { label, showMoment, type Moment } from './show.ts';
import { seatState, wrongOf, type SeatState } from './verdict.ts';
import { levelWords, signs, stateWords } from './words.ts';

export interface Pc extends Pick<SeatCheck, 'name' | 'kind' | 'computer' | 'address' | 'row' | 'column'> {
  readonly label: string;
  readonly level: string;
  readonly state: SeatState;
  readonly sign: string;
  readonly word: string;
  /** Why nothing could be seen; empty where something was. */
  readonly unreachable: string;
  /** Plain text, shown under the pointer. */
  readonly hint: string;
  /** Ids of the requirements that it does not meet, as many as fit a line, and how many more there are. */
  readonly lacks: readonly string[];
  readonly more: number;
  readonly checked: Moment;
  /** Everything that was found, what needs somebody first. */
  readonly rows: readonly Row[];
}

const ofALine = 3;

export function pcOf(seat: SeatCheck, lang: Lang): Pc {
  const { name, kind, computer, address, row, column } = seat;
  const state = seatState(seat);
  const unreachable = seat.unreachable?.[lang] ?? '';
  const known = grouped(knownOf(seat).map((one) => ({ ...one, seat })));
  const wrong = wrongOf(seat).map(({ finding }) => finding);
  const lacks = [...new Set(wrong.map(({ requirement }) => requirement))];
  const first = `${label(seat)} · ${name} · ${computer} · ${address} · ${stateWords[state][lang]}`;
  return {
    ...{ name, kind, computer, address, row, column, state, unreachable },
    label: label(seat),
    level: levelWords[seat.level][lang],
    sign: signs[state],
    word: stateWords[state][lang],
    hint: [first, unreachable, ...wrong.map(({ verdict, sentence }) => `${signs[verdict]} ${sentence[lang]}`)]
      .filter((line) => line !== '')
      .join('\n'),
    lacks: lacks.slice(0, ofALine),
    more: Math.max(0, lacks.length - ofALine),
    checked: showMoment(seat.checkedAt),
    rows: rows(known, [seat], seat.checkedAt, lang),
  };
}
