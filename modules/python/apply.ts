import { z } from 'zod';
import type { Finding } from '../../src/core/finding.ts';
import type { Host } from '../../src/core/host.ts';
import type { Applied } from '../../src/core/module.ts';
import { forgetSaved, replaceSaved, savedBefore } from '../../src/core/undo.ts';
import { joinJob, runJob, step, stopped } from '../job.ts';
import * as at from './places.ts';
import { plan } from './plan.ts';
import { read } from './read.ts';
import type { PythonActual, PythonDesired } from './schema.ts';
import { applySteps, uninstallSteps, workFor, type Work } from './steps.ts';

export const job = 'python';

/** What was there before the first change. */
const saved = z.strictObject({
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
  const [known, folder] = await Promise.all([savedBefore(host, 'python'), host.call('file.stat', { path: at.home })]);
  const first: Saved = {
    interpreter: actual.interpreter?.version ?? (actual.broken === null ? null : 'broken'),
    installed: desired.version,
    folder: folder.exists,
    packages: {},
  };
  const before = known === undefined ? first : saved.parse(known);
  await replaceSaved(host, 'python', { ...before, packages: { ...replaced, ...before.packages } });
}

/**
 * Takes away what was installed. Left behind: a package that replaced another version stays in the version of the lock, because the former
 * wheel is not ours to have; and an interpreter that did not run before stays repaired.
 */
export async function undo(host: Host, desired: PythonDesired): Promise<Applied> {
  await joinJob(host, job);
  const known = await savedBefore(host, 'python');
  if (known === undefined) return { restartRequired: false };
  const before = saved.parse(known);
  const steps = before.interpreter === null ? removal(host, before) : await packageRemoval(host, desired, before);
  const end = steps.length === 0 ? undefined : await runJob(host, job, steps);
  if (end?.done === false) throw stopped(host, 'python', plan(desired, await read(host, desired)), end.why);
  await forgetSaved(host, 'python');
  return { restartRequired: end?.restartRequired ?? false };
}

/** The uninstaller leaves what pip has added; in a folder that was not there before, that is ours too. */
const removal = (host: Host, before: Saved) => [
  ...uninstallSteps({ version: before.installed }, host.depot),
  ...(before.folder ? [] : [step('file.delete', { path: at.home })]),
];

async function packageRemoval(host: Host, desired: PythonDesired, before: Saved) {
  const { distributions } = await read(host, desired);
  const added = Object.keys(before.packages).filter((name) => before.packages[name] === null && name in distributions);
  if (added.length === 0) return [];
  const args = ['-I', '-m', 'pip', 'uninstall', '--isolated', '--disable-pip-version-check', '-y', ...added];
  return [step('process.run', { exe: at.interpreter, args, timeoutSec: 600, expectExit: [0] })];
}
