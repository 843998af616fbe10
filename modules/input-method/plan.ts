/** P13: English, Pinyin and Wubi for every candidate's account, and none that shows advertising. Pure. */
import type { Finding, Json, Text, Verdict } from '../../src/core/finding.ts';
import { isWindowsOwn, kindsOf, ownEnglish, ownPinyin, ownWubi, vendorOf, type Kind, type MethodId } from './known.ts';
import type { Account, InputMethodActual, InputMethodDesired, Program, Registered } from './schema.ts';

const requirement = 'P13';

export function plan(desired: InputMethodDesired, actual: InputMethodActual): Finding[] {
  const finding = (property: string, parts: readonly string[], expected: Json, judge: () => Said): Finding => {
    const about = { requirement, property, expected };
    const why = parts.map((part) => actual.unobserved[part]).find((one) => one !== undefined);
    return why === undefined ? { ...about, ...judge() } : { ...about, actual: null, ...unseen(why) };
  };
  const kind = (one: Kind): Finding =>
    finding(one, ['accounts', 'choices', 'registered'], true, () => kindSaid(one, desired, actual));
  return [
    kind('english'),
    kind('pinyin'),
    kind('wubi'),
    finding('showing', ['registered', 'programs'], [], () => advertisingSaid(desired, actual)),
    finding('others', ['registered'], [], () => othersSaid(desired, actual)),
  ];
}

type Said = Omit<Finding, 'requirement' | 'property' | 'expected'>;

const unseen = (why: string): Pick<Finding, 'verdict' | 'sentence'> => ({
  verdict: 'unknown',
  sentence: { zh: `未能查看输入法（${why}）`, en: `input methods could not be seen (${why})` },
});

const names: Readonly<Record<Kind, Text>> = {
  english: { zh: '英文', en: 'english' },
  pinyin: { zh: '拼音', en: 'pinyin' },
  wubi: { zh: '五笔', en: 'wubi' },
};

/** A Chinese one counts only where the PC has it: a list may name what was uninstalled. One with advertising does not count at all. */
export function methodsFor(
  kind: Kind,
  { accepted }: InputMethodDesired,
  { registered }: InputMethodActual,
): MethodId[] {
  if (kind === 'english') return [...ownEnglish];
  const own = kind === 'pinyin' ? ownPinyin : ownWubi;
  const here = registered.filter(({ text }) => vendorOf(text)?.advertises !== true);
  const fits = ({ id, text }: Registered): boolean => {
    const said = accepted.filter(({ name }) => text.includes(name)).flatMap((one) => one.kinds);
    return kindsOf(id, text).includes(kind) || said.includes(kind);
  };
  const others = here.filter((one) => fits(one) && !own.includes(one.id)).map(({ id }) => id);
  return [...own.filter((id) => here.some((one) => one.id === id)), ...others];
}

export const lacking = (kind: Kind, desired: InputMethodDesired, actual: InputMethodActual): Account[] => {
  const enough = methodsFor(kind, desired, actual);
  return actual.accounts.filter(({ methods }) => !methods.some((id) => enough.includes(id)));
};

function kindSaid(kind: Kind, desired: InputMethodDesired, actual: InputMethodActual): Said {
  const { zh, en } = names[kind];
  if (actual.accounts.length === 0) return noAccount;
  const without = lacking(kind, desired, actual).map(({ name }) => name);
  const there = methodsFor(kind, desired, actual).length > 0;
  const verdict: Verdict = without.length === 0 ? 'ok' : there ? 'drifted' : 'failed';
  const none: Text = there ? { zh: '', en: '' } : missing(kind, actual);
  return {
    actual: without.length === 0,
    verdict,
    sentence: {
      zh: `考生账户应有${zh}输入法，${without.length === 0 ? '都有' : `没有的账户：${without.join('、')}${none.zh}`}`,
      en: `accounts of candidates must have ${en}, ${without.length === 0 ? 'all have' : `without it are ${without.join(', ')}${none.en}`}`,
    },
    evidence: actual.accounts.map(({ name, methods }) => `${name}: ${methods.join(' ')}`).join('; '),
  };
}

/** Nothing on the PC could be given to anybody. */
function missing(kind: Kind, { list }: InputMethodActual): Text {
  if (kind === 'wubi' && list === 'preload') {
    return {
      zh: '；Windows 7 自带输入法中没有五笔，请安装一款无广告的五笔（如极点五笔）',
      en: '; windows 7 brings none, install one without advertising (极点五笔, for example)',
    };
  }
  return {
    zh: '；系统缺少中文“基本键入”功能，请在“语言”设置中添加',
    en: '; this windows lacks the Chinese feature "basic typing", add it in the settings of the language',
  };
}

const noAccount: Said = {
  actual: null,
  verdict: 'unknown',
  sentence: {
    zh: '没有考生账户登录过此机，无从查看；请用考生账户登录一次',
    en: 'no account of a candidate has ever been logged on here, so there is nothing to see; log it on once',
  },
};

/** Installed, or left behind by an installation that has gone. */
export function advertising({ registered, programs }: InputMethodActual): { name: string; programs: Program[] }[] {
  const all = [...programs.map(({ name }) => name), ...registered.map(({ text }) => text)];
  const found = new Set(all.flatMap((text) => vendorOf(text) ?? []).filter(({ advertises }) => advertises));
  return [...found]
    .map((vendor) => ({ name: vendor.name, programs: programs.filter((one) => vendorOf(one.name) === vendor) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function advertisingSaid(desired: InputMethodDesired, actual: InputMethodActual): Said {
  const found = advertising(actual);
  const removable = desired.advertising === 'uninstall' && found.every(({ programs }) => programs.length > 0);
  const listed = found.map(({ name }) => name).join(', ');
  const todo = removable
    ? { zh: '', en: '' }
    : {
        zh: '；请在“程序和功能”中卸载（或在 site.yaml 中设 inputMethods.advertising: uninstall）',
        en: '; uninstall by hand, or set inputMethods.advertising to uninstall in site.yaml',
      };
  return {
    actual: found.map(({ name }) => name),
    verdict: found.length === 0 ? 'ok' : removable ? 'drifted' : 'failed',
    sentence: {
      zh: `不应有带广告的输入法，${found.length === 0 ? '没有' : `实有：${listed}${todo.zh}`}`,
      en: `no input method may show advertising, ${found.length === 0 ? 'none here does' : `here is ${listed}${todo.en}`}`,
    },
  };
}

/** Nobody can tell from outside whether one of these shows advertising. Unknown never passes. */
function othersSaid({ accepted }: InputMethodDesired, { registered }: InputMethodActual): Said {
  const strangers = registered.filter(
    ({ id, text }) =>
      !isWindowsOwn(id, text) && vendorOf(text) === undefined && !accepted.some(({ name }) => text.includes(name)),
  );
  const found = strangers.map(({ id, text }) => (text === '' ? id : text)).sort();
  return {
    actual: found,
    verdict: found.length === 0 ? 'ok' : 'unknown',
    sentence: {
      zh: `其他输入法是否带广告应已查明，${found.length === 0 ? '没有未查明的' : `未查明：${found.join('；')}；请卸载，或写入 site.yaml 的 inputMethods.accepted`}`,
      en: `of other input methods it must be known that they show no advertising, ${found.length === 0 ? 'none is left open' : `open is ${found.join('; ')}; uninstall it, or name it in inputMethods.accepted of site.yaml`}`,
    },
  };
}
