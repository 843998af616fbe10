// Does not prove real Windows PCs, nor a room of full size: three simulated PCs, so NO-GO for the room's size (S3) is the best there can be.
import { afterAll, beforeAll, expect } from 'vitest';
import { machineState } from '../modules/machine-state.ts';
import { usualMix } from '../src/lab/room-mix.ts';
import { against, changed, onlyTooSmall } from './results.ts';
import { TestSite } from './site.ts';
import { needs } from './tools.ts';

const minute = 60_000;
const password = 'EXAMSITE_TEST_CARD_PASSWORD';
const names = ['r301-s01', 'r301-s02', 'r301-spare01'];

const { describe, it } = needs('pulumi');
describe('a room from handover to handover', () => {
  let site: TestSite;
  let before: Record<string, string[]>;
  const states = (): Record<string, string[]> =>
    Object.fromEntries(names.map((name) => [name, machineState(site.pc(name))]));

  beforeAll(async () => {
    site = await TestSite.open({
      net: '10.31.1',
      seats: 2,
      mix: usualMix,
      seed: '34',
      env: { [password]: 'a card password' },
      room: (plain) => ({
        ...plain,
        restoreCard: { driver: 'deep-freeze', password: { env: password } },
        seats: plain.seats.map((seat) => (seat.seat === '02' ? { ...seat, restoreCard: { driver: 'none' } } : seat)),
        spares: plain.spares.map((seat) => ({ ...seat, restoreCard: { driver: 'uwf' } })),
      }),
    });
    before = states();
  }, minute);
  afterAll(() => site.close(), minute);

  it(
    'explores',
    async () => {
      const log: unknown[] = [];
      log.push(names.map((name) => [name, site.pc(name).os.version, site.pc(name).card.frozen, site.pc(name).nic.address]));
      const up = await site.operate('up');
      log.push(up.ended.code, up.ended.seconds, up.failures, up.general, changed(up));
      const w = site.writes();
      const again = await site.operate('up');
      log.push(again.ended.seconds, changed(again), w, site.writes());
      const check = await site.check();
      log.push(check.ended.seconds, check.ended.code, against(check));
      await site.do('r301-s02', 'tamper', 'chrome', '120.0.6099.71');
      const preview = await site.operate('preview', '--refresh');
      log.push(preview.ended.seconds, preview.changes, site.writes());
      const w2 = site.writes();
      const repair = await site.operate('up');
      log.push(repair.ended.seconds, repair.changes, w2, site.writes());
      const down = await site.operate('destroy');
      log.push(down.ended.seconds, down.ended.code, down.failures, down.general, down.ended.stderr.slice(0, 2000));
      const after = states();
      for (const name of names) {
        const a = new Set(after[name]);
        const b = new Set(before[name]);
        log.push(name, [...b].filter((x) => !a.has(x)).slice(0, 30), [...a].filter((x) => !b.has(x)).slice(0, 30));
        log.push(site.pc(name).card.frozen, site.pc(name).nic.persistent(), site.events(name).length);
      }
      const { writeFileSync } = await import('node:fs');
      writeFileSync('/tmp/prompts/explore.json', JSON.stringify(log, null, 1));
      expect(onlyTooSmall).toBeDefined();
    },
    5 * minute,
  );
});
