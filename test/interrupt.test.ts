// Does not prove what a terminal itself does on Ctrl-C: the signal is sent to the command's process group, as a terminal does.
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { locks } from '../src/cli/locks.ts';
import { resultOf, type Ended } from './command.ts';
import { leftOver } from './processes.ts';
import { against, onlyTooSmall, operation, problems } from './results.ts';
import { room } from './site-parts.ts';
import { TestSite } from './site.ts';
import { needs } from './tools.ts';

const minute = 60_000;

needs('pulumi').describe('an up that is not left alone', () => {
  let site: TestSite;
  beforeAll(async () => {
    // Installers that take no time at all would leave no middle to be interrupted in.
    site = await TestSite.open({ net: '10.33.1', seats: 2, latency: 0.02 });
  }, minute);
  afterAll(() => site.close(), minute);

  const until = (what: () => Promise<void> | void): Promise<void> =>
    vi.waitFor(what, { timeout: minute, interval: 50 });
  const untilLocked = (): Promise<void> =>
    until(async () => expect((await locks(site.home, room)).map(({ alive }) => alive)).toEqual([true]));

  /** It says what has happened in one line, and leaves nothing that anybody would have to clear away. */
  async function expectWellInterrupted(ended: Ended): Promise<void> {
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('stopping: nothing new is begun');
    const { general } = resultOf(ended, operation);
    expect(general).toHaveLength(1);
    expect(general[0]).toMatch(/^up was interrupted; .* examsite up --room 301 goes on from there$/);
    expect(await leftOver(site.home.root, 5000)).toEqual([]);
    expect(await locks(site.home, room)).toEqual([]);
  }

  it(
    'Ctrl-C ends it within seconds, and frees the room',
    async () => {
      const up = site.start('up');
      // Past the proof of the card and the agent: in the middle of the work.
      await until(() => expect(Math.max(...Object.values(site.writes()))).toBeGreaterThan(20));
      const began = Date.now();
      up.kill('SIGINT', 'group');
      const ended = await up.ended;
      expect(Date.now() - began).toBeLessThan(15_000);
      await expectWellInterrupted(ended);
      expect(against(await site.check())).not.toEqual(onlyTooSmall);
    },
    2 * minute,
  );

  it(
    'a second up at the same time says who holds the room; the first goes on from where it was interrupted',
    async () => {
      const first = site.start('up');
      await untilLocked();
      const [held] = await locks(site.home, room);
      const second = await site.run('up');
      expect(second.code).toBe(2);
      const [problem] = resultOf(second, problems).problems;
      expect(problem).toMatchObject({ where: 'room-301', code: 'RUN001' });
      expect(problem?.got).toContain(`pid ${held?.pid ?? 0} `);
      expect(second.stderr).toMatch(/^room-301: expected no other operation under way, got .* \[RUN001\]$/m);

      const ended = await first.ended;
      expect({ code: ended.code, ...resultOf(ended, operation) }).toMatchObject({ code: 0, failures: [], general: [] });
      expect(against(await site.check())).toEqual(onlyTooSmall);
    },
    3 * minute,
  );

  it(
    'a SIGTERM that only the command hears ends its engine, too',
    async () => {
      const up = site.start('up');
      await untilLocked();
      up.kill('SIGTERM', 'alone');
      await expectWellInterrupted(await up.ended);
    },
    minute,
  );
});
