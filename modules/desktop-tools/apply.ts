import type { Finding } from '../../src/core/finding.ts';
import type { Artifact, Host } from '../../src/core/host.ts';
import type { Applied } from '../../src/core/module.ts';
import type { Call } from '../../src/core/primitives.ts';
import { drifted } from '../../src/core/work.ts';
import { joinJob, runJob, step, stopped } from '../job.ts';
import { plan } from './plan.ts';
import { products } from '../products.ts';
import { read } from './read.ts';
import { remove } from './remove.ts';
import { load, name, store } from './saved.ts';
import { type DesktopToolsActual, type DesktopToolsDesired } from './schema.ts';
import { toolOf } from './tools/index.ts';
import { staged } from './tools/tool.ts';
import { missing } from './work.ts';

export const job = name;
/** Restarts are noted, and done at the end of the PC's changes. */
const noRestart: Applied = { restartRequired: false };

export async function apply(
  host: Host,
  desired: DesktopToolsDesired,
  actual: DesktopToolsActual,
  findings: readonly Finding[],
): Promise<Applied> {
  if (await joinJob(host, job)) {
    // The job of an earlier controller has just ended: what was seen before is no longer so.
    const now = await read(host, desired);
    return applyNow(host, desired, now, plan(desired, now));
  }
  return applyNow(host, desired, actual, findings);
}

/** What another level had goes first: it may be what the disk has no room beside. */
async function applyNow(
  host: Host,
  desired: DesktopToolsDesired,
  actual: DesktopToolsActual,
  findings: readonly Finding[],
): Promise<Applied> {
  // Before anything is taken away: a depot that lacks an installer leaves the PC as it was.
  const wanted = missing(desired, findings).map((product) => ({
    product,
    version: desired.tools[product] ?? '',
    artifact: host.depot.artifact(product, desired.tools[product] ?? ''),
  }));
  const extra = drifted(findings).has('leftovers')
    ? Object.keys(actual.ours).filter((one) => !(one in desired.tools))
    : [];
  await remove(host, extra, findings);
  if (wanted.length === 0) return noRestart;
  const begun = await save(host, wanted);
  const end = await runJob(
    host,
    job,
    wanted.flatMap(({ product, artifact }) => installSteps(product, artifact, begun.has(product))),
  );
  if (!end.done) throw stopped(host, name, findings, end.why);
  return noRestart;
}

/** An installer and all it was given are gone again before the next one comes: their sizes must not add up on the disk. */
function installSteps(product: string, { url, file, sha256, size }: Artifact, again: boolean): Call[] {
  const path = staged(file);
  return [
    step('download', { files: [{ url, path, sha256, size }] }),
    ...toolOf(product).install(path, again),
    step('file.delete', { path }),
  ];
}

/** @returns those of them whose installation was begun before: what lies in their folder is ours. */
async function save(
  host: Host,
  wanted: readonly { readonly product: string; readonly version: string }[],
): Promise<ReadonlySet<string>> {
  const [known, list, folders] = await Promise.all([
    load(host),
    products(host),
    Promise.all(wanted.map(({ product }) => folderExists(host, toolOf(product).folder))),
  ]);
  const added = wanted.map(({ product, version }, index) => {
    const { entry } = toolOf(product);
    const before = list.filter((one) => entry.test(one.name)).map((one) => one.key);
    const first = { version, before, folder: folders[index] ?? false };
    return [product, { ...(known[product] ?? first), version }] as const;
  });
  await store(host, { ...known, ...Object.fromEntries(added) });
  return new Set(wanted.map(({ product }) => product).filter((product) => known[product]?.folder === false));
}

const folderExists = async (host: Host, path: string | null): Promise<boolean> =>
  path !== null && (await host.call('file.stat', { path })).exists;
