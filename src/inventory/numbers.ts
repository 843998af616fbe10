/** The handbook's proportions for one room (S2, S3, S4, S6). */

/** S2: two proctors (监考人员) for every 40 candidates, begun ones included. */
export const proctorsNeeded = (candidates: number): number => 2 * Math.ceil(candidates / 40);

/** S3: standard seats (标准考位) of a room. */
export const seatsNeeded = 40;

/** S4: metres between neighbouring seats. */
export const spacingNeededMetres = 1;

/** S6: one spare (备用机) for every ten candidates, rounded up. */
export const sparesNeeded = (candidates: number): number => Math.ceil(candidates / 10);

export interface Place {
  readonly row: number;
  readonly column: number;
}

/**
 * How many candidates these seats hold when no two sit side by side (隔位而坐): every other seat of each unbroken stretch of a row. A missing
 * column is an aisle, and keeps its two neighbours apart.
 */
export function alternateCapacity(seats: readonly Place[]): number {
  const rows = Map.groupBy(seats, (seat) => seat.row);
  return [...rows.values()]
    .flatMap((row) => stretches(row.map((seat) => seat.column)))
    .reduce((sum, n) => sum + Math.ceil(n / 2), 0);
}

/** Lengths of the runs of consecutive numbers. */
function stretches(columns: readonly number[]): number[] {
  const sorted = [...new Set(columns)].sort((a, b) => a - b);
  const lengths: number[] = [];
  for (const [i, column] of sorted.entries()) {
    if (sorted[i - 1] === column - 1) lengths[lengths.length - 1] = (lengths.at(-1) ?? 0) + 1;
    else lengths.push(1);
  }
  return lengths;
}
