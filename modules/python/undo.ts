import type { Host } from '../../src/core/host.ts';
import type { Applied } from '../../src/core/module.ts';
import type { Call } from '../../src/core/primitives.ts';
import { forgetSaved } from '../../src/core/undo.ts';
import { joinJob, runJob, step, stopped } from '../job.ts';
import { changePath, readPath, restored } from '../path.ts';
import { products, programOf } from '../products.ts';
import { probe } from './look.ts';
import * as at from './places.ts';
import { plan } from './plan.ts';
import { read, registeredExecutable } from './read.ts';
import { load, name, type Saved } from './saved.ts';
import { minorOf, type PythonDesired } from './schema.ts';
import { packageSteps, removalSteps, uninstallSteps, wheelsOfAnyLevel } from './steps.ts';

/**
 * Takes away what was installed, and puts back what was replaced. An interpreter that was adopted is never taken away. Left behind: a package
 * whose former version is in no lock of the depot stays as it is now; and an interpreter that did not run before stays repaired.
 */
export async function undo(host: Host, desired: PythonDesired): Promise<Applied> {
  await joinJob(host, name);
  return retire(host, desired);
}

/** The same for what another level has left. @param desired what an error is told with */
export async function retire(host: Host, desired: PythonDesired): Promise<Applied> {
  const before = await load(host);
  if (before === undefined) return { restartRequired: false };
  const steps = before.distribution === 'anaconda' ? besideAnaconda(before) : await pythonOrg(host, before);
  const end = steps.length === 0 ? undefined : await runJob(host, name, steps);
  if (end?.done === false) throw stopped(host, name, plan(desired, await read(host, desired)), end.why);
  if (before.path !== null) await restorePath(host, before.path, at.pathFolders(before.home));
  await forgetSaved(host, name);
  return { restartRequired: false };
}

/** Anaconda itself is a desktop tool, and may have gone already. */
const besideAnaconda = ({ home }: Saved): Call[] =>
  [at.pathFile(home), at.examFolder(home)].map((path) => step('file.delete', { path }));

const pythonOrg = (host: Host, before: Saved): Promise<Call[]> =>
  before.interpreter === null ? removal(host, before) : formerPackages(host, before);

/** The uninstaller leaves what pip has added; in a folder that was not there before, that is ours too. */
async function removal(host: Host, before: Saved): Promise<Call[]> {
  const entry = `Python ${before.installed} (64-bit)`;
  const ours = (await products(host)).find((one) => one.name === entry && one.quietUninstall !== null);
  return [
    ...uninstallSteps(before.installed, programOf(ours?.quietUninstall ?? ''), host.depot),
    ...(before.folder ? [] : [step('file.delete', { path: before.home })]),
  ];
}

async function formerPackages(host: Host, before: Saved): Promise<Call[]> {
  const { home } = before;
  const [executable, { distributions }] = await Promise.all([
    registeredExecutable(host, minorOf(before.installed)),
    probe(host, home, [], {}),
  ]);
  // The interpreter that was adopted is not the registered one any more: whoever changed that has its packages in hand.
  if (((executable === null ? undefined : at.homeOf(executable)) ?? at.home) !== home) return [];
  const changed = Object.entries(before.packages).filter(([one, former]) => former !== (distributions[one] ?? null));
  const added = changed.filter(([, former]) => former === null).map(([one]) => one);
  const replaced = Object.fromEntries(changed.flatMap(([one, former]) => (former === null ? [] : [[one, former]])));
  return [...removalSteps(home, added), ...packageSteps(home, wheelsOfAnyLevel(replaced, host.depot))];
}

async function restorePath(host: Host, before: NonNullable<Saved['path']>, folders: readonly string[]): Promise<void> {
  if ((await readPath(host)) === undefined) return;
  await changePath(host, (now) => restored(now, before, folders));
}
