/** Everything that is on the room's page, in the reader's language: templates/report.hbs only puts it in its place. */
import { requirements } from '../../handbook/handbook.ts';
import type { Lang } from '../core/finding.ts';
import { levels } from '../inventory/schema.ts';
import { blocks, tally, type Block } from './blocks.ts';
import { coverage } from './coverage.ts';
import { matrices, type Matrix } from './matrix.ts';
import { pcOf, type Pc } from './pcs.ts';
import type { RoomCheck } from './result.ts';
import { showMoment, type Moment } from './show.ts';
import { states, verdict } from './verdict.ts';
import { levelWords, minimumSign, pageWords, signs, stateWords, verdictWords, type PageWords } from './words.ts';

export interface Page {
  readonly lang: Lang;
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
  readonly tally: Block['counts'];
  readonly columns: number;
  readonly seats: readonly Pc[];
  readonly spares: readonly Pc[];
  readonly pcs: readonly Pc[];
  readonly unreached: readonly Pc[];
  /** Requirements with something wrong, what needs somebody first. */
  readonly wrong: readonly Block[];
  /** The others, in the handbook's order. */
  readonly fine: readonly Block[];
  readonly matrices: readonly Matrix[];
  readonly byPerson: readonly Line[];
  readonly notCovered: readonly Line[];
}

interface Line {
  readonly id: string;
  readonly title: string;
}

export function page(check: RoomCheck, lang: Lang): Page {
  const { word, reasons } = verdict(check);
  const all = blocks(check, lang);
  const wrong = all.filter((one) => one.wrong.length > 0);
  const pcs = check.seats.map((seat) => pcOf(seat, lang));
  const { byPerson, notCovered } = coverage(check);
  return {
    ...heading(check, lang),
    ...{ word, tone: word.toLowerCase(), meaning: verdictWords[word][lang] },
    reasons: reasons.map((reason) => reason[lang]),
    tally: tally(pcs),
    columns: Math.max(1, ...pcs.map(({ column }) => column)),
    seats: pcs.filter(({ kind }) => kind === 'seat'),
    spares: pcs.filter(({ kind }) => kind === 'spare'),
    pcs,
    unreached: pcs.filter(({ unreachable }) => unreachable !== ''),
    wrong: wrong.toSorted((a, b) => states.indexOf(a.state) - states.indexOf(b.state)),
    fine: all.filter((one) => !wrong.includes(one)),
    matrices: matrices(all, pcs),
    byPerson: lines(byPerson, lang),
    notCovered: lines(notCovered, lang),
  };
}

function heading(check: RoomCheck, lang: Lang): Pick<Page, 'lang' | 't' | 'legend' | 'site' | 'room' | 'levels' | 'checked'> {
  const t = pageWords(lang);
  const sat = levels.filter((level) => check.seats.some((seat) => seat.level === level));
  const legend = states.toReversed().map((state) => ({ tone: state, sign: signs[state], word: stateWords[state][lang] }));
  return {
    ...{ lang, t, site: check.site, room: check.room },
    legend: [...legend, { tone: 'minimum', sign: minimumSign, word: t.minimum }],
    levels: sat.map((level) => levelWords[level][lang]).join(lang === 'zh' ? '、' : ', '),
    checked: showMoment(check.checkedAt),
  };
}

function lines(ids: readonly string[], lang: Lang): Line[] {
  return requirements.filter(({ id }) => ids.includes(id)).map(({ id, title }) => ({ id, title: title[lang] }));
}
