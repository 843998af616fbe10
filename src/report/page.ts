/** Everything that is on the room's page, in the reader's language: templates/report.hbs only puts it in its place. */
import { requirements } from '../../handbook/handbook.ts';
import type { Lang } from '../core/finding.ts';
import { levels } from '../inventory/schema.ts';
import { blocks, tally, type Block, type Row } from './blocks.ts';
import { coverage } from './coverage.ts';
import { matrices, type Matrix } from './matrix.ts';
import { pcOf, type Pc } from './pcs.ts';
import type { RoomCheck } from './result.ts';
import { showLabels, showMoment, type Moment } from './show.ts';
import { states, verdict } from './verdict.ts';
import { levelWords, meaning, minimumSign, pageWords, signs, stateWords, type PageWords } from './words.ts';

export interface Page {
  /** Fixed texts. */
  readonly t: PageWords;
  readonly legend: readonly { readonly tone: string; readonly sign: string; readonly word: string }[];
  readonly site: string;
  readonly room: string;
  readonly levels: string;
  readonly checked: Moment;
  /** `go`, `no-go`, `unknown`: a class of the style sheet. */
  readonly tone: string;
  readonly word: string;
  readonly meaning: string;
  readonly reasons: readonly string[];
  /** What is wrong on which PCs: a line a requirement, and as many as are read at a glance. */
  readonly glance: readonly Fault[];
  /** How much more there is. */
  readonly more: number;
  readonly tally: Block['counts'];
  readonly columns: number;
  readonly seats: readonly Pc[];
  readonly spares: readonly Pc[];
  readonly pcs: readonly Pc[];
  /** PCs that nothing could be seen of, by reason. */
  readonly unreached: readonly Fault[];
  /** Those with something wrong first, what needs somebody before what a command repairs; then the others in the handbook's order. */
  readonly requirements: readonly Block[];
  readonly matrices: readonly Matrix[];
  readonly byPerson: readonly Line[];
  readonly notCovered: readonly Line[];
}

/** One line, and the anchor of where there is more. */
interface Fault extends Pick<Row, 'state' | 'sign' | 'sentence' | 'pcs'> {
  readonly anchor: string;
}

interface Line {
  readonly id: string;
  readonly title: string;
}

const atAGlance = 6;

export function page(check: RoomCheck, lang: Lang): Page {
  const { word, reasons } = verdict(check);
  const all = blocks(check, lang);
  const wrong = byUrgency(all.filter((one) => one.wrong.length > 0));
  const unreached = unreachedOf(check, lang);
  const faults = [
    ...unreached,
    ...wrong.flatMap(({ id, wrong: rows }) => rows.slice(0, 1).map((row) => ({ ...row, anchor: id }))),
  ];
  const pcs = check.seats.map((seat) => pcOf(seat, lang));
  const { byPerson, notCovered } = coverage(check);
  return {
    ...heading(check, lang),
    ...{ word, tone: word.toLowerCase(), meaning: meaning(word, byPerson.length, notCovered.length)[lang] },
    reasons: reasons.map((reason) => reason[lang]),
    glance: faults.slice(0, atAGlance),
    more: Math.max(0, faults.length - atAGlance),
    tally: tally(pcs),
    columns: Math.max(1, ...pcs.map(({ column }) => column)),
    seats: pcs.filter(({ kind }) => kind === 'seat'),
    spares: pcs.filter(({ kind }) => kind === 'spare'),
    pcs,
    unreached,
    requirements: [...wrong, ...all.filter((one) => !wrong.includes(one))],
    matrices: matrices(all, pcs),
    byPerson: lines(byPerson, lang),
    notCovered: lines(notCovered, lang),
  };
}

function unreachedOf({ seats }: RoomCheck, lang: Lang): Fault[] {
  const reasons = Map.groupBy(seats, ({ unreachable }) => unreachable?.[lang]);
  return [...reasons].flatMap(([sentence, some]) =>
    sentence === undefined
      ? []
      : [{ state: 'unknown', sign: signs.unknown, sentence, pcs: showLabels(some), anchor: some[0]?.name ?? '' }],
  );
}

const byUrgency = (some: readonly Block[]): Block[] =>
  some.toSorted((a, b) => states.indexOf(a.state) - states.indexOf(b.state));

function heading(check: RoomCheck, lang: Lang): Pick<Page, 't' | 'legend' | 'site' | 'room' | 'levels' | 'checked'> {
  const t = pageWords(lang);
  const sat = levels.filter((level) => check.seats.some((seat) => seat.level === level));
  const legend = states
    .toReversed()
    .map((state) => ({ tone: state, sign: signs[state], word: stateWords[state][lang] }));
  return {
    ...{ t, site: check.site, room: check.room },
    legend: [...legend, { tone: 'minimum', sign: minimumSign, word: t.minimum }],
    levels: sat.map((level) => levelWords[level][lang]).join(lang === 'zh' ? '、' : ', '),
    checked: showMoment(check.checkedAt),
  };
}

function lines(ids: readonly string[], lang: Lang): Line[] {
  return requirements.filter(({ id }) => ids.includes(id)).map(({ id, title }) => ({ id, title: title[lang] }));
}
