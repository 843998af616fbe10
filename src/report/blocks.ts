/** One block a requirement: how many PCs meet it, and what was found, equal findings together. */
import { requirements, type Requirement } from '../../handbook/handbook.ts';
import { isOk, type Finding, type Lang } from '../core/finding.ts';
import { bindsSeat, concerned, isProved, knownOf, knownOfRoom } from './coverage.ts';
import { grouped, ofRoom, type Group } from './group.ts';
import type { RoomCheck, SeatCheck, SeatFinding } from './result.ts';
import { showLabels, showSpan, showValue } from './show.ts';
import { stateOf, states, type SeatState } from './verdict.ts';
import { everyPc, signs, stateWords } from './words.ts';

/** What one PC is for one requirement; null where it is not asked for, or nothing looks at it. */
export type Cell = { readonly state: SeatState; readonly grade: Finding['grade'] | null } | null;

export interface Block {
  readonly id: string;
  readonly title: string;
  readonly state: SeatState;
  readonly sign: string;
  readonly counts: readonly { readonly state: SeatState; readonly sign: string; readonly count: number | string }[];
  readonly recommended: number;
  readonly minimum: number;
  readonly wrong: readonly Row[];
  readonly fine: readonly Row[];
  /** One a PC of the check; empty for what is asked of the room. */
  readonly cells: readonly Cell[];
}

export interface Row {
  readonly state: SeatState;
  readonly sign: string;
  readonly word: string;
  readonly grade: Finding['grade'] | null;
  readonly requirement: string;
  /** `static-ip.gateway` */
  readonly property: string;
  readonly sentence: string;
  readonly expected: string;
  readonly found: string;
  readonly evidence: readonly { readonly text: string; readonly pcs: string }[];
  readonly pcs: string;
  readonly when: string;
}

/** In the handbook's order; what is not in the catalogue comes last and is shown as well. */
export function blocks(check: RoomCheck, lang: Lang): Block[] {
  const known = check.seats.map((seat) => ({ seat, findings: Map.groupBy(knownOf(seat), idOf) }));
  const room = Map.groupBy(knownOfRoom(check), ({ requirement }) => requirement);
  const spokenOf = new Set([...room.keys(), ...known.flatMap(({ findings }) => [...findings.keys()])]);
  const listed = concerned(check).filter(
    (one) => spokenOf.has(one.id) || (isProved(one) && check.seats.some((seat) => bindsSeat(one, seat))),
  );
  const catalogue = new Set(requirements.map(({ id }) => id));
  const strangers = [...spokenOf].filter((id) => !catalogue.has(id)).map(stranger);
  return [...listed, ...strangers].map((requirement) => {
    const { id } = requirement;
    const places = known.flatMap(({ seat, findings }) => (findings.get(id) ?? []).map((one) => ({ ...one, seat })));
    const groups = [...ofRoom(room.get(id) ?? []), ...grouped(places)];
    const cells = known.map(({ seat, findings }) => cell(requirement, seat, findings.get(id)));
    return block(requirement, groups, requirement.scope === 'seat' ? cells : [], check, lang);
  });
}

const idOf = ({ finding }: SeatFinding): string => finding.requirement;

const stranger = (id: string): Requirement => ({ id, scope: 'seat', title: { zh: id, en: id } });

function cell(requirement: Requirement, seat: SeatCheck, findings: readonly SeatFinding[] = []): Cell {
  if (!bindsSeat(requirement, seat)) return null;
  if (findings.length === 0 && !isProved(requirement)) return null;
  const grades = new Set(findings.map(({ finding }) => finding.grade));
  return {
    state: stateOf(findings.map(({ finding }) => finding.verdict)),
    grade: (['minimum', 'recommended'] as const).find((grade) => grades.has(grade)) ?? null,
  };
}

function block(
  requirement: Requirement,
  groups: readonly Group[],
  cells: readonly Cell[],
  check: RoomCheck,
  lang: Lang,
): Block {
  const asked = cells.filter((one) => one !== null);
  const state = stateOf([...asked.map((one) => one.state), ...groups.map(({ finding }) => finding.verdict)]);
  const good = asked.filter((one) => one.state === 'ok');
  const [wrong, fine] = [false, true].map((ok) => groups.filter(({ finding }) => isOk(finding) === ok));
  return {
    id: requirement.id,
    title: requirement.title[lang],
    state,
    sign: signs[state],
    counts: asked.length === 0 ? [{ state, sign: signs[state], count: stateWords[state][lang] }] : tally(asked),
    recommended: good.filter(({ grade }) => grade === 'recommended').length,
    minimum: good.filter(({ grade }) => grade === 'minimum').length,
    wrong: rows(wrong ?? [], check.seats, check.checkedAt, lang),
    fine: rows(fine ?? [], check.seats, check.checkedAt, lang),
    cells,
  };
}

/** What needs somebody first; what does not occur is left out. */
export function tally(some: readonly { readonly state: SeatState }[]): Block['counts'] {
  return states
    .map((state) => ({ state, sign: signs[state], count: some.filter((one) => one.state === state).length }))
    .filter(({ count }) => count > 0);
}

/** @param all the PCs that could be meant: a group of every one of them is not spelt out. */
export function rows(groups: readonly Group[], all: readonly SeatCheck[], roomAt: string, lang: Lang): Row[] {
  return groups.map(({ module = 'inventory', finding, seats, evidence }) => ({
    state: finding.verdict,
    sign: signs[finding.verdict],
    word: stateWords[finding.verdict][lang],
    grade: finding.grade ?? null,
    requirement: finding.requirement,
    property: `${module}.${finding.property}`,
    sentence: finding.sentence[lang],
    expected: showValue(finding.expected, lang),
    found: showValue(finding.actual, lang),
    // Which PC an evidence belongs to is only worth saying where it differs.
    evidence: evidence.map(({ text, seats: of }) => ({ text, pcs: of.length === seats.length ? '' : showLabels(of) })),
    pcs: seats.length > 2 && seats.length === all.length ? everyPc(all.length)[lang] : showLabels(seats),
    when: showSpan(seats.length === 0 ? [roomAt] : seats.map(({ checkedAt }) => checkedAt)),
  }));
}
