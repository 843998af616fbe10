import { writeFileSync } from 'node:fs';
// Does not prove what a terminal itself does on Ctrl-C: the signal is sent to the command's process group, as a terminal does.
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { locks } from '../src/cli/locks.ts';
import { leftOver, processesOf } from './processes.ts';
import { against, onlyTooSmall, problems } from './results.ts';
import { resultOf } from './command.ts';
import { room } from './site-parts.ts';
import { TestSite } from './site.ts';
import { needs } from './tools.ts';

const minute = 60_000;

needs('pulumi').describe('an up that is not left alone', () => {
  let site: TestSite;
  beforeAll(async () => {
    site = await TestSite.open({ net: '10.33.1', seats: 2, latency: 0.02 });
  }, minute);
  afterAll(() => site.close(), minute);

  it(
    'explore',
    async () => {
      const up = site.start('up');
      await vi.waitFor(() => expect(Math.max(...Object.values(site.writes()))).toBeGreaterThan(60), { timeout: minute, interval: 50 });
      const t = Date.now();
      up.kill('SIGINT', 'group');
      const ended = await up.ended;
      const log: unknown[] = [Date.now() - t, ended];
      log.push(await processesOf(site.home.root).then((all) => all.map((x) => x.commandLine)));
      log.push(await leftOver(site.home.root, 5000).then((all) => all.map((x) => x.commandLine)));
      log.push(await locks(site.home, room));
      const again = await site.operate('up').catch(String);
      log.push(again, against(await site.check()));
      writeFileSync('/tmp/prompts/explore3.json', JSON.stringify(log, null, 1));
      expect([onlyTooSmall, problems, resultOf]).toBeDefined();
    },
    3 * minute,
  );
});
