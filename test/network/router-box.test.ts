// Does not prove that a rule set is tight (router.test.ts), nor a real box's network cards coming up: here they are there before it boots.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { whitelistRouter } from '../../modules/whitelist-router/module.ts';
import type { Desired } from '../../modules/whitelist-router/schema.ts';
import { converge } from '../../src/core/converge.ts';
import { ConvergeError } from '../../src/core/errors.ts';
import type { Host } from '../../src/core/host.ts';
import { changeEnrolled, siteDevices } from '../../src/hosts/enrolled.ts';
import { HostPool } from '../../src/hosts/pool.ts';
import { needs } from '../tools.ts';
import { conversations, wanted as plain } from './conversations.ts';
import { complaints, look } from './converse.ts';
import type { ExamNetwork } from './exam-network.ts';
import { ExamSite } from './exam-site.ts';
import { LocalAgent } from './local-agent.ts';
import type { Machine } from './machine.ts';
import { boxTools } from './router-lab.ts';

const minute = 60_000;
const address = '127.71.0.1';
const wanted = (of: Parameters<typeof plain>[0] = {}): Desired =>
  plain({ management: { address, from: ['10.99.0.0/24'] }, ...of });

needs(...boxTools).describe('a Linux box becomes the whitelist router', () => {
  let site: ExamSite<Machine>;
  let network: ExamNetwork;
  let pool: HostPool;
  let host: Host;
  let pc: LocalAgent;

  beforeAll(async () => {
    site = await ExamSite.linux(address);
    ({ network } = site);
    const { hostKey } = site.box;
    const box = { address, hostKey, mac: '02:00:00:00:00:01', machineId: 'box', platform: 'linux' } as const;
    await changeEnrolled(site.home, siteDevices, () => ({
      ...{
        room: siteDevices,
        network: 'lan',
        port: 22,
        user: 'root',
        subnet: `${address}/32`,
        depot: 'http://127.0.0.1/',
      },
      hosts: { 'site-router': box },
    }));
    pool = new HostPool({ home: site.home });
    host = pool.host('site-router');
    pc = new LocalAgent('pc1', network.namespaces, network.pcs[0] ?? '');
  }, minute);
  afterAll(async () => {
    pc.close();
    await pool.close();
    await site.close();
  }, minute);

  const open = async (desired: Desired): Promise<string[]> =>
    whitelistRouter
      .plan(desired, await whitelistRouter.read(host, desired))
      .filter(({ verdict }) => verdict !== 'ok')
      .map(({ property, verdict }) => `${property} ${verdict}`);
  const run = (exe: string, ...args: string[]) =>
    host.call('process.run', { exe, args, timeoutSec: 20, expectExit: [0] });
  const enforced = async (): Promise<string[]> => {
    for (let tries = 0; tries < 30; tries += 1) {
      const found = complaints(await look(network, pc));
      if (found.length === 0 || tries === 29) return found;
      await sleep(500);
    }
    return [];
  };

  it(
    'with one apply, and a second one changes nothing',
    async () => {
      expect(await open(wanted())).not.toEqual([]);
      const first = await converge(whitelistRouter, host, wanted());
      expect(first.passes).toBe(1);
      expect(await open(wanted())).toEqual([]);
      expect((await converge(whitelistRouter, host, wanted())).passes).toBe(0);
      expect(await enforced()).toEqual([]);
    },
    2 * minute,
  );

  it(
    'takes back by itself what would cut off whoever manages it',
    async () => {
      const wrong = wanted({ management: { address, from: ['10.98.0.0/24'] } });
      const error: unknown = await converge(whitelistRouter, host, wrong).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(ConvergeError);
      expect((error as ConvergeError).message).toContain('gone back to its former rules');
      expect(await open(wanted())).toEqual([]);
      expect(await enforced()).toEqual([]);
    },
    3 * minute,
  );

  describe('that is tampered with', () => {
    it.each([
      [
        'a rule',
        () => run('/usr/sbin/nft', 'insert', 'rule', 'inet', 'examsite', 'forward', 'accept'),
        ['firewall drifted'],
      ],
      ['the table', () => run('/usr/sbin/nft', 'delete', 'table', 'inet', 'examsite'), ['firewall drifted']],
      [
        'a line of a list',
        () => addLine('https-hosts.lst', 'denied.example:443\n'),
        ['rules.https drifted', 'files drifted'],
      ],
      [
        'the proxy',
        () => run('/usr/bin/systemctl', 'stop', 'examsite-proxy'),
        ['proxy drifted', 'services.examsite-proxy.service drifted'],
      ],
      [
        'what starts at boot',
        () => run('/usr/bin/systemctl', 'disable', 'examsite-firewall'),
        ['services.examsite-firewall.service drifted'],
      ],
      [
        'the kernel',
        () => run('/usr/sbin/sysctl', '-w', 'net.ipv6.conf.all.forwarding=1'),
        ['kernel.net.ipv6.conf.all.forwarding drifted'],
      ],
    ])(
      'says so and is put right: %s',
      async (_, tamper, expected) => {
        await tamper();
        expect(await open(wanted())).toEqual(expected);
        await converge(whitelistRouter, host, wanted());
        expect(await open(wanted())).toEqual([]);
      },
      minute,
    );

    async function addLine(name: string, line: string): Promise<void> {
      const file = `/etc/examsite-router/current/${name}`;
      const { base64 } = await host.call('file.read', { path: file });
      const text = Buffer.from(base64, 'base64').toString('utf8') + line;
      await host.call('file.write', { path: file, base64: Buffer.from(text).toString('base64') });
    }
  });

  it(
    'has a daemon back within seconds after it was killed',
    async () => {
      for (const unit of ['examsite-proxy', 'examsite-resolver'])
        await run('/usr/bin/systemctl', 'kill', '-s', 'KILL', unit);
      const since = Date.now();
      expect((await look(network, pc)).leaked).toEqual([]);
      expect(await enforced()).toEqual([]);
      expect(Date.now() - since).toBeLessThan(30_000);
    },
    minute,
  );

  it(
    'enforces again after the power was cut',
    async () => {
      await site.box.cutOff();
      expect(network.namespaces.run(network.box, 'ss', '-Hltn')).toBe('');
      // The namespace outlives the box; a real one loses what its kernel held.
      network.namespaces.run(network.box, 'nft', 'flush', 'ruleset');
      network.namespaces.run(network.box, 'sysctl', '-q', '-w', 'net.ipv4.ip_forward=0');
      await site.box.start();
      expect(await enforced()).toEqual([]);
      await expect.poll(() => open(wanted()), { timeout: 20_000 }).toEqual([]);
    },
    minute,
  );

  it(
    'lets through what a new whitelist adds, and cuts what it takes off',
    async () => {
      const { https, ...others } = conversations.rules;
      const more = wanted({ rules: { ...others, https: [...https, 'denied.example:443/'] } });
      await converge(whitelistRouter, host, more);
      // The former process may still take a connection or two as it ends.
      await expect
        .poll(async () => (await look(network, pc)).said['B2'], { timeout: 15_000 })
        .toContain('this is denied.example/');
      await converge(whitelistRouter, host, wanted());
      expect(await enforced()).toEqual([]);
    },
    minute,
  );

  it(
    'is given back as it was',
    async () => {
      await whitelistRouter.undo(host, wanted());
      const left = await host.call('file.find', { pattern: '/etc/s*/*examsite[-.]*' });
      expect(left.files.map((file) => file.path)).toEqual([]);
      const { stdout } = await run('/usr/sbin/nft', 'list', 'ruleset');
      expect(stdout.trim()).toBe('');
      const { services } = await host.call('service.read', { names: ['examsite-proxy.service'] });
      expect(services[0]?.exists).toBe(false);
      await whitelistRouter.undo(host, wanted());
    },
    minute,
  );
});
