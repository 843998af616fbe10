/** P9, as far as it can be seen: the exam system is let through by the firewall and by the antivirus. Pure. */
import { isDeepStrictEqual } from 'node:util';
import type { Finding, Json } from '../../src/core/finding.ts';
import { isOurs, titles, wantedRules } from './places.ts';
import type { ExamClientActual, ExamClientDesired, Rule } from './schema.ts';

const requirement = 'P9';
type Said = Omit<Finding, 'requirement' | 'property' | 'expected'>;

export function plan(desired: ExamClientDesired, actual: ExamClientActual): Finding[] {
  if (desired.programs.length === 0) return [unsaid];
  const finding = (property: string, parts: readonly string[], expected: Json, judge: () => Said): Finding => {
    const about = { requirement, property, expected };
    const why = parts.map((part) => actual.unobserved[part]).find((one) => one !== undefined);
    return why === undefined ? { ...about, ...judge() } : { ...about, actual: null, ...unseen(why) };
  };
  return [
    finding('firewall', ['rules', 'present'], names(wantedRules(desired)), () => firewallSaid(desired, actual)),
    finding('blocked', ['rules'], [], () => blockedSaid(actual)),
    finding('exclusions', ['engine', 'excluded', 'ours'], desired.programs, () => excludedSaid(desired, actual)),
    finding('others', ['antivirus'], [], () => othersSaid(desired, actual)),
  ];
}

const unsaid: Finding = {
  ...{ requirement, property: 'programs', expected: null, actual: null, verdict: 'unknown' },
  sentence: {
    zh: '未说明考试系统是哪个程序，无从查看放行；请在 site.yaml 中填写 examClient：programs: [程序的完整路径]，ports: [监听端口，没有则留空]',
    en: 'nobody has said which program the exam system is, so whether it is let through cannot be seen; fill in examClient in site.yaml: programs: [its full path], ports: [those at which it listens, if any]',
  },
};

const unseen = (why: string): Pick<Finding, 'verdict' | 'sentence'> => ({
  verdict: 'unknown',
  sentence: { zh: `未能查看（${why}）`, en: `could not be looked at (${why})` },
});

const names = (rules: readonly { readonly name: string }[]): string[] => rules.map(({ name }) => name).sort();
const listed = (all: readonly string[]): string => all.join(', ');

/** What is wrong with examsite's own rules: missing or other than wanted, and not wanted any more. */
export function ownRules(
  desired: ExamClientDesired,
  { rules }: ExamClientActual,
): { readonly write: readonly Rule[]; readonly remove: readonly string[] } {
  const wanted = wantedRules(desired).map((one): Rule => ({ ...one, profiles: [...one.profiles] }));
  const ours = rules.filter(isOurs);
  const of = (name: string): Rule[] => ours.filter((one) => one.name.toLowerCase() === name.toLowerCase());
  return {
    write: wanted.filter((one) => !isDeepStrictEqual(of(one.name), [one])),
    remove: [...new Set(ours.map(({ name }) => name))].filter((name) => !wanted.some((one) => one.name === name)),
  };
}

function firewallSaid(desired: ExamClientDesired, actual: ExamClientActual): Said {
  const { write, remove } = ownRules(desired, actual);
  const wrong = names([...write, ...remove.map((name) => ({ name }))]);
  const missing = desired.programs.filter((path) => !actual.present.includes(path));
  return {
    actual: names(actual.rules.filter(isOurs)),
    verdict: wrong.length === 0 ? 'ok' : 'drifted',
    sentence: {
      zh: `Windows 防火墙应放行考试系统，${wrong.length === 0 ? '已放行' : `缺失或不符的规则：${listed(wrong)}`}`,
      en: `windows firewall must let the exam system through, ${wrong.length === 0 ? 'and does' : `rules missing or wrong: ${listed(wrong)}`}`,
    },
    ...(missing.length === 0 ? {} : { evidence: `not on this PC yet: ${listed(missing)}` }),
  };
}

/** Somebody has answered "cancel" when Windows asked, and a rule that blocks beats one that allows. */
export const blocking = ({ rules }: ExamClientActual): Rule[] =>
  rules.filter((one) => one.action === 'block' && one.enabled && !isOurs(one));

function blockedSaid(actual: ExamClientActual): Said {
  const found = [...new Set(names(blocking(actual)))];
  return {
    actual: found,
    verdict: found.length === 0 ? 'ok' : 'drifted',
    sentence: {
      zh: `不应有阻止考试系统的防火墙规则，${found.length === 0 ? '没有' : `实有：${listed(found)}`}`,
      en: `no rule of the firewall may block the exam system, ${found.length === 0 ? 'none does' : `these do: ${listed(found)}`}`,
    },
  };
}

/** Its own file and what it opens, or a folder above it. */
function isExcluded(program: string, excluded: readonly string[]): boolean {
  const path = program.toLowerCase();
  const covers = (entry: string): boolean => entry === path || path.startsWith(`${entry.replace(/\\+$/, '')}\\`);
  const paths = excluded.flatMap((one) => (one.startsWith('path ') ? [one.slice(5)] : []));
  return paths.some(covers) && excluded.includes(`process ${path}`);
}

export const unexcluded = ({ programs }: ExamClientDesired, { excluded }: ExamClientActual): string[] =>
  programs.filter((program) => !isExcluded(program, excluded));
export const noLonger = ({ programs }: ExamClientDesired, { ours }: ExamClientActual): string[] =>
  ours.filter((program) => !programs.includes(program));

function excludedSaid(desired: ExamClientDesired, actual: ExamClientActual): Said {
  const { engine } = actual;
  const extra = noLonger(desired, actual);
  if (engine === null && extra.length === 0) {
    const sentence = {
      zh: '没有微软的杀毒软件，无需排除',
      en: 'there is no antivirus of microsoft that would have to leave it alone',
    };
    return { actual: [], verdict: 'ok', sentence };
  }
  const title = engine === null ? 'Windows Defender' : titles[engine];
  const open = engine === null ? [] : unexcluded(desired, actual);
  const wrong = [...open, ...extra];
  return {
    actual: desired.programs.filter((program) => !open.includes(program)),
    verdict: wrong.length === 0 ? 'ok' : 'drifted',
    sentence: {
      zh: `${title} 应排除考试系统，${wrong.length === 0 ? '已排除' : `尚未排除或多余：${listed(wrong)}`}`,
      en: `antivirus of microsoft (${title}) must leave the exam system alone, ${wrong.length === 0 ? 'and does' : `it does not, or need not any more, for ${listed(wrong)}`}`,
    },
  };
}

/** What 360, 火绒 or 腾讯 let through they do not tell. */
function othersSaid({ antivirus: trusted }: ExamClientDesired, { antivirus }: ExamClientActual): Said {
  const open = antivirus.filter((name) => !trusted.some((part) => name.includes(part)));
  return {
    actual: [...antivirus],
    verdict: open.length === 0 ? 'ok' : 'unknown',
    sentence: {
      zh: `其他杀毒软件应已由人放行考试系统，${open.length === 0 ? (antivirus.length === 0 ? '没有其他杀毒软件' : `已放行：${listed(antivirus)}`) : `${listed(open)} 未说明；请在其中手动放行，再写入 site.yaml 的 examClient.antivirus`}`,
      en: `in other antiviruses a person must have let the exam system through, ${open.length === 0 ? (antivirus.length === 0 ? 'there is none' : `it was done in ${listed(antivirus)}`) : `nobody has said so of ${listed(open)}; do it there by hand, then name it in examClient.antivirus of site.yaml`}`,
    },
  };
}
