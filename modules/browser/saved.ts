/** What a PC was before this module changed it first. */
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { Host } from '../../src/core/host.ts';
import { replaceSaved, savedBefore } from '../../src/core/undo.ts';
import { changePath, environmentKey, readPath, registryValue, restored } from '../path.ts';
import { chromeVersion } from './findings.ts';
import * as at from './places.ts';
import type { BrowserActual } from './schema.ts';

export const saved = z.strictObject({
  /** Version of the machine-wide Chrome; null: none. */
  chrome: z.string().nullable(),
  /** Whether the driver's folder was there. */
  driverFolder: z.boolean(),
  path: registryValue.nullable(),
  /** The policies that we write, as they were; null: not set. */
  policies: z.record(z.string(), registryValue.nullable()),
  /** Start types by service name. */
  services: z.record(z.string(), z.string()),
  /** By task path. */
  tasks: z.record(z.string(), z.boolean()),
});
export type Saved = z.infer<typeof saved>;

export async function load(host: Host): Promise<Saved | undefined> {
  const known = await savedBefore(host, 'browser');
  return known === undefined ? undefined : saved.parse(known);
}

/** Services and tasks come with every new Chrome, so what is new is added; of what is known already the oldest state counts. */
export async function save(host: Host, actual: BrowserActual): Promise<void> {
  const [known, folder, environment, policy] = await Promise.all([
    load(host),
    host.call('file.stat', { path: at.driverFolder }),
    host.call('registry.read', { key: environmentKey, names: ['Path'] }),
    host.call('registry.read', { key: at.policyKey, names: Object.keys(at.policies) }),
  ]);
  const before: Saved = known ?? {
    chrome: chromeVersion(actual),
    driverFolder: folder.exists,
    path: environment.values['Path'] ?? null,
    policies: Object.fromEntries(Object.keys(at.policies).map((name) => [name, policy.values[name] ?? null])),
    services: {},
    tasks: {},
  };
  await replaceSaved(host, 'browser', {
    ...before,
    services: { ...Object.fromEntries(actual.services.map((one) => [one.name, one.startType])), ...before.services },
    tasks: { ...Object.fromEntries(actual.tasks.map((one) => [one.path, one.enabled])), ...before.tasks },
  });
}

/** Takes our driver's folder off PATH. */
export async function restorePath(host: Host, before: Saved): Promise<void> {
  const { path } = before;
  if (path !== null && (await readPath(host)) !== undefined) {
    await changePath(host, (now) => (isDeepStrictEqual(now, path) ? now : restored(now, path, [at.driverFolder])));
  }
}
