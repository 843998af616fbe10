/** Takes tools off that examsite has installed, and nothing else. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Finding } from '../../src/core/finding.ts';
import type { Host } from '../../src/core/host.ts';
import type { Applied } from '../../src/core/module.ts';
import { runJob, stopped } from '../job.ts';
import { products, type Product } from '../products.ts';
import { load, name, store } from './saved.ts';
import { toolOf } from './tools/index.ts';

/** An uninstaller of NSIS ends at once and works on as a copy of itself. */
const goneWithinMs = 120_000;

/** @param findings what an error is told with */
export async function remove(host: Host, wanted: readonly string[], findings: readonly Finding[]): Promise<Applied> {
  if (wanted.length === 0) return { restartRequired: false };
  const [saved, list] = await Promise.all([load(host), products(host)]);
  const ours = wanted.flatMap((product) => {
    const known = saved[product];
    if (known === undefined) return [];
    const { entry, folder, replaces } = toolOf(product);
    if (replaces && known.before.length > 0) return [];
    const entries = list.filter((one) => entry.test(one.name) && !known.before.includes(one.key));
    return [{ product, entries, folder: known.folder ? null : folder }];
  });
  const steps = ours.flatMap(({ product, entries }) => entries.flatMap((one) => toolOf(product).remove(one)));
  const end = steps.length === 0 ? undefined : await runJob(host, name, steps);
  if (end?.done === false) throw stopped(host, name, findings, end.why);
  await untilGone(
    host,
    ours.flatMap(({ entries }) => entries),
  );
  // What an uninstaller cannot take away: itself, and what came into its folder since.
  const folders = ours.flatMap(({ folder }) => (folder === null ? [] : [folder]));
  await Promise.all(folders.map((path) => host.call('file.delete', { path })));
  const kept = Object.entries(saved).filter(([product]) => !wanted.includes(product));
  await store(host, Object.fromEntries(kept));
  return { restartRequired: end?.restartRequired ?? false };
}

/** When the time is over the next look says what is still there. */
async function untilGone(host: Host, entries: readonly Product[]): Promise<void> {
  const until = Date.now() + goneWithinMs;
  for (let waitMs = 50; entries.length > 0 && Date.now() < until; waitMs = Math.min(waitMs * 1.5, 2000)) {
    const looks = await Promise.all(entries.map(({ key }) => host.call('registry.read', { key, names: [] })));
    if (looks.every(({ exists }) => !exists)) return;
    await sleep(waitMs);
  }
}
