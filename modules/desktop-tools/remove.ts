/** Takes tools off that examsite has installed, and nothing else. */
import { CallError } from '../../src/core/errors.ts';
import type { Finding } from '../../src/core/finding.ts';
import type { Host } from '../../src/core/host.ts';
import type { Applied } from '../../src/core/module.ts';
import type { ErrorCode } from '../../src/core/primitives.ts';
import { wantRestart } from '../../src/core/restart.ts';
import { runJob, stopped } from '../job.ts';
import { products, untilGone } from '../products.ts';
import { load, name, store } from './saved.ts';
import { toolOf } from './tools/index.ts';

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
    ours.flatMap(({ entries }) => entries.map(({ key }) => key)),
  );
  const held = await clear(host, ours);
  const kept = Object.entries(saved).filter(([product]) => !wanted.includes(product) || held.includes(product));
  await store(host, Object.fromEntries(kept));
  return held.length === 0 ? { restartRequired: false } : { restartRequired: true, again: true };
}

/**
 * What an uninstaller cannot take away: itself, and what came into its folder since. What a program has open goes after a restart.
 *
 * @returns products of which something stays until then
 */
async function clear(
  host: Host,
  all: readonly { readonly product: string; readonly folder: string | null }[],
): Promise<string[]> {
  const held = await Promise.all(
    all.map(async ({ product, folder: path }) => {
      if (path === null) return [];
      try {
        await host.call('file.delete', { path });
        return [];
      } catch (error) {
        if (!(error instanceof CallError && inUse.includes(error.code))) throw error;
        await wantRestart(host, name, `${path} is in use`);
        return [product];
      }
    }),
  );
  return held.flat();
}

/** A file that is open is one, code that runs the other. */
const inUse: readonly ErrorCode[] = ['busy', 'denied'];
