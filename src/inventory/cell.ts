/** What people type into a cell, in the one spelling the inventory uses. Each function gives undefined for what it cannot read. */
import type { Level } from './schema.ts';

/** Full-width digits and letters (１０．３０) become ASCII, a non-breaking space a space; the ends are trimmed. */
export const plain = (text: string): string => text.normalize('NFKC').trim();

/** `00-23-24-5A-30-0A`, `0023.245A.300A`, `0023245a300a` → `00:23:24:5a:30:0a`. */
export function macOf(text: string): string | undefined {
  const hex = plain(text)
    .replaceAll(/[-:.\s]/g, '')
    .toLowerCase();
  return /^[0-9a-f]{12}$/.test(hex) ? (hex.match(/../g) ?? []).join(':') : undefined;
}

const levelNames: readonly (readonly [Level, RegExp])[] = [
  ['L1', /^(?:l1|初级?|1级?|一级)$/i],
  ['L2', /^(?:l2|中级?|2级?|二级)$/i],
  ['L3', /^(?:l3|高级?|3级?|三级)$/i],
];

/** `中级`, `l2`, `2` → `L2`. */
export function levelOf(text: string): Level | undefined {
  return levelNames.find(([, pattern]) => pattern.test(plain(text)))?.[0];
}

export interface SeatNumber {
  readonly kind: 'seat' | 'spare';
  /** As in the inventory: `07`. */
  readonly number: string;
}

/**
 * `7`, `07号` → seat 07; `备1`, `备用机-1`, `spare 1` → spare 01. A lone letter (`S1`, `B1`) is neither: S may stand for seat or for spare.
 */
export function seatOf(text: string): SeatNumber | undefined {
  const match = /^(?:(?<spare>备用?机?|spare)[-_ #]*)?0*(?<digits>\d{1,3})号?$/i.exec(plain(text))?.groups;
  if (!match) return undefined;
  return { kind: match['spare'] ? 'spare' : 'seat', number: (match['digits'] ?? '').padStart(2, '0') };
}

/** A whole number; Excel's `3.0` is 3. */
export function integerOf(text: string): number | undefined {
  return /^\d{1,6}(?:\.0+)?$/.test(plain(text)) ? Math.trunc(Number(plain(text))) : undefined;
}
