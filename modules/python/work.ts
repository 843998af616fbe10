import type { DepotView } from '../../src/core/host.ts';
import type { Seen, Work } from '../../src/core/work.ts';
import type { PythonActual, PythonDesired } from './schema.ts';
import { wheelsOf, workFor } from './steps.ts';

/** Anaconda comes with the desktop tools, which are installed before: where it is not there yet, it will be, and without our packages. */
export function work(desired: PythonDesired, seen: Seen<PythonActual> | null, depot: DepotView): Work[] {
  const conda = desired.distribution === 'anaconda';
  const fresh = seen === null || (conda && seen.actual.interpreter === null);
  const { interpreter, packages } = fresh
    ? { interpreter: conda ? 'keep' : 'install', packages: Object.keys(desired.packages).sort() }
    : workFor(desired, seen.actual, seen.findings);
  const wheels = wheelsOf(desired, packages, depot).map(({ wheel }) => wheel);
  return [
    ...(interpreter === 'keep' ? [] : [{ what: 'python', files: [depot.artifact('python', desired.version)] }]),
    ...(wheels.length === 0 ? [] : [{ what: 'wheels', files: wheels }]),
  ];
}
