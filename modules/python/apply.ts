import { z } from 'zod';
import type { Finding } from '../../src/core/finding.ts';
import type { Host } from '../../src/core/host.ts';
import type { Applied } from '../../src/core/module.ts';
import type { Call } from '../../src/core/primitives.ts';
import { forgetSaved, replaceSaved, savedBefore } from '../../src/core/undo.ts';
import { joinJob, runJob, step, stopped } from '../job.ts';
import { plan } from './plan.ts';
import { read } from './read.ts';
import type { PythonActual, PythonDesired } from './schema.ts';
import {
  applySteps,
  packageSteps,
  removalSteps,
  uninstallSteps,
  wheelsOfAnyLevel,
  workFor,
  type Work,
} from './steps.ts';

export const job = 'python';

/** What was there before the first change. */
const saved = z.strictObject({
  /** Folder of the interpreter. */
  home: z.string(),
  /** Null: none, so what is there now is ours. */
  interpreter: z.string().nullable(),
  /** Version that our installer has, to take it off again. */
  installed: z.string(),
  /** Whether the folder was there without an interpreter: then it is not ours to delete. */
  folder: z.boolean(),
  /** Former version by package that was installed or replaced; null: it was not there. */
  packages: z.record(z.string(), z.string().nullable()),
});
type Saved = z.infer<typeof saved>;

export async function apply(
  host: Host,
  desired: PythonDesired,
  actual: PythonActual,
  findings: readonly Finding[],
): Promise<Applied> {
  if (await joinJob(host, job)) {
    // The job of an earlier controller has just ended: what was seen before is no longer so.
    const now = await read(host, desired);
    return applyNow(host, desired, now, plan(desired, now));
  }
  return applyNow(host, desired, actual, findings);
}

async function applyNow(
  host: Host,
  desired: PythonDesired,
  actual: PythonActual,
  findings: readonly Finding[],
): Promise<Applied> {
  const work = workFor(desired, actual, findings);
  const steps = applySteps(desired, work, host.depot);
  if (steps.length === 0) return { restartRequired: false };
  await save(host, desired, actual, work);
  const end = await runJob(host, job, steps);
  if (!end.done) throw stopped(host, 'python', findings, end.why);
  return { restartRequired: end.restartRequired };
}

/** Adds what this change replaces to what was saved before; the oldest state of each thing is the one that counts. */
async function save(host: Host, desired: PythonDesired, actual: PythonActual, work: Work): Promise<void> {
  const replaced = Object.fromEntries(work.packages.map((name) => [name, actual.distributions[name] ?? null]));
  const [known, folder] = await Promise.all([
    savedBefore(host, 'python'),
    host.call('file.stat', { path: actual.home }),
  ]);
  const first: Saved = {
    home: actual.home,
    interpreter:
      actual.interpreter?.version ?? (actual.broken === null && actual.registered === null ? null : 'broken'),
    installed: desired.version,
    folder: folder.exists,
    packages: {},
  };
  const earlier = known === undefined ? first : saved.parse(known);
  // Somebody has taken away the interpreter that was saved, and its packages with it.
  const before = earlier.home === actual.home ? earlier : first;
  await replaceSaved(host, 'python', { ...before, packages: { ...replaced, ...before.packages } });
}

/**
 * Takes away what was installed, and puts back what was replaced. An interpreter that was adopted is never taken away. Left behind: a package
 * whose former version is in no lock of the depot stays as it is now; and an interpreter that did not run before stays repaired.
 */
export async function undo(host: Host, desired: PythonDesired): Promise<Applied> {
  await joinJob(host, job);
  const known = await savedBefore(host, 'python');
  if (known === undefined) return { restartRequired: false };
  const before = saved.parse(known);
  const steps = before.interpreter === null ? removal(host, before) : await formerPackages(host, desired, before);
  const end = steps.length === 0 ? undefined : await runJob(host, job, steps);
  if (end?.done === false) throw stopped(host, 'python', plan(desired, await read(host, desired)), end.why);
  await forgetSaved(host, 'python');
  return { restartRequired: end?.restartRequired ?? false };
}

/** The uninstaller leaves what pip has added; in a folder that was not there before, that is ours too. */
const removal = (host: Host, before: Saved) => [
  ...uninstallSteps({ version: before.installed }, host.depot),
  ...(before.folder ? [] : [step('file.delete', { path: before.home })]),
];

async function formerPackages(host: Host, desired: PythonDesired, before: Saved): Promise<Call[]> {
  const { home, distributions } = await read(host, desired);
  // The interpreter that was adopted is not the registered one any more: whoever changed that has its packages in hand.
  if (home !== before.home) return [];
  const changed = Object.entries(before.packages).filter(([name, former]) => former !== (distributions[name] ?? null));
  const added = changed.filter(([, former]) => former === null).map(([name]) => name);
  const replaced = Object.fromEntries(changed.flatMap(([name, former]) => (former === null ? [] : [[name, former]])));
  return [...removalSteps(home, added), ...packageSteps(home, wheelsOfAnyLevel(replaced, host.depot))];
}
