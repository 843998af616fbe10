import type { Host } from '../../src/core/host.ts';
import type { Applied } from '../../src/core/module.ts';
import { joinJob } from '../job.ts';
import { forget, remember } from './memory.ts';
import { signsOf, type PendingRestartActual } from './schema.ts';

/** Remembered before it is done: what is there again afterwards no restart ends. */
export async function apply(host: Host, _desired: unknown, actual: PendingRestartActual): Promise<Applied> {
  for (const module of actual.jobs) await joinJob(host, module);
  const { bootTime } = await host.hello();
  const outlived = signsOf(actual).map((sign) => [sign, actual.outlived[sign] ?? 0] as const);
  if (outlived.length > 0) await remember(host, { boot: bootTime, outlived: Object.fromEntries(outlived) });
  return { restartRequired: true };
}

/** Nothing was changed on the PC but its being on. */
export async function undo(host: Host): Promise<Applied> {
  await forget(host);
  return { restartRequired: false };
}
