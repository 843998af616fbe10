/** For the tests of this module: a simulated PC with a depot that has the wheels of every level. */
import { isOk } from '../../src/core/finding.ts';
import { levels, type Level } from '../../src/inventory/schema.ts';
import { simulatedDepot } from '../../src/lab/packages/build.ts';
import { preinstall } from '../../src/lab/packages/preinstall.ts';
import { software } from '../../src/lab/software.ts';
import { simulatedPc, type SimulatedPc, type SimulatedPcOptions } from '../../src/lab/testing.ts';
import { wheelLock } from '../../handbook/wheels.ts';
import { python } from './module.ts';
import type { PythonDesired } from './schema.ts';

const wheels = Object.fromEntries(levels.map((level) => [level, wheelLock(level)]));
export const depot = simulatedDepot({ products: { python: ['3.7.9'] }, wheels });
export const pc = (options: SimulatedPcOptions = {}): Promise<SimulatedPc> =>
  simulatedPc({ software, depot, ...options });

export const want = (level: Level): PythonDesired =>
  python.desired.parse({
    level,
    distribution: level === 'L3' ? 'anaconda' : 'python.org',
    version: '3.7.9',
    packages: wheelLock(level),
  });

/** Verdict and sentence of what is not as required, by property. */
export async function faults({ host }: SimulatedPc, wanted = want('L2')): Promise<Record<string, string>> {
  const findings = python.plan(wanted, await python.read(host, wanted));
  const wrong = findings.filter((one) => !isOk(one));
  return Object.fromEntries(wrong.map((one) => [one.property, `${one.verdict}: ${one.sentence.en}`]));
}

/** It comes with the desktop tools. */
export const anaconda = ({ machine }: SimulatedPc, version = '2020.02', folder = 'C:\\Anaconda3'): void =>
  preinstall(machine, { product: 'anaconda', version, folder });

export const programFiles = 'C:\\Program Files\\Python37';
/** As a school leaves it: put there years ago, used for a course. */
export const school = (
  { machine }: SimulatedPc,
  version: string,
  folder: string,
  packages: Record<string, string> = {},
): void => preinstall(machine, { product: 'python', version, folder, packages });
