// Does not prove that real places answer as the stand-ins do, nor that Windows asks as Linux does: one PC in a namespace, by its agent.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ruleSet, type RuleSet } from '../../modules/whitelist-router/linux/render.ts';
import { whitelistProbe } from '../../modules/whitelist-probe/module.ts';
import { desired as schema } from '../../modules/whitelist-probe/schema.ts';
import { isOk, type Finding } from '../../src/core/finding.ts';
import { needs } from '../tools.ts';
import type { Box } from './box.ts';
import { conversations, wanted } from './conversations.ts';
import { room, type ExamNetwork } from './exam-network.ts';
import { internet } from './internet.ts';
import type { LocalAgent } from './local-agent.ts';
import { openUp } from './open.ts';
import { RouterLab, routerTools } from './router-lab.ts';

const minute = 60_000;

const desired = schema.parse({
  dns: room.gateway,
  ...conversations.rules,
  http: conversations.rules.http.filter((rule) => !rule.startsWith('two.')),
  targets: {
    ...{ names: ['denied.example'], addresses: [internet.evil], ports: [22, 853], resolvers: [internet.otherResolver] },
    ...{
      doh: ['doh.example'],
      text: 'evil.example',
      time: [internet.evil],
      ipv6: ['2001:db8::1'],
      blockPage: 'x-examsite',
    },
  },
});

needs(...routerTools).describe('the leak test', () => {
  let lab: RouterLab;
  let network: ExamNetwork;
  let box: Box;
  let pc: LocalAgent;
  beforeAll(async () => {
    lab = await RouterLab.open();
    ({ network, box, pc } = lab);
    await settled();
  }, minute);
  afterAll(() => lab.close(), minute);

  const ask = async (): Promise<Finding[]> => whitelistProbe.plan(desired, await whitelistProbe.read(pc, desired));
  const wrong = (findings: readonly Finding[]): string[] =>
    findings.filter((one) => !isOk(one)).map(({ property, actual }) => `${property}: ${JSON.stringify(actual)}`);

  /** A proxy that has just started looks names up first. */
  const settled = async (): Promise<void> => {
    for (let tries = 0; tries < 20; tries += 1) {
      const found = wrong(await ask());
      if (found.length === 0) return;
      if (tries === 19) throw new Error(found.join('; '));
      await sleep(500);
    }
  };

  it('finds every listed entry alive and everything else blocked', async () => {
    const findings = await ask();
    expect(wrong(findings)).toEqual([]);
    expect(findings.filter(({ property }) => property.startsWith('listed.')).map(({ property }) => property)).toEqual([
      'listed.http allowed.example:80/',
      'listed.http paths.example:80/exam/',
      'listed.http intranet.example:80/',
      'listed.http allowed.example:8080/',
      'listed.https allowed.example:443',
      'listed.tcp 198.18.0.66:9001',
    ]);
    expect(findings.length).toBeGreaterThan(20);
  });

  it(
    'names what leaks, by which way, and what answered, where there are no rules at all',
    async () => {
      await Promise.all([box.stopResolver(), box.stopProxy()]);
      openUp(network);
      const findings = await ask();
      const leaked = findings.filter(({ actual }) => actual === 'leaked');
      expect(leaked.map(({ property }) => property.replace(/ .*/, '')).toSorted()).toEqual(
        [
          ...[
            'closed.dns',
            'closed.dns-tcp',
            'closed.doh',
            'closed.forged-host',
            'closed.forged-sni',
            'closed.http',
            'closed.http-address',
          ],
          ...[
            'closed.https',
            'closed.https-address',
            'closed.ntp',
            'closed.quic',
            'closed.same-server',
            'closed.same-server-tls',
            'closed.tcp',
            'closed.tcp',
          ],
        ].toSorted(),
      );
      expect(leaked.find(({ property }) => property === 'closed.http denied.example')?.evidence).toMatch(
        /answered by 198\.18\.0\.10: HTTP\/1\.1 200/,
      );
      network.namespaces.run(network.box, 'nft', 'flush', 'ruleset');
      network.resolveAt(room.gateway);
      await box.start(ruleSet(wanted()));
      await settled();
    },
    minute,
  );

  describe('with one group of rules taken out', () => {
    const without = (file: string, change: (text: string) => string): RuleSet => {
      const { policy, files, ...more } = ruleSet(wanted());
      const changed = change(files[file] ?? '');
      expect(changed).not.toBe(files[file]);
      return { policy: `${policy}-changed`, files: { ...files, [file]: changed }, ...more };
    };
    it.each<[string, string, (text: string) => string, string[]]>([
      [
        'everything is forwarded',
        'exam.nft',
        (text) =>
          text.replace(
            /\tchain forward \{[^}]*\{[^}]*\}[\s\S]*?\n\t\}/,
            '\tchain forward { type filter hook forward priority filter; policy accept; }',
          ),
        [
          'closed.dns',
          'closed.dns-tcp',
          'closed.forged-host',
          'closed.forged-sni',
          'closed.http-address',
          'closed.https-address',
          'closed.ntp',
          'closed.quic',
          'closed.tcp',
          'closed.tcp',
        ],
      ],
      [
        'HTTP is not compared with the list',
        'haproxy.cfg',
        (text) => text.replace(/\thttp-request deny unless .*\n/, ''),
        ['closed.http', 'closed.same-server'],
      ],
      [
        'TLS is not compared with the list',
        'haproxy.cfg',
        (text) => text.replace(/\ttcp-request content reject if hello !listed\n/, ''),
        ['closed.doh', 'closed.https', 'closed.same-server-tls'],
      ],
      [
        'the resolver has one above it',
        'dnsmasq.conf',
        (text) => text.replace('local=/#/', `server=${internet.resolver}`).replace(/address=\/#\/.*/, ''),
        ['closed.dns-tunnel'],
      ],
    ])(
      '%s: says exactly what is open',
      async (_, file, change, expected) => {
        const put = async (set: RuleSet): Promise<void> => {
          box.write(set);
          if (file === 'exam.nft') await box.firewall();
          if (file === 'haproxy.cfg') await box.proxy();
          if (file === 'dnsmasq.conf') await box.resolver();
        };
        await put(without(file, change));
        const leaked = (await ask()).filter(({ actual }) => actual === 'leaked');
        expect(leaked.map(({ property }) => property.replace(/ .*/, '')).toSorted()).toEqual(expected);
        await put(ruleSet(wanted()));
        await settled();
      },
      minute,
    );
  });

  it(
    'tells a listed server that is off from one that is blocked',
    async () => {
      await box.stopProxy();
      const findings = await ask();
      expect(wrong(findings)).toEqual([
        'listed.http allowed.example:80/: "dead"',
        'listed.http paths.example:80/exam/: "dead"',
        'listed.http intranet.example:80/: "dead"',
        'listed.http allowed.example:8080/: "dead"',
        'listed.https allowed.example:443: "dead"',
      ]);
      await box.proxy();
    },
    minute,
  );
});
