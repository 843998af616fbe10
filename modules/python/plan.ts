/** What the handbook and the closed lock say about the interpreter and the packages found. Pure. */
import type { Finding, Text } from '../../src/core/finding.ts';
import { meets } from '../version.ts';
import { interpreterFindings } from './interpreter.ts';
import { judge, unstopped } from '../judge.ts';
import * as at from './places.ts';
import { packagesOf, type Package, type PythonActual, type PythonDesired } from './schema.ts';

export function plan(desired: PythonDesired, actual: PythonActual): Finding[] {
  return [
    ...interpreterFindings(desired, actual),
    ...packagesOf(desired.level).map((one) => packageFinding(one, desired, actual)),
    dependencies(desired, actual),
    leftovers(actual),
  ];
}

/** Without the registry it is not known which interpreter counts; and one that does not run shows no packages. */
const unseen = ({ unobserved, broken, home }: PythonActual): string | undefined =>
  unobserved['interpreter'] ??
  unobserved['elsewhere'] ??
  (broken === null ? undefined : `${at.interpreterOf(home)} does not run`);

export function packageFinding(wanted: Package, desired: PythonDesired, actual: PythonActual): Finding {
  const pin = desired.packages[wanted.name] ?? '';
  const about = { requirement: wanted.requirement, property: `packages.${wanted.name}`, expected: pin };
  return judge(about, unseen(actual), () => ({
    actual: actual.distributions[wanted.name] ?? null,
    ...packageVerdict(wanted, pin, desired, actual),
    evidence: `metadata in ${whereOf(desired, actual)}, import ${wanted.imports}`,
  }));
}

/** Anaconda's Python looks into our folder first, then into its own. */
const whereOf = ({ distribution }: PythonDesired, { home }: PythonActual): string =>
  distribution === 'anaconda'
    ? `${at.examSite(home)}, else in ${home}`
    : `${home}${home.startsWith('/') ? '/lib/python3.7/site-packages' : '\\Lib\\site-packages'}`;

type Verdict = Pick<Finding, 'verdict' | 'sentence' | 'grade'>;

function packageVerdict(wanted: Package, pin: string, desired: PythonDesired, actual: PythonActual): Verdict {
  const { name, rule } = wanted;
  const found = actual.distributions[name];
  const should =
    'any' in rule
      ? { zh: `应为任意版本（定为 ${pin}）`, en: `expected any version (pinned to ${pin})` }
      : { zh: `应为 ${pin}`, en: `expected ${pin}` };
  const drifted = (zh: string, en: string): Verdict => ({
    verdict: 'drifted',
    sentence: { zh: `${zh}，${should.zh}`, en: `${en}, ${should.en}` },
  });
  if (found === undefined) return drifted(`${name} 未安装`, `${name} is not installed`);
  // Which one is imported is chance.
  if (found.includes(', ')) {
    return drifted(`${name} 有几个版本并存（${found}）`, `${name} lies there in several versions (${found})`);
  }
  const is = drifted(`${name} 为 ${found}`, `${name} is ${found}`);
  if (!meets(rule, found)) return is;
  const fault = packageFault(wanted, desired, actual);
  const { zh, en } = fault?.sentence ?? { zh: '可以导入', en: 'and imports' };
  const sentence = { zh: `${is.sentence.zh}，${zh}`, en: `${is.sentence.en}, ${en}` };
  if (fault !== undefined) return { verdict: fault.verdict, sentence };
  return { verdict: 'ok', sentence, ...('any' in rule ? { grade: found === pin ? 'recommended' : 'minimum' } : {}) };
}

/** What can be wrong with a package of the right version; undefined: nothing. */
function packageFault({ name, imports }: Package, desired: PythonDesired, actual: PythonActual): Verdict | undefined {
  const damaged = actual.damaged[name];
  if (damaged !== undefined) {
    const files = damaged.join(', ');
    return {
      verdict: 'drifted',
      sentence: { zh: `文件缺失或被改动：${files}`, en: `files missing or changed: ${files}` },
    };
  }
  const error = actual.imports[name];
  if (error === null) return undefined;
  const why = unstopped(error ?? 'not tried');
  // With every file of the lock in place there is nothing left to install: a DLL of Windows is missing, or a program holds it back.
  const inPlace = differing(desired, actual).length === 0 && Object.keys(actual.damaged).length === 0;
  const verdict = inPlace ? 'failed' : 'drifted';
  return { verdict, sentence: { zh: `import ${imports} 失败：${why}`, en: `import ${imports} fails: ${why}` } };
}

/** Packages of the lock that the handbook does not name, and that are not as locked, or hurt (looked for where an import fails). */
export function differing(desired: PythonDesired, actual: PythonActual): string[] {
  const named = new Set(packagesOf(desired.level).map((one) => one.name));
  return Object.keys(desired.packages)
    .filter((name) => !named.has(name))
    .filter((name) => actual.distributions[name] !== desired.packages[name] || name in actual.damaged)
    .sort();
}

/** The rest of the lock in one finding: nobody asks for `zipp`, but two PCs of one room may not differ in it. */
export function dependencies(desired: PythonDesired, actual: PythonActual): Finding {
  const named = new Set(packagesOf(desired.level).map((one) => one.name));
  const all = Object.keys(desired.packages).filter((name) => !named.has(name)).length;
  const about = { requirement: 'P16', property: 'dependencies', expected: all };
  return judge(about, unseen(actual), () => {
    const wrong = differing(desired, actual).map((name): Text => {
      const [pin, found] = [desired.packages[name] ?? '', actual.distributions[name]];
      if (found === pin) {
        const files = actual.damaged[name]?.join(', ') ?? '';
        return {
          zh: `${name} ${pin}（文件缺失或被改动：${files}）`,
          en: `${name} ${pin} (files missing or changed: ${files})`,
        };
      }
      return { zh: `${name} ${found ?? '未安装'}（应为 ${pin}）`, en: `${name} ${found ?? 'absent'} (locked ${pin})` };
    });
    const right = all - wrong.length;
    return {
      actual: right,
      verdict: wrong.length === 0 ? 'ok' : 'drifted',
      sentence: {
        zh: `${all} 个依赖包应与锁定版本一致，实有 ${right} 个一致${listed(
          wrong.map((one) => one.zh),
          '：',
          '；',
        )}`,
        en: `${all} dependencies must be as locked, ${right} are${listed(
          wrong.map((one) => one.en),
          ': ',
          '; ',
        )}`,
      },
      ...(wrong.length === 0 ? {} : { evidence: wrong.map((one) => one.en).join('; ') }),
    };
  });
}

/** A sentence stays a sentence: the evidence has them all. */
const listed = (all: readonly string[], colon: string, comma: string): string =>
  all.length === 0 ? '' : `${colon}${all.slice(0, 6).join(comma)}${all.length > 6 ? `${comma}…` : ''}`;

/** Only what examsite itself did for another level of this seat: a school's own interpreters and packages are its own. */
function leftovers(actual: PythonActual): Finding {
  const about = { requirement: 'P16', property: 'leftovers', expected: [] };
  return judge(about, actual.unobserved['former'], () => {
    const found = [...(actual.former === null ? [] : [actual.former]), ...actual.extra];
    return {
      actual: found,
      verdict: found.length === 0 ? 'ok' : 'drifted',
      sentence: {
        zh: `为其他级别安装的解释器和包应已撤除，${found.length === 0 ? '没有' : `尚有：${found.join('、')}`}`,
        en: `what was set up for another level must be gone, ${found.length === 0 ? 'and is' : `still there: ${found.join(', ')}`}`,
      },
    };
  });
}
