/** What the handbook says about the interpreter found. Pure. */
import type { Finding } from '../../src/core/finding.ts';
import { anacondaHomes } from '../anaconda.ts';
import { meets } from '../version.ts';
import { judge, type Judged } from '../judge.ts';
import * as at from './places.ts';
import { minorOf, type PythonActual, type PythonDesired } from './schema.ts';

export function interpreterFindings(desired: PythonDesired, actual: PythonActual): Finding[] {
  const requirement = `${desired.level}.python`;
  const about = { requirement, property: 'version', expected: desired.version };
  const version = judge(about, actual.unobserved['interpreter'] ?? actual.unobserved['elsewhere'], () => {
    const seen = actual.elsewhere ?? at.interpreterOf(actual.home);
    const others = actual.others.length === 0 ? '' : `; also there, not used: ${actual.others.join(', ')}`;
    const verdict =
      desired.distribution === 'anaconda' ? anacondaVerdict(desired, actual) : interpreterVerdict(desired, actual);
    return { ...verdict, evidence: `${seen}${others}` };
  });
  return desired.distribution === 'anaconda' ? [version, path(requirement, actual)] : [version];
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

/** Whoever has another Python in our folder uses it; whoever has none gets one with the desktop tools. */
function anacondaVerdict(desired: PythonDesired, { home, interpreter: found, broken }: PythonActual): Judged {
  const minor = minorOf(desired.version);
  const exe = at.interpreterOf(home);
  if (found !== null) {
    const { verdict, actual, sentence } = runs(desired, home, found);
    return { verdict, actual, sentence };
  }
  if (broken !== null) {
    const sentence = {
      zh: `${exe} 无法运行（${broken}）；请卸载该 Anaconda，examsite up 会重新安装`,
      en: `the interpreter ${exe} does not run (${broken}); uninstall this anaconda, and examsite up installs it anew`,
    };
    return { actual: null, verdict: 'failed', sentence };
  }
  const sentence = {
    zh: `${anacondaHomes.join(' 和 ')} 中没有带 Python ${minor} 的 Anaconda`,
    en: `no anaconda with python ${minor} in ${anacondaHomes.join(' or ')}`,
  };
  return { actual: null, verdict: 'drifted', sentence };
}

/** Candidates type `python`, and PyCharm proposes what it finds there. */
function path(requirement: string, actual: PythonActual): Finding {
  const expected = at.interpreterOf(actual.home);
  const about = { requirement, property: 'path', expected };
  return judge(about, actual.unobserved['onPath'], () => {
    const first = actual.onPath;
    return {
      actual: first,
      verdict: first?.toLowerCase() === expected.toLowerCase() ? 'ok' : 'drifted',
      sentence: {
        zh: `PATH 上第一个 python.exe ${first === null ? '没有' : `是 ${first}`}，应为 ${expected}`,
        en: `the first python.exe on PATH is ${first ?? 'absent'}, expected ${expected}`,
      },
    };
  });
}
