import type { Finding } from '../../src/core/finding.ts';
import type { Host } from '../../src/core/host.ts';
import type { Applied } from '../../src/core/module.ts';
import type { Call } from '../../src/core/primitives.ts';
import { wantRestart } from '../../src/core/restart.ts';
import { joinJob, runJob, step, stopped } from '../job.ts';
import { products, programOf, untilGone } from '../products.ts';
import { give, recipe, take } from './account.ts';
import { kinds, vendorOf } from './known.ts';
import { advertising, lacking, methodsFor } from './plan.ts';
import { load, name, store } from './saved.ts';
import type { InputMethodActual, InputMethodDesired, Program } from './schema.ts';

const uninstallSec = 600;
const noRestart: Applied = { restartRequired: false };

export async function apply(
  host: Host,
  desired: InputMethodDesired,
  actual: InputMethodActual,
  findings: readonly Finding[],
): Promise<Applied> {
  const open = new Set(findings.filter((one) => one.verdict === 'drifted').map((one) => one.property));
  await joinJob(host, name);
  for (const kind of kinds) {
    const [id] = methodsFor(kind, desired, actual);
    if (!open.has(kind) || id === undefined) continue;
    for (const account of lacking(kind, desired, actual)) await giveTo(host, account, id, actual.list);
  }
  if (open.has('showing')) await uninstall(host, actual, findings);
  return noRestart;
}

/** Saved before it is written. Whoever is logged on has it from the next logon on. */
async function giveTo(
  host: Host,
  { sid, name: who, loggedOn }: InputMethodActual['accounts'][number],
  id: string,
  list: InputMethodActual['list'],
): Promise<void> {
  const made = await recipe(host, sid, id, list);
  const saved = await load(host);
  const earlier = (saved[sid] ?? []).find((one) => one.id === id);
  const others = (saved[sid] ?? []).filter((one) => one !== earlier);
  await store(host, { ...saved, [sid]: [...others, earlier ?? made.given] });
  await give(host, made);
  if (loggedOn) await wantRestart(host, name, `${who} is logged on`);
}

async function uninstall(host: Host, actual: InputMethodActual, findings: readonly Finding[]): Promise<void> {
  const programs = advertising(actual).flatMap((one) => one.programs);
  const entries = (await products(host)).filter((one) => programs.some(({ name: called }) => called === one.name));
  const steps = programs.flatMap(uninstallSteps);
  const end = steps.length === 0 ? undefined : await runJob(host, name, steps);
  if (end?.done === false) throw stopped(host, name, findings, end.why);
  await untilGone(
    host,
    entries.map(({ key }) => key),
  );
}

/** The command line that asks nothing, where there is one; else its uninstaller with what its kind takes for that. */
function uninstallSteps({ name: called, uninstall: command, quietUninstall }: Program): Call[] {
  const line = quietUninstall ?? command ?? '';
  const exe = programOf(line);
  if (exe === undefined) return [];
  const said = line
    .slice(line.indexOf(exe) + exe.length)
    .replace(/^"/, '')
    .trim();
  const own = said === '' ? [] : said.split(/\s+/);
  const args = quietUninstall === null ? [...own, ...(vendorOf(called)?.silent ?? [])] : own;
  return [step('process.run', { exe, args, timeoutSec: uninstallSec, expectExit: [0, 1641, 3010] })];
}

/** Every account has what it had. Left behind: an input method that was uninstalled does not come back. */
export async function undo(host: Host): Promise<Applied> {
  await joinJob(host, name);
  const saved = await load(host);
  for (const [sid, list] of Object.entries(saved)) {
    const { keys } = await host.call('registry.find', { pattern: `HKU\\${sid}\\Keyboard Layout` });
    // The account has been deleted since.
    if (keys.length === 0) continue;
    for (const one of list.toReversed()) await take(host, sid, one);
  }
  await store(host, {});
  return noRestart;
}
