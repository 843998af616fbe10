import type { DepotView } from '../../src/core/host.ts';
import { drifted, type Seen, type Work } from '../../src/core/work.ts';
import { workFor } from './apply.ts';
import { wanted, type DatabaseActual, type DatabaseDesired } from './schema.ts';

/** A server of ours that is only stopped may turn out to need no more than a start. */
export function work(desired: DatabaseDesired, seen: Seen<DatabaseActual> | null, depot: DepotView): Work[] {
  const installs = wanted(desired).filter((id) => {
    const found = seen?.actual.servers[id];
    return seen === null || (found !== undefined && workFor(id, found, drifted(seen.findings)) === 'install');
  });
  return installs.map((id) => ({ what: id, files: [depot.artifact(id, desired.servers[id] ?? '')] }));
}
