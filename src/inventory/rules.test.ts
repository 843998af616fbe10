/** S1–S6 from an inventory. Does not prove: that the inventory says what is true of the room. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alternateCapacity, proctorsNeeded, sparesNeeded } from './numbers.ts';
import { roomFindings } from './rules.ts';
import type { Room } from './schema.ts';
import { site as siteSchema } from './schema.ts';
import { roomOf, seatNumbered } from './testing.ts';

const verdicts = (room: Room): string =>
  roomFindings(room)
    .map((one) => `${one.requirement} ${one.verdict}`)
    .join(', ');
const of = (id: string, room: Room) => roomFindings(room).find((one) => one.requirement === id);

it('finds a standard room in order: 40 seats, 4 spares, 2 proctors, 1 m', () => {
  expect(verdicts(roomOf(40, { proctors: 2, spacingMetres: 1 }))).toBe('S2 ok, S3 ok, S4 ok, S5 ok, S6 ok');
});

it('takes 80 PCs with 40 candidates for a room of 40 with every other seat empty', () => {
  const room = roomOf(80, { candidates: 40, proctors: 2 }, 4);
  expect(verdicts(room)).toBe('S2 ok, S3 ok, S4 ok, S5 ok, S6 ok');
  expect(of('S5', room)).toMatchObject({ expected: 80, actual: 40 });
});

it('passes nothing that nobody has filled in, and says what to fill in', () => {
  const room = roomOf(40);
  expect(verdicts(room)).toBe('S2 unknown, S3 ok, S4 unknown, S5 ok, S6 ok');
  expect(of('S2', room)?.sentence.en).toBe(
    '40 candidates need 2 proctors, and the inventory does not say how many there are: fill in proctors',
  );
  expect(of('S4', room)?.sentence.en).toContain('fill in spacingMetres');
});

it.each([
  ['S2', { proctors: 1 }, { expected: 2, actual: 1 }],
  ['S3', { seats: [seatNumbered(1)] }, { expected: 40, actual: 1 }],
  ['S4', { spacingMetres: 0.9 }, { expected: 1, actual: 0.9 }],
  ['S5', { candidates: 41 }, { expected: 40, actual: 41 }],
  ['S6', { spares: [seatNumbered(99)] }, { expected: 4, actual: 1 }],
])('fails %s with %j', (id, over, values) => {
  expect(of(id, roomOf(40, over))).toMatchObject({ verdict: 'failed', ...values });
});

it.each([
  [4, 'failed'],
  [5, 'ok'],
])('judges a staff of %d only when the site says so', (staff, verdict) => {
  const site = { site: 'x', depot: 'http://10.30.1.250/' };
  const s1 = (value: object) =>
    roomFindings(roomOf(40), siteSchema.parse(value)).filter((one) => one.requirement === 'S1');
  expect(s1({ ...site, staff })).toMatchObject([{ verdict }]);
  expect(s1(site)).toEqual([]);
});

describe('numbers', () => {
  it.each([
    [1, 2, 1],
    [10, 2, 1],
    [11, 2, 2],
    [40, 2, 4],
    [41, 4, 5],
    [80, 4, 8],
    [81, 6, 9],
  ])('%d candidates need %d proctors and %d spares', (candidates, proctors, spares) => {
    expect([proctorsNeeded(candidates), sparesNeeded(candidates)]).toEqual([proctors, spares]);
  });

  it('the next ten candidates always need one spare more, and nobody shares one with an eleventh', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), (candidates) => {
        expect(sparesNeeded(candidates + 10)).toBe(sparesNeeded(candidates) + 1);
        expect(sparesNeeded(candidates) * 10).toBeGreaterThanOrEqual(candidates);
        expect((sparesNeeded(candidates) - 1) * 10).toBeLessThan(candidates);
      }),
    );
  });

  const places = fc.uniqueArray(
    fc.record({ row: fc.integer({ min: 1, max: 2 }), column: fc.integer({ min: 1, max: 6 }) }),
    { selector: ({ row, column }) => `${row}/${column}`, maxLength: 12 },
  );

  it('alternateCapacity is the most candidates of whom no two sit side by side', () => {
    fc.assert(
      fc.property(places, (seats) => {
        // All ways to place candidates, the slow way: a bit per seat.
        const apart = (bits: number): boolean =>
          seats.every((a, i) =>
            seats.every(
              (b, j) => !(bits & (1 << i) && bits & (1 << j) && a.row === b.row && a.column + 1 === b.column),
            ),
          );
        const count = (bits: number): number => bits.toString(2).replaceAll('0', '').length;
        const best = Array.from({ length: 1 << seats.length }, (_, bits) => bits)
          .filter(apart)
          .map(count);
        expect(alternateCapacity(seats)).toBe(Math.max(...best));
      }),
      { numRuns: 30 },
    );
  });
});
