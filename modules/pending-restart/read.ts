import { z } from 'zod';
import type { Host } from '../../src/core/host.ts';
import type { JobStatus } from '../../src/core/primitives.ts';
import {
  deletedServices,
  servicingPending,
  updatePending,
  waitingFiles,
  wantedRestart,
} from '../../src/core/restart.ts';
import { observe } from '../observe.ts';
import { readPath, textOf } from '../path.ts';
import { forget, outlivedBy, recall, remember, stillThere } from './memory.ts';
import { signsOf, type PendingRestartActual, type PendingRestartDesired } from './schema.ts';

/** Whoever is logged on has one, with the environment of the logon. */
const desktop = 'explorer.exe';

/** One round trip. Changes nothing on the PC; of a sign that has gone the notes are cleared. */
export async function read(host: Host, desired: PendingRestartDesired): Promise<PendingRestartActual> {
  const [{ bootTime }, before, wanted] = await Promise.all([host.hello(), recall(host), wantedRestart(host)]);
  const [servicing, update, files, services, path, processes, jobs] = await Promise.all([
    observe(servicingPending(host)),
    observe(updatePending(host)),
    observe(waitingFiles(host)),
    observe(deletedServices(host)),
    observe(readPath(host)),
    observe(host.call('process.list', {})),
    observe(jobsThatAsk(host, desired.installers)),
  ]);
  const seen = {
    servicing: servicing.value ?? false,
    update: update.value ?? false,
    files: files.value ?? [],
    services: services.value ?? [],
  };
  const known = stillThere(before, signsOf(seen));
  if (known !== before) await (known === null ? forget(host) : remember(host, known));
  const changed = path.why === null && wanted.path !== null && textOf(path.value) !== wanted.path;
  const somebody = processes.value?.names.some((name) => name.toLowerCase() === desktop) ?? false;
  const looks = { servicing, update, files, services, path: path.why === null ? processes : path, jobs };
  return {
    asked: wanted.by,
    jobs: jobs.value ?? [],
    ...seen,
    path: changed && somebody,
    outlived: outlivedBy(known, bootTime),
    unobserved: Object.fromEntries(
      Object.entries(looks).flatMap(([part, { why }]) => (why === null ? [] : [[part, why]])),
    ),
  };
}

async function jobsThatAsk(host: Host, ids: readonly string[]): Promise<string[]> {
  const found = await Promise.all(ids.map((id) => host.call('job.status', { id })));
  return found.filter(asks).map(({ id }) => id);
}

const ran = z.object({ ok: z.object({ exitCode: z.literal(3010) }) });
const asks = ({ state, results }: JobStatus): boolean =>
  state === 'done' && results.some((result) => ran.safeParse(result).success);
