/** What the handbook says about the programs found. Pure. */
import type { Finding, Text } from '../../src/core/finding.ts';
import { compareVersions, meets, ruleText } from '../version.ts';
import { wantedOf, type DesktopToolsActual, type DesktopToolsDesired, type Found, type Wanted } from './schema.ts';
import { toolOf } from './tools/index.ts';

export function plan(desired: DesktopToolsDesired, actual: DesktopToolsActual): Finding[] {
  const wanted = wantedOf(desired.level);
  return [
    ...wanted.map((one) => tool(one, desired.tools[one.product] ?? '', actual)),
    leftovers(
      wanted.map(({ product }) => product),
      actual,
    ),
  ];
}

type About = Pick<Finding, 'requirement' | 'property' | 'expected'>;

/** Machines end their messages with a full stop. */
function unseen(about: About, why: string): Finding {
  const said = why.replace(/[.。]$/, '');
  const sentence = { zh: `无法查看，机器回答：${said}`, en: `could not be looked at, the machine said: ${said}` };
  return { ...about, actual: null, verdict: 'unknown', sentence };
}

/** Of several the first that is as it must be; else the first that has the right version; else any. */
function best(wanted: Wanted, pin: string, found: readonly Found[]): Found | undefined {
  const right = found.filter((one) => hasVersion(wanted, pin, one));
  return right.find((one) => one.fault === null) ?? right[0] ?? found[0];
}

function hasVersion({ rule }: Wanted, pin: string, { version }: Found): boolean {
  if (rule === undefined) return version !== null && compareVersions(version, pin) >= 0;
  return version === null ? 'any' in rule : meets(rule, version);
}

function tool(wanted: Wanted, pin: string, actual: DesktopToolsActual): Finding {
  const { product, requirement, instead } = wanted;
  const about = { requirement, property: `tools.${product}`, expected: pin };
  const why = actual.unobserved[product] ?? (instead ? actual.unobserved['unpackers'] : undefined);
  if (why !== undefined) return unseen(about, why);
  const found = best(wanted, pin, actual.tools[product] ?? []);
  const right = found?.fault === null && hasVersion(wanted, pin, found);
  const other = right ? undefined : actual.unpackers.find((one) => one.fault === null);
  if (other !== undefined) return { ...about, ...inItsPlace(wanted, other) };
  const { title } = toolOf(product);
  const rule = ruleText(wanted.rule ?? { atLeast: pin });
  const is = state(found);
  return {
    ...about,
    actual: found === undefined ? null : (found.version ?? found.name),
    verdict: right ? 'ok' : 'drifted',
    sentence: {
      zh: `${title.zh} ${is.zh}，应为${rule.zh}（定为 ${pin}）`,
      en: `${title.en} ${is.en}, expected ${rule.en} (pinned to ${pin})`,
    },
    ...(right && 'any' in (wanted.rule ?? {}) ? { grade: isPin(found, pin) ? 'recommended' : 'minimum' } : {}),
    ...(found === undefined ? {} : { evidence: `${found.name}, ${found.path ?? 'no program'}` }),
  };
}

/** 4.0 is every 4.0.x: a vendor's last numbers are in no handbook. */
const isPin = ({ version }: Found, pin: string): boolean => version === pin || version?.startsWith(`${pin}.`) === true;

function inItsPlace({ product }: Wanted, other: Found): Omit<Finding, keyof About> {
  const { title } = toolOf(product);
  return {
    actual: other.name,
    verdict: 'ok',
    grade: 'minimum',
    sentence: {
      zh: `以 ${other.name} 代替 ${title.zh}，该级别任何解压软件均可`,
      en: `instead of ${title.en} there is ${other.name}, at this level any program that unpacks will do`,
    },
    evidence: `${other.name}, ${other.path ?? 'no program'}`,
  };
}

function state(found: Found | undefined): Text {
  if (found === undefined) return { zh: '未安装', en: 'is not installed' };
  const version = found.version ?? found.name;
  if (found.fault === null) return { zh: `为 ${version}`, en: `is ${version}` };
  const { kind, what } = found.fault;
  const faults: Record<typeof kind, Text> = {
    'not-registered': {
      zh: `在 ${what}，但不在程序列表中（复制而来，或安装中断）`,
      en: `lies at ${what} but is not in the list of programs (copied there, or its installation was cut off)`,
    },
    'no-program': {
      zh: `在程序列表中，但 ${what} 里没有程序`,
      en: `is in the list of programs, and its program is not in ${what}`,
    },
    incomplete: { zh: `${version} 不完整：缺少 ${what}`, en: `is ${version} and incomplete: ${what} is missing` },
    outdated: {
      zh: `登记为 ${version}，但 ${what} 较旧：安装时正在使用的文件，要到下次启动才替换`,
      en: `is registered as ${version}, and ${what} is older: a file that is in use is replaced with the next start`,
    },
    'does-not-run': { zh: `${version} 无法运行：${what}`, en: `is ${version} and does not run: ${what}` },
  };
  return faults[kind];
}

/** Only what examsite itself has installed: what a school has beside its exam programs is its own. */
function leftovers(wanted: readonly string[], actual: DesktopToolsActual): Finding {
  const about = { requirement: 'P16', property: 'leftovers', expected: [] };
  const why = actual.unobserved['ours'];
  if (why !== undefined) return unseen(about, why);
  const found = Object.keys(actual.ours)
    .filter((product) => !wanted.includes(product))
    .sort();
  const listed = found.map((product) => `${product} ${actual.ours[product] ?? ''}`).join(', ');
  return {
    ...about,
    actual: found,
    verdict: found.length === 0 ? 'ok' : 'drifted',
    sentence: {
      zh: `为其他级别安装的工具应已卸载，${listed === '' ? '没有' : `尚有：${listed}`}`,
      en: `what was installed for another level must be gone, ${listed === '' ? 'and is' : `still there: ${listed}`}`,
    },
  };
}
