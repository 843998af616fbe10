/** What the report says in its own words; sentences about a PC come from the findings. */
import type { Lang, Text, Verdict } from '../core/finding.ts';
import type { Level } from '../inventory/schema.ts';
import type { RoomVerdict } from './verdict.ts';

/** A sign as well as a colour: for a log file, a black-and-white printer, and whoever does not see the colour. */
export const signs: Record<Verdict, string> = { ok: '✓', drifted: '~', failed: '✗', unknown: '?' };
/** Beside `✓`: good enough, and no better. */
export const minimumSign = '△';

export const stateWords: Record<Verdict, Text> = {
  ok: { zh: '符合', en: 'as required' },
  drifted: { zh: '偏差', en: 'drifted' },
  failed: { zh: '不符合', en: 'failed' },
  unknown: { zh: '不明', en: 'unknown' },
};

/** GO says more than "nothing is wrong" only where nothing is left for a person, and nothing uncovered. */
export function meaning(word: RoomVerdict['word'], byPerson: number, notCovered: number): Text {
  if (word === 'NO-GO') return { zh: '不可开考', en: 'not ready for the exam' };
  if (word === 'UNKNOWN') return { zh: '无法判断', en: 'could not tell' };
  if (byPerson + notCovered === 0) return { zh: '可以开考', en: 'ready for the exam' };
  const open = {
    zh: [`${byPerson} 项待人确认`, `${notCovered} 项未覆盖`],
    en: [`${byPerson} for a person`, `${notCovered} not covered`],
  };
  const left = (lines: readonly string[]): string[] => lines.filter((_, index) => [byPerson, notCovered][index] !== 0);
  return {
    zh: `所查各项均符合；另有 ${left(open.zh).join('、')}，见下`,
    en: `nothing is wrong of what was checked; ${left(open.en).join(' and ')}, see below`,
  };
}

export const levelWords: Record<Level, Text> = {
  L1: { zh: '初级', en: 'L1' },
  L2: { zh: '中级', en: 'L2' },
  L3: { zh: '高级', en: 'L3' },
};

export const front: Text = { zh: '讲台（前）', en: 'front of the room' };
export const spares: Text = { zh: '备用机', en: 'spares' };

export const everyPc = (count: number): Text => ({ zh: `全部 ${count} 台`, en: `all ${count}` });

/** Everything else on the page. */
const page = {
  /** Of the document: it decides how Chinese characters are drawn. */
  tag: { zh: 'zh-Hans', en: 'en' },
  title: { zh: '考场验收报告', en: 'acceptance report' },
  room: { zh: '考场', en: 'room' },
  level: { zh: '级别', en: 'level' },
  checked: { zh: '检查时间', en: 'checked' },
  state: { zh: '状态', en: 'state' },
  map: { zh: '座位图', en: 'the room' },
  mapHint: { zh: '点击座位查看该机的全部检查结果', en: 'click a seat for everything that was found on it' },
  front,
  spares,
  close: { zh: '关闭', en: 'close' },
  requirements: { zh: '手册要求', en: 'requirements of the handbook' },
  requirementsHint: { zh: '点击一项查看每台电脑的实际值', en: 'click a line for what was found on each PC' },
  requirement: { zh: '要求', en: 'requirement' },
  expected: { zh: '应为', en: 'expected' },
  found: { zh: '实为', en: 'found' },
  result: { zh: '结论', en: 'verdict' },
  what: { zh: '检查内容与依据', en: 'what was looked at' },
  where: { zh: '电脑', en: 'PC' },
  when: { zh: '时间', en: 'when' },
  theRoom: { zh: '考场', en: 'room' },
  asRequired: { zh: '其余符合要求', en: 'the rest, as required' },
  recommended: { zh: '建议配置', en: 'recommended' },
  minimum: { zh: '最低配置', en: 'minimum' },
  matrix: { zh: '要求 × 电脑', en: 'requirements × PCs' },
  byPerson: { zh: '须由人确认', en: 'for a person to confirm' },
  byPersonHint: {
    zh: '程序无法检查这些项目，不在结论之内；请逐项确认并签字',
    en: 'no program can see these, and the verdict does not speak of them; confirm each and sign',
  },
  notCovered: { zh: '尚未覆盖', en: 'not covered yet' },
  notCoveredHint: {
    zh: '本工具尚不检查这些项目，不在结论之内，请用其他办法确认',
    en: 'nothing looks at these yet, and the verdict does not speak of them; confirm them by other means',
  },
  confirmed: { zh: '符合', en: 'yes' },
  denied: { zh: '不符合', en: 'no' },
  remarks: { zh: '备注（电脑编号）', en: 'remarks (PC numbers)' },
  signature: { zh: '签字', en: 'signature' },
  date: { zh: '日期', en: 'date' },
  pcs: { zh: '电脑一览', en: 'the PCs' },
  seat: { zh: '座位', en: 'seat' },
  host: { zh: '主机名', en: 'host' },
  computer: { zh: '计算机名', en: 'computer' },
  address: { zh: 'IP 地址', en: 'address' },
  position: { zh: '行/列', en: 'row/column' },
  notAsRequired: { zh: '不符合的要求', en: 'not as required' },
  signatures: { zh: '签字', en: 'signatures' },
  technician: { zh: '机房技术人员', en: 'room technician' },
  examiner: { zh: '主考', en: 'chief examiner' },
  assessor: { zh: '评价组织代表', en: 'assessing body' },
} as const satisfies Record<string, Text>;

export type PageWords = Record<keyof typeof page, string>;

export const pageWords = (lang: Lang): PageWords =>
  Object.fromEntries(Object.entries(page).map(([key, text]) => [key, text[lang]])) as PageWords;
