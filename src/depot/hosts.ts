/** A home's machines, together with what its depot lets them install. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Home } from '../core/home.ts';
import { HostPool } from '../hosts/pool.ts';
import { readLock } from './read.ts';
import { depotView } from './view.ts';

export const lockFile = (home: Home): string => path.join(home.inventories, 'depot.lock.yaml');

/** A home without a lock can still look at its machines; only what wants to install something is told that there is none. */
export async function openHosts(home: Home): Promise<HostPool> {
  const file = lockFile(home);
  const lock = existsSync(file) ? await readLock(file) : { artifacts: [], wheels: {} };
  return new HostPool({ home, depot: (baseUrl) => depotView(lock, baseUrl) });
}
