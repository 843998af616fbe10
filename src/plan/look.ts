/** What each PC of a room still lacks: as it is now where it answers, as a fresh one where it does not. Nothing is changed. */
import type { WantedCertificate } from '../../modules/exam-ca/schema.ts';
import { hardware } from '../../modules/hardware/module.ts';
import { seatModules } from '../../modules/seat.ts';
import { reasonOf } from '../check/check.ts';
import type { Text } from '../core/finding.ts';
import type { DepotView, Host } from '../core/host.ts';
import { restarts, type Seen, type Work } from '../core/work.ts';
import type { Room, Seat, Site } from '../inventory/schema.ts';

export interface SeatWork {
  readonly seat: Seat;
  /** Undefined: seen live. Else why not, and a PC is assumed on which nothing is installed. */
  readonly assumed?: Text;
  /** By module, in the order of `up`. */
  readonly works: readonly (readonly Work[])[];
  /** Speed of the link, Mbit/s; null: not known. */
  readonly nicMbps: number | null;
  readonly freeDiskGiB: number | null;
  /** P3: free space that a PC must have. */
  readonly leastFreeGiB: number;
}

export interface Planned {
  readonly site: Site;
  readonly room: Room;
  /** What its PCs have to trust. */
  readonly certificates: readonly WantedCertificate[];
}

export async function lookAt(
  { site, room, certificates }: Planned,
  seat: Seat,
  host: Host,
  depot: DepotView,
): Promise<SeatWork> {
  const modules = seatModules(site, room, seat, certificates);
  const looks = await Promise.allSettled(
    modules.map(async ({ module, desired }): Promise<Seen<unknown>> => {
      const actual = await module.read(host, desired);
      return { actual, findings: module.plan(desired, actual) };
    }),
  );
  const lost = looks.find((one) => one.status === 'rejected');
  const seen = looks.map((one) => (lost === undefined && one.status === 'fulfilled' ? one.value : null));
  const works = modules.map(({ module, desired }, index) => module.work?.(desired, seen[index] ?? null, depot) ?? []);
  // The last module of a PC does one restart for all that was installed before it, where anything asks for one: counted as if it did.
  const owed = modules.map(({ module }, index): Work[] => {
    if (module.follows !== true) return [];
    const installed = works.flat().some(({ files }) => files.length > 0);
    const waits = seen[index]?.findings.some(({ verdict }) => verdict === 'drifted') === true;
    return restarts(installed || waits ? 1 : 0);
  });
  const at = modules.findIndex(({ module }) => module.name === hardware.name);
  const made = seen[at];
  const { nicMbps, freeDiskGiB } = made ? hardware.actual.parse(made.actual) : { nicMbps: null, freeDiskGiB: null };
  return {
    seat,
    ...(lost !== undefined && { assumed: reasonOf(lost.reason) }),
    works: works.map((some, index) => [...some, ...(owed[index] ?? [])]),
    nicMbps,
    freeDiskGiB,
    leastFreeGiB: hardware.desired.parse(modules[at]?.desired).freeDiskGiB.minimum,
  };
}
