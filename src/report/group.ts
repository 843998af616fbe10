/** The same finding on many PCs is one row: 44 PCs × 40 properties become a page that a person reads. */
import { canonical } from '../core/canonical.ts';
import type { Finding } from '../core/finding.ts';
import type { SeatCheck, SeatFinding } from './result.ts';
import { states } from './verdict.ts';

export interface Group {
  /** Module's folder name; undefined for what the inventory says of the room. */
  readonly module: string | undefined;
  readonly finding: Finding;
  /** In the room's order; empty for the room itself. */
  readonly seats: readonly SeatCheck[];
  /** What was looked at, and where: one entry when it was the same everywhere. */
  readonly evidence: readonly Evidence[];
}

interface Evidence {
  readonly text: string;
  readonly seats: readonly SeatCheck[];
}

export interface Place extends SeatFinding {
  readonly seat: SeatCheck;
}

/** What needs somebody comes first; within that the modules' order stays. Evidence may differ within a group, everything else is equal. */
export function grouped(places: readonly Place[]): Group[] {
  const properties = Map.groupBy(places, ({ module, finding }) => `${module}.${finding.property}`);
  return byUrgency([...properties.values()].flatMap(sameFindings));
}

function sameFindings(places: readonly Place[]): Group[] {
  const groups = Map.groupBy(places, ({ module, finding }) => canonical({ module, ...finding, evidence: null }));
  return [...groups.values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const { module, finding } = first;
    return [{ module, finding, seats: same.map(({ seat }) => seat), evidence: evidenceOf(same) }];
  });
}

export const ofRoom = (findings: readonly Finding[]): Group[] =>
  byUrgency(
    findings.map((finding) => ({
      module: undefined,
      finding,
      seats: [],
      evidence: finding.evidence === undefined ? [] : [{ text: finding.evidence, seats: [] }],
    })),
  );

function evidenceOf(same: readonly Place[]): Evidence[] {
  const texts = Map.groupBy(same, ({ finding }) => finding.evidence);
  return [...texts].flatMap(([text, places]) =>
    text === undefined ? [] : [{ text, seats: places.map(({ seat }) => seat) }],
  );
}

const byUrgency = (groups: readonly Group[]): Group[] =>
  groups.toSorted((a, b) => states.indexOf(a.finding.verdict) - states.indexOf(b.finding.verdict));
