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
  const sentence: Text = { zh: `无法查看，机器回答：${why}`, en: `could not be looked at, the machine said: ${why}` };
  return { ...about, actual: null, verdict: 'unknown', sentence };
}

/** The handbook's L3 asks for Anaconda, which is not this interpreter: there it counts only as what the packages need (P16). */
function interpreter(desired: PythonDesired, actual: PythonActual): Finding {
  const requirement = desired.level === 'L3' ? 'P16' : `${desired.level}.python`;
  const about = { requirement, property: 'version', expected: desired.version };
  return judge(about, actual.unobserved['interpreter'] ?? actual.unobserved['elsewhere'], () => {
    const others = actual.others.length === 0 ? '' : `; also registered, not used: ${actual.others.join(', ')}`;
    return { ...interpreterVerdict(desired, actual), evidence: `${at.interpreter}${others}` };
  });
}

function interpreterVerdict(desired: PythonDesired, { interpreter: found, broken, elsewhere }: PythonActual): Judged {
  const { version } = desired;
  const minor = minorOf(version);
  if (found !== null) {
    const { version: actual, implementation, bits } = found;
    const right = implementation === 'CPython' && bits === 64 && meets({ anyPatch: minor }, actual);
    const sentence = {
      zh: `${at.home} 中为 ${bits} 位 ${implementation} ${actual}，应为 64 位 CPython ${minor}.x（定为 ${version}）`,
      en: `python in ${at.home} is ${bits}-bit ${implementation} ${actual}, expected 64-bit CPython ${minor}.x (pinned to ${version})`,
    };
    // Whoever put another interpreter there uses it: it is not overwritten.
    if (!right) return { actual, verdict: 'failed', sentence };
    return { actual, verdict: 'ok', grade: actual === version ? 'recommended' : 'minimum', sentence };
  }
  if (broken !== null) {
    const sentence = {
      zh: `${at.interpreter} 无法运行（${broken}），应为 CPython ${version}`,
      en: `the interpreter ${at.interpreter} does not run (${broken}), expected CPython ${version}`,
    };
    return { actual: null, verdict: 'drifted', sentence };
  }
  if (elsewhere !== null) return registeredElsewhere(desired, elsewhere);
  const sentence = {
    zh: `${at.home} 中没有 Python，应为 CPython ${version}`,
    en: `no python in ${at.home}, expected CPython ${version}`,
  };
  return { actual: null, verdict: 'drifted', sentence };
}

/** Python's installer changes the registered installation of a minor version instead of making a second one. */
function registeredElsewhere({ version }: PythonDesired, elsewhere: string): Judged {
  const sentence = {
    zh: `Python ${minorOf(version)} 装在 ${elsewhere}，应为 ${at.interpreter} 的 ${version}；请先卸载它`,
    en: `python ${minorOf(version)} is installed as ${elsewhere}, expected ${version} as ${at.interpreter}; uninstall the former first`,
  };
  return { actual: elsewhere, verdict: 'failed', sentence };
}

function packageFinding(wanted: Package, desired: PythonDesired, actual: PythonActual): Finding {
  const pin = desired.packages[wanted.name] ?? '';
  const about = { requirement: wanted.requirement, property: `packages.${wanted.name}`, expected: pin };
  return judge(about, actual.unobserved['interpreter'], () => ({
    actual: actual.distributions[wanted.name] ?? null,
    ...packageVerdict(wanted, pin, desired, actual),
    evidence: `metadata in ${at.home}\\Lib\\site-packages, import ${wanted.imports}`,
  }));
}

function packageVerdict(
  { name, rule, imports }: Package,
  pin: string,
  desired: PythonDesired,
  actual: PythonActual,
): Pick<Finding, 'verdict' | 'sentence' | 'grade'> {
  const found = actual.distributions[name];
  if (found === undefined) {
    return {
      verdict: 'drifted',
      sentence: { zh: `未安装 ${name}，应为 ${pin}`, en: `${name} is not installed, expected ${pin}` },
    };
  }
  const any = 'any' in rule;
  const is = {
    zh: `${name} 为 ${found}，应为 ${any ? `任意版本（定为 ${pin}）` : pin}`,
    en: `${name} is ${found}, expected ${any ? `any version (pinned to ${pin})` : pin}`,
  };
  // Two copies side by side: which one is imported is chance.
  if (found.includes(', ') || !meets(rule, found)) return { verdict: 'drifted', sentence: is };
  const damaged = actual.damaged[name];
  if (damaged !== undefined) {
    const files = damaged.join(', ');
    return {
      verdict: 'drifted',
      sentence: { zh: `${is.zh}，文件缺失或被改动：${files}`, en: `${is.en}, files missing or changed: ${files}` },
    };
  }
  const error = actual.imports[name];
  if (error !== null) {
    const why = error ?? 'not tried';
    // With every file of the lock in place there is nothing left to install: a DLL of Windows is missing, or a program holds it back.
    const verdict = differing(desired, actual).length === 0 ? 'failed' : 'drifted';
    return {
      verdict,
      sentence: { zh: `${is.zh}，import ${imports} 失败：${why}`, en: `${is.en}, import ${imports} fails: ${why}` },
    };
  }
  const sentence = { zh: `${is.zh}，可以导入`, en: `${is.en}, and imports` };
  return { verdict: 'ok', sentence, ...(any ? { grade: found === pin ? 'recommended' : 'minimum' } : {}) };
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
  return judge(about, actual.unobserved['interpreter'], () => {
    const wrong = differing(desired, actual).map(
      (name) => `${name} ${actual.distributions[name] ?? '–'} ≠ ${desired.packages[name] ?? ''}`,
    );
    const shown = wrong.slice(0, 8).join('; ') + (wrong.length > 8 ? '; …' : '');
    const right = all - wrong.length;
    return {
      actual: right,
      verdict: wrong.length === 0 ? 'ok' : 'drifted',
      sentence: {
        zh: `依赖包应有 ${all} 个与锁定版本一致，实有 ${right} 个${wrong.length === 0 ? '' : `：${shown}`}`,
        en: `${all} dependencies must be as locked, ${right} are${wrong.length === 0 ? '' : `: ${shown}`}`,
      },
      ...(wrong.length === 0 ? {} : { evidence: wrong.join('; ') }),
    };
  });
}
