/** Asks every card that can be asked and looks for the canary, in one round trip. Changes nothing on the PC; what was seen is remembered. */
import { z } from 'zod';
import type { Host } from '../../src/core/host.ts';
import { observe, type Observed } from '../observe.ts';
import { countedStarts, holds, placesOn, stillThere } from './canary.ts';
import { detectDeepFreeze } from './drivers/deep-freeze.ts';
import { detectUwf } from './drivers/uwf.ts';
import { hintsOf } from './hints.ts';
import { lookedAt, recall, remember, type Memory } from './memory.ts';
import type { Actual, Desired } from './schema.ts';
import { protects } from './stage.ts';

const disk = z.object({ DeviceID: z.string() });

export async function read(host: Host, desired: Desired): Promise<Actual> {
  const [{ bootTime }, before] = await Promise.all([host.hello(), recall(host)]);
  const [deepFreeze, uwf, hints, volumes, held, starts] = await Promise.all([
    observe(detectDeepFreeze(host)),
    observe(detectUwf(host)),
    observe(hintsOf(host)),
    observe(fixedVolumes(host)),
    observe(canaryHeld(host, before)),
    observe(countedStarts(host)),
  ]);
  const unobserved = reasons({ deepFreeze, uwf, volumes, canary: held });
  let memory = before;
  if (Object.keys(unobserved).length === 0) {
    const there = volumes.value ?? [];
    memory = lookedAt(before, {
      bootTime,
      frozen: protects({ deepFreeze: deepFreeze.value, uwf: uwf.value }),
      gone: (held.value ?? [])
        .filter(({ holds, place }) => !holds && stillThere(place, there))
        .map(({ place }) => place),
      covered: placesOn(there).every((place) => before.canary?.places.includes(place) ?? true),
      restarts: desired.restarts,
      starts: starts.value,
    });
    // An unchanged memory is the same object: nothing is written for a look that tells nothing new.
    if (memory !== before) await remember(host, memory);
  }
  return {
    deepFreeze: deepFreeze.value,
    uwf: uwf.value,
    hints: hints.value ?? [],
    ...remembered(memory, bootTime),
    unobserved,
  };
}

/** What is remembered, as far as a plan needs it. */
function remembered(
  memory: Memory,
  bootTime: string,
): Pick<Actual, 'openedInVain' | 'canary' | 'restored' | 'doubted'> {
  const { canary, restored, openedIn } = memory;
  return {
    openedInVain: openedIn.filter((boot) => boot !== bootTime).length,
    canary:
      canary === null || !canary.complete
        ? null
        : { plantedIn: canary.plantedIn, seenIn: canary.seenIn, places: canary.places },
    restored: restored === null ? null : { ...restored, now: restored.boot === bootTime },
    doubted: memory.doubtedIn !== null,
  };
}

/** Drives with a letter that Windows calls fixed, in order. */
export async function fixedVolumes(host: Host): Promise<string[]> {
  const { rows } = await host.call('cim.query', {
    namespace: 'root\\cimv2',
    class: 'Win32_LogicalDisk',
    properties: ['DeviceID'],
    filter: 'DriveType=3',
  });
  return z
    .array(disk)
    .parse(rows)
    .map((row) => row.DeviceID)
    .sort();
}

async function canaryHeld(host: Host, { canary }: Memory): Promise<{ place: string; holds: boolean }[]> {
  if (canary === null) return [];
  const { places, nonce } = canary;
  return Promise.all(places.map(async (place) => ({ place, holds: await holds(host, place, nonce) })));
}

const reasons = (looks: Record<string, Observed<unknown>>): Record<string, string> =>
  Object.fromEntries(Object.entries(looks).flatMap(([name, { why }]) => (why === null ? [] : [[name, why]])));
