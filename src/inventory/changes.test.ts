/** Differences of inventories and their way into a YAML file. Does not prove: which of them an import may make (import.test.ts). */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseDocument } from 'yaml';
import { applyChanges, changesBetween, isLoss } from './changes.ts';
import { room as roomSchema } from './schema.ts';
import type { Room } from './schema.ts';
import { anyRoom, roomOf, seatNumbered } from './testing.ts';
import { quoteNotes, roomText, toText } from './write.ts';

const read = (text: string): Room => roomSchema.parse(parseDocument(text).toJS());

/** Seats are found by their number, so their order in the file is a person's business. */
const inOrder = (room: Room): Room => {
  const sorted = (seats: Room['seats']) => seats.toSorted((a, b) => a.seat.localeCompare(b.seat));
  return { ...room, seats: sorted(room.seats), spares: sorted(room.spares) };
};

it('says nothing of two rooms that are the same', () => {
  fc.assert(
    fc.property(anyRoom, (room) => {
      expect(changesBetween(room, read(roomText(room, 'en')))).toEqual([]);
    }),
    { numRuns: 40 },
  );
});

it('takes a file from any room to any other', () => {
  fc.assert(
    fc.property(anyRoom, anyRoom, (before, after) => {
      const document = parseDocument(roomText(before, 'zh'));
      applyChanges(document, changesBetween(before, after));
      quoteNotes(document);
      expect(inOrder(read(toText(document)))).toEqual(inOrder(after));
    }),
    { numRuns: 30 },
  );
});

it('keeps a remark that YAML would read as something else, added to a PC that had none', () => {
  const document = parseDocument(roomText(roomOf(1), 'zh'));
  const after = roomOf(1, { seats: [seatNumbered(1, { note: ':\na' })] });
  applyChanges(document, changesBetween(roomOf(1), after));
  quoteNotes(document);
  expect(read(toText(document))).toEqual(after);
});

it('names each value by its seat, and tells what is added from what is lost', () => {
  const before = roomOf(2, { restoreCard: { driver: 'by-hand', product: 'A' } });
  const after = roomOf(2, {
    proctors: 2,
    restoreCard: { driver: 'by-hand' },
    seats: [seatNumbered(2, { row: 5, note: 'new' }), seatNumbered(3)],
  });
  expect(changesBetween(before, after).map((change) => [change.what, isLoss(change)])).toEqual([
    ['restoreCard.product', true],
    ['seat 01', true],
    ['seat 02 row', true],
    ['seat 02 note', false],
    ['seat 03', false],
    ['proctors', false],
  ]);
});

it('leaves comments, order and layout of everything else as they were', () => {
  const room = roomOf(3);
  const text = roomText(room, 'en')
    .replace('level: L2', 'level: L2 # until spring')
    .replace('column: 3 }', 'column: 3 } # by the window');
  const document = parseDocument(text);
  applyChanges(
    document,
    changesBetween(room, { ...room, proctors: 2, seats: room.seats.with(0, seatNumbered(1, { row: 9 })) }),
  );
  expect(toText(document)).toBe(text.replace('row: 1, column: 1', 'row: 9, column: 1') + 'proctors: 2\n');
});
