/** Values of RouterOS' scripting language ("Scripting", Data types), and how the console writes them. */

export interface Id {
  readonly kind: 'id';
  readonly number: number;
}
export interface Time {
  readonly kind: 'time';
  readonly seconds: number;
}
export type Value = null | boolean | number | string | Id | Time | readonly Value[];

export const isArray = (value: Value): value is readonly Value[] => Array.isArray(value);
export const isId = (value: Value): value is Id =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'id';
export const isTime = (value: Value): value is Time =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'time';

/** A failure while a script runs; its text is what the console prints. */
export class RunError extends Error {
  override readonly name = 'RunError';
}
/** A script that cannot be read: nothing of it is run. */
export class ParseError extends Error {
  override readonly name = 'ParseError';
}

export const time = (seconds: number): Time => ({ kind: 'time', seconds });
export const id = (number: number): Id => ({ kind: 'id', number });

/** `1w2d03:04:05`, as `uptime` is written. */
export function timeText(seconds: number): string {
  const whole = Math.floor(seconds);
  const [weeks, days] = [Math.floor(whole / 604_800), Math.floor(whole / 86_400) % 7];
  const clock = [Math.floor(whole / 3600) % 24, Math.floor(whole / 60) % 60, whole % 60];
  const two = clock.map((part) => String(part).padStart(2, '0')).join(':');
  return `${weeks > 0 ? `${weeks}w` : ''}${days > 0 ? `${days}d` : ''}${two}`;
}

/** `1h`, `1m30s`: as a property is exported. */
export function spanText(seconds: number): string {
  const parts = Object.entries(units).map(([unit, length], index, all) => {
    const longer = all[index - 1]?.[1];
    const count = Math.floor((longer === undefined ? seconds : seconds % longer) / length);
    return count > 0 ? `${count}${unit}` : '';
  });
  return parts.join('') || '0s';
}

const units: Readonly<Record<string, number>> = { w: 604_800, d: 86_400, h: 3600, m: 60, s: 1 };

/** `45s`, `1h`, `1d02:03:04`, `10:00`; undefined for what is no time. */
export function parseTime(text: string): number | undefined {
  const parts = /^(?<units>(?:\d+[wdhms])*)(?<clock>\d+:\d{2}(?::\d{2})?)?$/.exec(text)?.groups;
  if (parts === undefined || text === '') return undefined;
  const counted = [...(parts['units'] ?? '').matchAll(/(\d+)([wdhms])/g)];
  const sum = counted.reduce((all, [, count, unit]) => all + Number(count) * (units[unit ?? ''] ?? 0), 0);
  const [hours = 0, minutes = 0, seconds = 0] = (parts['clock'] ?? '').split(':').map(Number);
  return sum + hours * 3600 + minutes * 60 + seconds;
}

export function text(value: Value): string {
  if (value === null) return '';
  if (isArray(value)) return value.map(text).join(';');
  if (isId(value)) return `*${value.number.toString(16).toUpperCase()}`;
  if (isTime(value)) return timeText(value.seconds);
  return String(value);
}

export function typeName(value: Value): string {
  if (value === null) return 'nil';
  if (isArray(value)) return 'array';
  if (isId(value)) return 'id';
  if (isTime(value)) return 'time';
  return { boolean: 'bool', number: 'num' }[typeof value as string] ?? 'str';
}

/** What a word without quotes is. */
export function literal(word: string): Value {
  if (/^-?\d+$/.test(word)) return Number(word);
  if (/^\*[0-9A-Fa-f]+$/.test(word)) return id(Number.parseInt(word.slice(1), 16));
  if (word === 'true' || word === 'false') return word === 'true';
  const seconds = parseTime(word);
  return seconds === undefined ? word : time(seconds);
}
