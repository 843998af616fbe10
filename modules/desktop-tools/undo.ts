import type { Host } from '../../src/core/host.ts';
import type { Applied } from '../../src/core/module.ts';
import { joinJob } from '../job.ts';
import { plan } from './plan.ts';
import { read } from './read.ts';
import { remove } from './remove.ts';
import { load, name } from './saved.ts';
import type { DesktopToolsDesired } from './schema.ts';

/**
 * Everything that examsite installed goes; what was adopted stays. Left behind: a tool that was there and broken stays repaired, and where an
 * older VC++ runtime was replaced, the newer one stays: without any, the school's own programs would not start.
 */
export async function undo(host: Host, desired: DesktopToolsDesired): Promise<Applied> {
  await joinJob(host, name);
  const ours = Object.keys(await load(host));
  if (ours.length === 0) return { restartRequired: false };
  return remove(host, ours, plan(desired, await read(host, desired)));
}
