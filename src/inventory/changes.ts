/** What differs between two versions of an inventory, seat by seat, and how to bring a YAML file from one to the other without touching the rest of it. */
import { isDeepStrictEqual } from 'node:util';
import { isSeq } from 'yaml';
import type { Document } from 'yaml';
import type { Path } from './fault.ts';

/** One value, or one whole seat. */
export interface Change {
  /** `level`, `network.gateway`, `seat 07`, `seat 07 address`, `spare 01 restoreCard.driver`. */
  readonly what: string;
  /** Undefined: there was nothing before. */
  readonly from?: unknown;
  /** Undefined: there is nothing any more. */
  readonly to?: unknown;
  /** With a seat's number in place of its index: `['seats', '07', 'address']`. */
  readonly path: readonly string[];
}

/** Something a person may have written is replaced or goes away. */
export const isLoss = (change: Change): boolean => change.from !== undefined;

type Tree = Readonly<Record<string, unknown>>;

/** In the order of the inventory; empty when both say the same. */
export function changesBetween(before: object, after: object): Change[] {
  return differences(keyed(before), keyed(after), []);
}

/** Lists of seats become maps by seat number, so that a seat that moves up a line has not changed. */
function keyed(inventory: object): Tree {
  return Object.fromEntries(
    Object.entries(inventory).map(([key, value]): [string, unknown] => [
      key,
      isSeats(key, value) ? Object.fromEntries(value.map((seat) => [`#${seat.seat}`, seat])) : value,
    ]),
  );
}

const isSeats = (key: string, value: unknown): value is { seat: string }[] =>
  (key === 'seats' || key === 'spares') && Array.isArray(value);

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value);

function differences(before: Tree, after: Tree, path: readonly string[]): Change[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].flatMap((key): Change[] => {
    const [from, to] = [before[key], after[key]];
    const here = [...path, key.replace('#', '')];
    if (isDeepStrictEqual(from, to)) return [];
    if (isTree(from) && isTree(to)) return differences(from, to, here);
    // An empty list of spares is nothing to lose, and nothing to announce: its seats are.
    if (isTree(from ?? to) && here.length === 1) return differences((from ?? {}) as Tree, (to ?? {}) as Tree, here);
    return [
      { what: nameOf(here), path: here, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) },
    ];
  });
}

function nameOf([top = '', number, ...rest]: readonly string[]): string {
  if (top !== 'seats' && top !== 'spares') return [top, number, ...rest].filter(Boolean).join('.');
  return `${top.slice(0, -1)} ${number ?? ''} ${rest.join('.')}`.trim();
}

/** Makes the changes in the document itself: comments, order and layout of everything else stay as a person left them. */
export function applyChanges(document: Document, changes: readonly Change[]): void {
  for (const change of changes) {
    const path = pathIn(document, change.path);
    if (change.to === undefined) document.deleteIn(path);
    else if (isSeats(String(path[0]), [change.to]) && path.length === 2) addSeat(document, path, change.to);
    else document.setIn(path, document.createNode(change.to, { flow: true }));
  }
}

/** The index of a seat in the document as it is now; one past the end for a seat that is not there. */
export function pathIn(document: Document, [top = '', ...rest]: readonly string[]): Path {
  const list = document.get(top);
  const [number, ...keys] = rest;
  if (number === undefined || !(top === 'seats' || top === 'spares')) return [top, ...rest];
  const items = isSeq(list) ? list.items : [];
  const index = items.findIndex((_, i) => document.getIn([top, i, 'seat']) === number);
  return [top, index < 0 ? items.length : index, ...keys];
}

/** One line a seat, as in the files that import writes. */
function addSeat(document: Document, path: Path, seat: unknown): void {
  const [top] = path;
  if (!isSeq(document.get(String(top)))) document.set(top, document.createNode([]));
  document.addIn([top], document.createNode(seat, { flow: true }));
}
