/** What the handbook and the closed lock say about the interpreter and the packages found. Pure. */
import type { Finding, Text } from '../../src/core/finding.ts';
import { meets } from '../version.ts';
import * as at from './places.ts';
import { minorOf, packagesOf, type Package, type PythonActual, type PythonDesired } from './schema.ts';

type Judged = Omit<Finding, 'requirement' | 'property' | 'expected'>;

export function plan(desired: PythonDesired, actual: PythonActual): Finding[] {
  return [
    interpreter(desired, actual),
    ...packagesOf(desired.level).map((one) => packageFinding(one, desired, actual)),
    dependencies(desired, actual),
  ];
}

/** A finding is `unknown` where what it is about could not be seen. */
function judge(about: Omit<Finding, keyof Judged>, why: string | undefined, verdict: () => Judged): Finding {
  if (why === undefined) return { ...about, ...verdict() };
  const said = unstopped(why);
  const sentence: Text = { zh: `无法查看，机器回答：${said}`, en: `could not be looked at, the machine said: ${said}` };
  return { ...about, actual: null, verdict: 'unknown', sentence };
}

/** Machines end their messages with a full stop; our sentences go on, or end without. */
const unstopped = (message: string): string => message.replace(/[.。]$/, '');

/** Without the registry it is not known which interpreter counts; and one that does not run shows no packages. */
const unseen = ({ unobserved, broken, home }: PythonActual): string | undefined =>
  unobserved['interpreter'] ??
  unobserved['elsewhere'] ??
  (broken === null ? undefined : `${at.interpreterOf(home)} does not run`);

/** The handbook's L3 asks for Anaconda, which is not this interpreter: there it counts only as what the packages need (P16). */
function interpreter(desired: PythonDesired, actual: PythonActual): Finding {
  const requirement = desired.level === 'L3' ? 'P16' : `${desired.level}.python`;
  const about = { requirement, property: 'version', expected: desired.version };
  return judge(about, actual.unobserved['interpreter'] ?? actual.unobserved['elsewhere'], () => {
    const seen = actual.elsewhere ?? at.interpreterOf(actual.home);
    const others = actual.others.length === 0 ? '' : `; also there, not used: ${actual.others.join(', ')}`;
    return { ...interpreterVerdict(desired, actual), evidence: `${seen}${others}` };
  });
}

function interpreterVerdict(desired: PythonDesired, actual: PythonActual): Judged {
  const { home, interpreter: found, broken, elsewhere } = actual;
  const { version } = desired;
  if (elsewhere !== null) return registeredElsewhere(desired, elsewhere);
  if (found !== null) return runs(desired, home, found);
  if (broken !== null) {
    const exe = at.interpreterOf(home);
    const sentence = {
      zh: `${exe} 无法运行（${broken}），应为 CPython ${version}`,
      en: `the interpreter ${exe} does not run (${broken}), expected CPython ${version}`,
    };
    return { actual: null, verdict: 'drifted', sentence };
  }
  const sentence = {
    zh: `${home} 中没有 Python，应为 CPython ${version}`,
    en: `no python in ${home}, expected CPython ${version}`,
  };
  return { actual: null, verdict: 'drifted', sentence };
}

type Runs = NonNullable<PythonActual['interpreter']>;

/** Another patch of the same minor version may stay. Whoever put a wholly different interpreter there uses it: it is not overwritten. */
function runs({ version }: PythonDesired, home: string, found: Runs): Judged {
  const { version: actual, implementation, bits } = found;
  const minor = minorOf(version);
  const sentence = {
    zh: `${home} 中为 ${bits} 位 ${implementation} ${actual}，应为 64 位 CPython ${minor}.x（定为 ${version}）`,
    en: `python in ${home} is ${bits}-bit ${implementation} ${actual}, expected 64-bit CPython ${minor}.x (pinned to ${version})`,
  };
  const right = implementation === 'CPython' && bits === 64 && meets({ anyPatch: minor }, actual);
  if (!right) return { actual: `${actual} (${bits}-bit ${implementation})`, verdict: 'failed', sentence };
  return { actual, verdict: 'ok', grade: actual === version ? 'recommended' : 'minimum', sentence };
}

/** Python's installer changes the registered installation of a minor version instead of making a second one. */
function registeredElsewhere({ version }: PythonDesired, elsewhere: string): Judged {
  const minor = minorOf(version);
  const sentence = {
    zh: `Python ${minor} 装在 ${elsewhere}，应在 ${at.homes.join(' 或 ')}；请先卸载它`,
    en: `python ${minor} is installed as ${elsewhere}, expected in ${at.homes.join(' or ')}; uninstall the former first`,
  };
  return { actual: elsewhere, verdict: 'failed', sentence };
}

function packageFinding(wanted: Package, desired: PythonDesired, actual: PythonActual): Finding {
  const pin = desired.packages[wanted.name] ?? '';
  const about = { requirement: wanted.requirement, property: `packages.${wanted.name}`, expected: pin };
  return judge(about, unseen(actual), () => ({
    actual: actual.distributions[wanted.name] ?? null,
    ...packageVerdict(wanted, pin, desired, actual),
    evidence: `metadata in ${actual.home}\\Lib\\site-packages, import ${wanted.imports}`,
  }));
}

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
  const verdict = differing(desired, actual).length === 0 ? 'failed' : 'drifted';
  return { verdict, sentence: { zh: `import ${imports} 失败：${why}`, en: `import ${imports} fails: ${why}` } };
}

/** Packages of the lock that the handbook does not name, and that are not as locked. */
export function differing(desired: PythonDesired, actual: PythonActual): string[] {
  const named = new Set(packagesOf(desired.level).map((one) => one.name));
  return Object.keys(desired.packages)
    .filter((name) => !named.has(name) && actual.distributions[name] !== desired.packages[name])
    .sort();
}

/** The rest of the lock in one finding: nobody asks for `zipp`, but two PCs of one room may not differ in it. */
function dependencies(desired: PythonDesired, actual: PythonActual): Finding {
  const all = Object.keys(desired.packages).length - packagesOf(desired.level).length;
  const about = { requirement: 'P16', property: 'dependencies', expected: all };
  return judge(about, unseen(actual), () => {
    const wrong = differing(desired, actual).map((name): Text => {
      const [pin, found] = [desired.packages[name] ?? '', actual.distributions[name]];
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
