/** L*.python and the handbook's packages on Linux: an environment of its own (venv) over the PC's CPython 3.7, filled from the depot's wheels. */
import { z } from 'zod';
import { linuxWheelLock } from '../../handbook/linux.ts';
import type { Finding } from '../../src/core/finding.ts';
import type { Host } from '../../src/core/host.ts';
import type { Applied, Module } from '../../src/core/module.ts';
import type { Call } from '../../src/core/primitives.ts';
import { CallError } from '../../src/core/errors.ts';
import { forgetSaved, onMachine, saveBefore, savedBefore } from '../../src/core/undo.ts';
import { level, levels } from '../../src/inventory/schema.ts';
import { joinJob, runJob, step, stopped } from '../job.ts';
import { observe } from '../observe.ts';
import { judge } from '../judge.ts';
import { nothing, probe } from './look.ts';
import { interpreterOf, linuxHome as home } from './places.ts';
import { dependencies, packageFinding } from './plan.ts';
import { packagesOf, pythonActual, type Package, type PythonActual, type PythonDesired } from './schema.ts';
import { python as onWindows } from './module.ts';
import { wheelsIn } from './steps.ts';

const name = 'python';
const minor = '3.7';
const [versionSec, makeSec, pipSec] = [30, 300, 1200];

const desired = z.strictObject({
  level,
  base: z.string().meta({ description: "path of the PC's own CPython 3.7" }),
  packages: z.record(z.string(), z.string()).meta({ description: 'the whole closed lock: version by normalised name' }),
});
type Desired = z.infer<typeof desired>;

const seen = pythonActual.pick({
  interpreter: true,
  broken: true,
  distributions: true,
  imports: true,
  damaged: true,
  unobserved: true,
});
const actual = seen.extend({
  base: z.string().nullable().meta({ description: "version of the PC's own interpreter; null: there is none" }),
});
type Actual = z.infer<typeof actual>;

/** Those of the handbook that there are on Linux. */
const packagesIn = (wanted: Desired): Package[] =>
  packagesOf(wanted.level).filter((one) => one.name in wanted.packages);

async function read(host: Host, wanted: Desired): Promise<Actual> {
  const [base, environment] = await Promise.all([
    observe(versionOf(host, wanted.base)),
    observe(probe(host, home, packagesIn(wanted), wanted.packages)),
  ]);
  const whys = { base: base.why, interpreter: environment.why };
  return {
    base: base.value,
    ...(environment.value ?? nothing),
    unobserved: Object.fromEntries(Object.entries(whys).flatMap(([part, why]) => (why === null ? [] : [[part, why]]))),
  };
}

async function versionOf(host: Host, exe: string): Promise<string | null> {
  const args = ['-I', '-c', 'import platform; print(platform.python_version())'];
  try {
    const { exitCode, stdout } = await host.call('process.run', { exe, args, timeoutSec: versionSec, readOnly: true });
    return exitCode === 0 ? stdout.trim() : null;
  } catch (error) {
    if (error instanceof CallError && (error.code === 'not-found' || error.code === 'failed')) return null;
    throw error;
  }
}

/** As the findings of the Windows side want it. */
function asOnWindows({ level: of, packages }: Desired, found: Actual): [PythonDesired, PythonActual] {
  const rest = { registered: null, elsewhere: null, others: [], onPath: null, former: null, extra: [] };
  return [
    { level: of, distribution: 'python.org', version: `${minor}.0`, packages },
    { ...rest, ...found, home },
  ];
}

function plan(wanted: Desired, found: Actual): Finding[] {
  const like = asOnWindows(wanted, found);
  return [
    base(wanted, found),
    environment(wanted, found),
    ...packagesIn(wanted).map((one) => packageFinding(one, ...like)),
    dependencies(...like),
    leftovers(wanted, found),
  ];
}

/** What another level's lock has put into the environment, and this one's has not. */
const extra = ({ packages }: Desired, { distributions }: Actual): string[] => {
  const locked = new Set(levels.flatMap((one) => Object.keys(linuxWheelLock(one))));
  return Object.keys(distributions)
    .filter((one) => locked.has(one) && !ofEnvironment.has(one) && !(one in packages))
    .sort();
};
/** Every environment is made with them. */
const ofEnvironment: ReadonlySet<string> = new Set(['pip', 'setuptools']);

function leftovers(wanted: Desired, found: Actual): Finding {
  const about = { requirement: 'P16', property: 'leftovers', expected: [] };
  return judge(about, found.unobserved['interpreter'], () => {
    const all = extra(wanted, found);
    return {
      actual: all,
      verdict: all.length === 0 ? 'ok' : 'drifted',
      sentence: {
        zh: `为其他级别安装的包应已撤除，${all.length === 0 ? '没有' : `尚有：${all.join('、')}`}`,
        en: `packages of another level must be gone, ${all.length === 0 ? 'and are' : `still there: ${all.join(', ')}`}`,
      },
    };
  });
}

function base(wanted: Desired, { base: version, unobserved }: Actual): Finding {
  const about = { requirement: `${wanted.level}.python`, property: 'base', expected: `${minor}.x` };
  return judge(about, unobserved['base'], () => ({
    actual: version,
    verdict: version?.startsWith(`${minor}.`) === true ? 'ok' : 'failed',
    sentence: {
      zh: `${wanted.base} ${version === null ? '不存在或无法运行' : `为 ${version}`}，应为 CPython ${minor}，请自行安装`,
      en: `${wanted.base} is ${version ?? 'not there, or does not run'}, expected CPython ${minor}, to be installed by hand`,
    },
  }));
}

function environment(wanted: Desired, { interpreter, broken, unobserved }: Actual): Finding {
  const about = { requirement: `${wanted.level}.python`, property: 'environment', expected: `CPython ${minor}` };
  return judge(about, unobserved['interpreter'], () => {
    const is = interpreter === null ? null : `${interpreter.implementation} ${interpreter.version}`;
    const [zh, en] = wanted.level === 'L3' ? ['（代替 Anaconda）', ' in place of anaconda'] : ['', ''];
    const fine = is?.startsWith(`CPython ${minor}.`) === true;
    return {
      actual: is,
      verdict: fine ? 'ok' : 'drifted',
      ...(fine && wanted.level === 'L3' ? { grade: 'minimum' as const } : {}),
      sentence: {
        zh: `${home} 中${is === null ? `没有可用的环境${broken === null ? '' : `（${broken}）`}` : `为 ${is}`}，应为 CPython ${minor}${zh}`,
        en: `the environment in ${home} is ${is ?? `absent${broken === null ? '' : ` (${broken})`}`}, expected CPython ${minor}${en}`,
      },
    };
  });
}

async function apply(host: Host, wanted: Desired, found: Actual, findings: readonly Finding[]): Promise<Applied> {
  if (await joinJob(host, name)) return { restartRequired: false };
  const open = findings.filter(({ verdict }) => verdict === 'drifted').map(({ property }) => property);
  // Where the PC has no interpreter, there is nothing to make an environment of.
  if (findings.some(({ verdict, property }) => property === 'base' && verdict !== 'ok'))
    return { restartRequired: false };
  const anew = open.includes('environment');
  const wrong = Object.keys(wanted.packages).filter(
    (one) => anew || one in found.damaged || found.distributions[one] !== wanted.packages[one],
  );
  await saveBefore(host, name, { home });
  const make = step('process.run', {
    exe: wanted.base,
    args: ['-I', '-m', 'venv', home],
    timeoutSec: makeSec,
    expectExit: [0],
  });
  const gone = anew ? [] : extra(wanted, found);
  const steps = [
    ...(anew ? [step('file.delete', { path: home }), make] : []),
    ...install(host, wanted, wrong),
    ...(gone.length === 0 ? [] : [pip('uninstall', '--yes', ...gone)]),
  ];
  const end = await runJob(host, name, steps);
  if (!end.done) throw stopped(host, name, findings, end.why);
  return { restartRequired: false };
}

function install(host: Host, { level: of, packages }: Desired, names: readonly string[]): Call[] {
  if (names.length === 0) return [];
  const wheels = wheelsIn(`${of}-linux`, packages, [...names].sort(), host.depot).map(({ wheel }) => wheel);
  const files = wheels.map(({ url, file, sha256, size }) => ({
    url,
    path: onMachine('linux', 'pkg', 'wheels', file),
    sha256,
    size,
  }));
  const how = ['--no-index', '--no-deps', '--force-reinstall', '--no-cache-dir'];
  return [
    step('download', { files }),
    pip('install', ...how, ...files.map(({ path }) => path)),
    step('file.delete', { path: onMachine('linux', 'pkg', 'wheels') }),
  ];
}

function pip(command: string, ...rest: readonly string[]): Call {
  const args = ['-I', '-m', 'pip', command, '--disable-pip-version-check', ...rest];
  return step('process.run', { exe: interpreterOf(home), args, timeoutSec: pipSec, expectExit: [0] });
}

async function undo(host: Host, wanted: Desired): Promise<Applied> {
  await joinJob(host, name);
  if ((await savedBefore(host, name)) === undefined) return { restartRequired: false };
  const end = await runJob(host, name, [step('file.delete', { path: home })]);
  if (!end.done) throw stopped(host, name, plan(wanted, await read(host, wanted)), end.why);
  const { names } = await host.call('file.list', { path: '/opt/examsite', match: '*' });
  if (names.length === 0) await host.call('file.delete', { path: '/opt/examsite' });
  await forgetSaved(host, name);
  return { restartRequired: false };
}

export const linuxPython: Module<Desired, Actual> = {
  ...{ name, token: 'examsite:pc:LinuxPython', requirements: onWindows.requirements },
  ...{ desired, actual, read, plan, apply, undo },
};
