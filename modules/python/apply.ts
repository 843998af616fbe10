import type { Finding } from '../../src/core/finding.ts';
import type { Host } from '../../src/core/host.ts';
import type { Applied } from '../../src/core/module.ts';
import { replaceSaved } from '../../src/core/undo.ts';
import { joinJob, runJob, stopped } from '../job.ts';
import { allFirst, changePath, readPath } from '../path.ts';
import * as at from './places.ts';
import { plan } from './plan.ts';
import { read } from './read.ts';
import { load, name, type Saved } from './saved.ts';
import type { PythonActual, PythonDesired } from './schema.ts';
import { applySteps, workFor, type Work } from './steps.ts';
import { retire } from './undo.ts';

export const job = name;

export async function apply(
  host: Host,
  desired: PythonDesired,
  actual: PythonActual,
  findings: readonly Finding[],
): Promise<Applied> {
  const joined = await joinJob(host, job);
  const retired = actual.former === null ? { restartRequired: false } : await retire(host, desired);
  // The job of an earlier controller has just ended, or another level's interpreter has gone: what was seen before is no longer so.
  const changed = joined || actual.former !== null;
  const now = changed ? await read(host, desired) : actual;
  const applied = await applyNow(host, desired, now, changed ? plan(desired, now) : findings);
  return { restartRequired: retired.restartRequired || applied.restartRequired };
}

async function applyNow(
  host: Host,
  desired: PythonDesired,
  actual: PythonActual,
  findings: readonly Finding[],
): Promise<Applied> {
  const work = workFor(desired, actual, findings);
  const steps = applySteps(desired, work, host.depot);
  const path = findings.some(({ property, verdict }) => property === 'path' && verdict === 'drifted');
  // A PATH that leads to nothing helps nobody.
  const toPath = path && actual.interpreter !== null;
  if (steps.length === 0 && !toPath) return { restartRequired: false };
  await save(host, desired, actual, work);
  const end = steps.length === 0 ? undefined : await runJob(host, job, steps);
  if (end?.done === false) throw stopped(host, name, findings, end.why);
  if (toPath) await putFirstOnPath(host, actual.home);
  return { restartRequired: false };
}

async function putFirstOnPath(host: Host, home: string): Promise<void> {
  await changePath(host, (now) => allFirst(now, at.pathFolders(home)));
}

/** Adds what this change replaces to what was saved before; the oldest state of each thing is the one that counts. */
async function save(host: Host, desired: PythonDesired, actual: PythonActual, work: Work): Promise<void> {
  const [earlier, folder, path] = await Promise.all([
    load(host),
    host.call('file.stat', { path: actual.home }),
    readPath(host),
  ]);
  const isConda = desired.distribution === 'anaconda';
  const replaced = Object.fromEntries(work.packages.map((one) => [one, actual.distributions[one] ?? null]));
  const first: Saved = {
    distribution: desired.distribution,
    home: actual.home,
    interpreter:
      actual.interpreter?.version ?? (actual.broken === null && actual.registered === null ? null : 'broken'),
    installed: desired.version,
    folder: folder.exists,
    packages: {},
    path: isConda ? (path ?? null) : null,
  };
  // Somebody has taken away the interpreter that was saved, and its packages with it.
  const before = earlier?.home === actual.home ? earlier : first;
  // What has gone with its level need not be remembered: where it was not there before, it is as before.
  const kept = Object.entries(before.packages).filter(([one]) => !work.extra.includes(one));
  const packages = isConda ? {} : { ...replaced, ...Object.fromEntries(kept) };
  await replaceSaved(host, name, { ...before, packages: sorted(packages) });
}

/** Two PCs that came to the same state by different ways have the same record of it. */
const sorted = <T>(record: Readonly<Record<string, T>>): Record<string, T> =>
  Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
