// What the catalogue says a module proves, and what the modules speak of. Does not prove that what they say is right.
import { expect, it } from 'vitest';
import { seatModules } from '../../modules/seat.ts';
import { levels, seatsOf, type Level, type Room } from '../inventory/schema.ts';
import { sampleRoom } from '../lab/sample-room.ts';
import { simulatedPc } from '../lab/testing.ts';
import { knownOf, people, level as sums } from './coverage.ts';
import { sampleCheck } from './testing.ts';

/** Everything that the modules say of a PC with nothing but Windows on it. */
async function spokenOf(level: Level): Promise<string[]> {
  const { room, site } = sampleRoom(1);
  const of: Room = { ...room, level };
  const { host } = await simulatedPc();
  const [seat] = seatsOf(of);
  const looks = seatModules(site, of, seat ?? expect.fail(), []).map(async ({ module, desired }) =>
    module.plan(desired, await module.read(host, desired)).map(({ requirement }) => `${module.name} ${requirement}`),
  );
  return (await Promise.all(looks)).flat();
}

it.each(levels)('the modules speak of every requirement of %s that the catalogue gives to them', async (level) => {
  const [empty] = sampleCheck({ seats: 1, spares: 0, level }).seats;
  const owed = knownOf({ ...(empty ?? expect.fail()), findings: [] });
  const spoken = new Set(await spokenOf(level));
  const silent = owed
    .filter(({ module }) => module !== people && module !== sums)
    .map(({ module, finding }) => `${module} ${finding.requirement}`)
    .filter((one) => !spoken.has(one));
  expect(owed.length).toBeGreaterThan(10);
  expect(silent).toEqual([]);
});
