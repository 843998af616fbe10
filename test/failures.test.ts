// Does not prove real cables, cards and disks: the simulated PCs fail as docs/reference/windows-facts.md says that real ones do.
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Room } from '../src/inventory/schema.ts';
import { against } from './results.ts';
import { TestSite } from './site.ts';
import { needs } from './tools.ts';

const minute = 60_000;
const password = 'EXAMSITE_TEST_CARD_PASSWORD';
const s = (number: number): string => `r301-s0${number}`;

const withCards = (plain: Room): Room => ({
  ...plain,
  seats: plain.seats.map((seat) => {
    if (seat.seat === '02') return { ...seat, restoreCard: { driver: 'deep-freeze', password: { env: password } } };
    if (seat.seat === '03') return { ...seat, restoreCard: { driver: 'by-hand', product: '噢易还原卡' } };
    return seat;
  }),
});

needs('pulumi').describe('one room, everything wrong at once', () => {
  let site: TestSite;
  beforeAll(async () => {
    site = await TestSite.open({
      net: '10.32.1',
      seats: 8,
      env: { [password]: 'right' },
      room: withCards,
    });
    process.env[password] = 'wrong';
    await site.do(s(4), 'fill-disk');
    await site.do(s(5), 'bad-download', '99');
    await site.do(s(6), 'drop', '9');
    await site.do(s(7), 'unplug');
    await site.reset(s(8));
  }, minute);
  afterAll(() => site.close(), minute);

  it(
    'explores',
    async () => {
      const log: unknown[] = [];
      const done = () => writeFileSync('/tmp/prompts/explore2.json', JSON.stringify(log, null, 1));
      const up = await site.operate('up');
      log.push(
        up.ended.code,
        up.ended.seconds,
        up.failures,
        up.unreachable,
        up.general,
        up.ended.stderr,
        site.writes(),
      );
      log.push(site.events(s(2)), site.events(s(3)), site.events(s(8)).length);
      done();
      const check = await site.check();
      log.push(check.ended.seconds, check.ended.code, against(check));
      done();
      process.env[password] = 'right';
      await site.do(s(3), 'open-card');
      await site.do(s(4), 'free-disk');
      await site.do(s(5), 'heal');
      await site.do(s(7), 'plug');
      await site.enroll([s(8)]);
      const up2 = await site.operate('up');
      log.push(
        up2.ended.code,
        up2.ended.seconds,
        up2.failures,
        up2.unreachable,
        up2.general,
        up2.ended.stderr,
        site.writes(),
      );
      done();
      const check2 = await site.check();
      log.push(check2.ended.seconds, check2.ended.code, against(check2));
      done();
      await site.do(s(7), 'unplug');
      const r = await site.operate('refresh');
      log.push(r);
      done();
      const check3 = await site.check();
      log.push(check3.ended.seconds, check3.ended.code, against(check3));
      const u3 = await site.operate('up');
      log.push(u3);
      done();
      await site.do(s(7), 'plug');
      await site.edit((before) => ({ ...before, network: { ...before.network, gateway: '10.32.1.254' } }));
      const u4 = await site.operate('up');
      log.push(u4, against(await site.check()));
      done();
      expect(1).toBe(1);
    },
    8 * minute,
  );
});
