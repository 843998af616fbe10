// Does not prove real network cards, real browsers, nor the service manager: one kernel, with a namespace for each host.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ruleSet, type RuleSet } from '../../modules/whitelist-router/linux/render.ts';
import { needs } from '../tools.ts';
import type { Box } from './box.ts';
import { complaints, look, recordComplaints, type Look } from './converse.ts';
import { room, type ExamNetwork } from './exam-network.ts';
import { opened } from './inspection.ts';
import { mutations, type Mutation } from './mutation.ts';
import { openUp } from './open.ts';
import type { LocalAgent } from './local-agent.ts';
import { RouterLab, routerTools } from './router-lab.ts';

const minute = 60_000;

/** What arrives where it must not when nothing is in force: rows of each kind. */
const openSigns = [
  ...[
    '"host":"denied.example","sni":""',
    '"host":"denied.example","sni":"denied.example"',
    '"path":"/other"',
    '"path":"/exam/%2e%2e/other"',
  ],
  ...[
    '"host":"allowed.example","sni":"allowed.example","path":"/","port":443,"to":"198.18.0.66"',
    'doh.example',
    '"to":"198.18.0.54"',
  ],
  ...[
    'udp 198.18.0.10 443',
    'udp 198.18.0.66 1194',
    'udp 198.18.0.30 9001',
    'tcp 198.18.0.66 22',
    'tcp 198.18.0.66 853',
    'tcp 198.18.0.10 9001',
  ],
  ...['icmp 198.18.0.66', 'gre 198.18.0.66', 'esp 198.18.0.66'],
];

needs(...routerTools).describe('the whitelist router', () => {
  let lab: RouterLab;
  let network: ExamNetwork;
  let box: Box;
  let pc: LocalAgent;
  beforeAll(async () => {
    lab = await RouterLab.open(opened());
    ({ network, box, pc } = lab);
  }, minute);
  afterAll(() => lab.close(), minute);

  describe('as it is written', () => {
    let seen: Look;
    beforeAll(async () => {
      seen = await look(network, pc, true);
    }, minute);

    it('lets through what is listed, keeps back all else, and says which is which', () => {
      expect(complaints(seen)).toEqual([]);
    });

    it('has a record of who was refused', () => {
      expect(recordComplaints(box, true)).toEqual([]);
    });
  });

  it(
    'keeps back what would get through without it',
    async () => {
      await Promise.all([box.stopResolver(), box.stopProxy()]);
      openUp(network);
      const seen = await look(network, pc);
      const { leaked } = seen;
      for (const sign of openSigns)
        expect(leaked, sign).toEqual(expect.arrayContaining([expect.stringContaining(sign)]));
      network.resolveAt(room.gateway);
      network.namespaces.run(network.box, 'nft', 'flush', 'ruleset');
      await box.start(ruleSet(opened()));
    },
    minute,
  );

  describe('without one of its lines', () => {
    const put = async (set: RuleSet, file: Mutation['file']): Promise<void> => {
      box.write(set);
      if (file === 'exam.nft') await box.firewall();
      if (file === 'haproxy.cfg') await box.proxy();
      if (file === 'dnsmasq.conf') await box.resolver();
    };
    it.each(mutations(ruleSet(opened())))(
      '$file: $line',
      async ({ file, set }) => {
        await put(set, file);
        box.forget();
        const seen = await look(network, pc, true);
        const all = [...complaints(seen), ...recordComplaints(box, true)];
        await put(ruleSet(opened()), file);
        expect(all).not.toEqual([]);
      },
      minute,
    );
  });
});
