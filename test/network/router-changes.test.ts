// Does not prove the service manager's part: that is the box with a systemd of its own (router-box.test.ts).
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ruleSet } from '../../modules/whitelist-router/linux/render.ts';
import { needs } from '../tools.ts';
import type { Box } from './box.ts';
import { conversations, wanted } from './conversations.ts';
import { complaints, look } from './converse.ts';
import type { ExamNetwork } from './exam-network.ts';
import { opened } from './inspection.ts';
import { RouterLab, routerTools } from './router-lab.ts';
import { Traffic } from './traffic.ts';

const minute = 60_000;
const reloads = 200;

/** Sent from a PC, and never to arrive. */
const forbidden =
  /^(?:udp 198\.18\.0\.66 1194|udp 198\.18\.0\.10 443|udp 198\.18\.0\.54 53|gre .*|tcp 198\.18\.0\.66 .*)$/;

needs(...routerTools).describe('the whitelist router', () => {
  let lab: RouterLab;
  let network: ExamNetwork;
  let box: Box;
  beforeAll(async () => {
    lab = await RouterLab.open();
    ({ network, box } = lab);
  }, minute);
  afterAll(() => lab.close(), minute);

  const traffic = (pc: number, kind: ConstructorParameters<typeof Traffic>[2]): Traffic =>
    new Traffic(network.namespaces, network.pcs[pc] ?? '', kind, network.authority);

  it.each([
    ['TLS is passed on', wanted, ['allowed']],
    ['TLS is opened', opened, ['allowed', 'opened']],
  ] as const)(
    `is reloaded ${reloads} times under traffic while %s: nothing leaks, nothing that is allowed breaks`,
    async (_, made, kinds) => {
      const first = made();
      const more = [...first.rules.https, 'more.example:443/'];
      const sets = [first, made({ rules: { ...first.rules, https: more } })].map((one) => ruleSet(one));
      await box.start(sets[0] ?? expect.fail());
      network.records.inet.forget();
      network.inet.forget();
      const [bad, ...good] = [traffic(1, 'forbidden'), ...kinds.map((kind) => traffic(0, kind))];
      await sleep(500);
      for (let turn = 0; turn < reloads; turn += 1) {
        box.write(sets[turn % 2] ?? sets[0] ?? expect.fail());
        await box.firewall();
        // As often as a person could: each leaves an old process with its connections.
        if (turn % 10 === 0) box.reloadProxy();
        await sleep(10);
      }
      const [attacks, ...all] = await Promise.all([bad.end(), ...good.map((one) => one.end())]);
      expect(network.records.inet.packets().filter((packet) => forbidden.test(packet))).toEqual([]);
      expect(network.inet.arrivals.filter(({ path }) => path === '/beside')).toEqual([]);
      expect(attacks.sent).toBeGreaterThan(1000);
      for (const visits of all) {
        expect(visits.failed).toEqual([]);
        expect(visits.ok).toBeGreaterThan(100);
        expect(visits.bytes).toBeGreaterThan(100);
      }
      await box.start(ruleSet(wanted()));
    },
    2 * minute,
  );

  it(
    'cuts a connection to an address as soon as it is off the list',
    async () => {
      const going = traffic(0, 'direct');
      await sleep(700);
      box.write(ruleSet(wanted({ rules: { ...conversations.rules, addresses: [] } })));
      await box.firewall();
      const { failed } = await going.end();
      expect(failed).toEqual([expect.stringContaining('download of http://198.18.0.30/slow')]);
      await box.start(ruleSet(wanted()));
    },
    minute,
  );

  describe.each([
    ['proxy', (): Promise<void> => box.stopProxy('SIGKILL'), (): Promise<void> => box.proxy()],
    ['resolver', (): Promise<void> => box.stopResolver('SIGKILL'), (): Promise<void> => box.resolver()],
  ])('with its %s killed', (_, kill, start) => {
    it(
      'lets nothing through by another way, and is as before when it is back',
      async () => {
        await kill();
        expect((await look(network, lab.pc)).leaked).toEqual([]);
        await start();
        await sleep(4000);
        expect(complaints(await look(network, lab.pc))).toEqual([]);
      },
      minute,
    );
  });
});
