/** How values, times and lists of PCs are written for a reader. */
import { isRecord } from '../core/canonical.ts';
import type { Json, Lang } from '../core/finding.ts';
import type { SeatCheck } from './result.ts';

const words = {
  yes: { zh: '是', en: 'yes' },
  no: { zh: '否', en: 'no' },
  none: { zh: '无', en: 'none' },
  /** The two heights of a handbook value, as modules name them. */
  recommended: { zh: '建议', en: 'recommended' },
  minimum: { zh: '最低', en: 'minimum' },
  width: { zh: '宽', en: 'width' },
  height: { zh: '高', en: 'height' },
} as const;

export function showValue(value: Json, lang: Lang): string {
  if (value === null || value === '') return words.none[lang];
  if (typeof value === 'boolean') return words[value ? 'yes' : 'no'][lang];
  if (typeof value !== 'object') return String(value);
  if (isRecord(value)) {
    return Object.entries(value)
      .map(([key, inner]) => `${isWord(key) ? words[key][lang] : key} ${showValue(inner, lang)}`)
      .join(', ');
  }
  return value.length === 0 ? words.none[lang] : value.map((one) => showValue(one, lang)).join(', ');
}

const isWord = (key: string): key is keyof typeof words => Object.hasOwn(words, key);

/** One moment, RFC 3339, in whole seconds. */
export interface Moment {
  /** `2022-11-19T07:31:05+08:00`, in the zone of whoever makes the report. */
  readonly local: string;
  /** `2022-11-18T23:31:05Z` */
  readonly utc: string;
  /** `07:31:05`, local. */
  readonly time: string;
}

/** @param rfc3339 with any offset */
export function showMoment(rfc3339: string): Moment {
  const date = new Date(rfc3339);
  // JavaScript counts the minutes from local time to UTC, RFC 3339 the other way round.
  const offset = -date.getTimezoneOffset();
  const shifted = new Date(date.getTime() + offset * 60_000).toISOString().slice(0, 19);
  const two = (n: number): string => String(Math.trunc(n)).padStart(2, '0');
  const zone = `${offset < 0 ? '-' : '+'}${two(Math.abs(offset) / 60)}:${two(Math.abs(offset) % 60)}`;
  return { local: shifted + zone, utc: `${date.toISOString().slice(0, 19)}Z`, time: shifted.slice(11) };
}

/** First and last moment of a group: `07:31:05`, or `07:31:05–07:31:09`. */
export function showSpan(moments: readonly string[]): string {
  const sorted = moments.toSorted((a, b) => Date.parse(a) - Date.parse(b));
  const [first, last] = [sorted[0], sorted.at(-1)].map((moment) =>
    moment === undefined ? '' : showMoment(moment).time,
  );
  return first === last ? (first ?? '') : `${first}–${last}`;
}

type Named = Pick<SeatCheck, 'kind' | 'number' | 'name'>;

/** `07`; a spare is `B02`, as on the labels of the room. */
export const label = ({ kind, number }: Named): string => (kind === 'spare' ? `B${number}` : number);

/** `01–07, 09, B01–B02`, by label. */
export const showLabels = (seats: readonly Named[]): string => runs(seats).flatMap(ends(label)).join(', ');

/** `r301-s01–s07, s09, spare02`, by host name: all are of one room, so it is named once. */
export function showNames(seats: readonly Named[]): string {
  const [first] = seats;
  const short = ({ name }: Named): string => name.slice(name.lastIndexOf('-') + 1);
  const room = first === undefined ? '' : first.name.slice(0, first.name.lastIndexOf('-') + 1);
  return room + runs(seats).flatMap(ends(short)).join(', ');
}

/** Two neighbours are no shorter as a range. */
const ends =
  (show: (seat: Named) => string) =>
  (run: readonly Named[]): string[] => {
    const names = run.map(show);
    return names.length < 3 ? names : [`${names[0] ?? ''}–${names.at(-1) ?? ''}`];
  };

/** Stretches of neighbouring numbers of one kind. */
function runs<T extends Named>(seats: readonly T[]): T[][] {
  const all: T[][] = [];
  for (const seat of seats) {
    const before = all.at(-1)?.at(-1);
    if (before?.kind === seat.kind && Number(before.number) + 1 === Number(seat.number)) all.at(-1)?.push(seat);
    else all.push([seat]);
  }
  return all;
}
