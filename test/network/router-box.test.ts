// Does not prove that a rule set is tight (router.test.ts), nor a real box's network cards coming up: here they are there before it boots.
import { setTimeout as sleep } from 'node:timers/promises';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { trustStore } from '../../modules/whitelist-router/linux/places.ts';
import { ruleSet } from '../../modules/whitelist-router/linux/render.ts';
import { whitelistRouter } from '../../modules/whitelist-router/module.ts';
import type { Desired } from '../../modules/whitelist-router/schema.ts';
import { converge } from '../../src/core/converge.ts';
import { ConvergeError } from '../../src/core/errors.ts';
import type { Host } from '../../src/core/host.ts';
import { loadInspection } from '../../src/inspection/load.ts';
import { makeAuthority } from '../../src/inspection/authority.ts';
import { changeEnrolled, siteDevices } from '../../src/hosts/enrolled.ts';
import { HostPool } from '../../src/hosts/pool.ts';
import { needs } from '../tools.ts';
import { conversations } from './conversations.ts';
import { complaints, look } from './converse.ts';
import type { ExamNetwork } from './exam-network.ts';
import { ExamSite } from './exam-site.ts';
import { ca, keepIn, opened } from './inspection.ts';
import { LocalAgent } from './local-agent.ts';
import type { Machine } from './machine.ts';
import { boxTools } from './router-lab.ts';

const minute = 60_000;
const address = '127.71.0.1';
const wanted = (of: Parameters<typeof opened>[0] = {}): Desired =>
  opened({ management: { address, from: ['10.99.0.0/24'] }, ...of });
const folder = '/etc/examsite-router';
const leaf = `${folder}/current/certificates/inspected.example.pem`;

needs(...boxTools).describe('a Linux box becomes the whitelist router', () => {
  let site: ExamSite<Machine>;
  let network: ExamNetwork;
  let pool: HostPool;
  let host: Host;
  let pc: LocalAgent;

  beforeAll(async () => {
    site = await ExamSite.linux(address);
    ({ network } = site);
    // For longer than one test, which vitest's own stubs are not.
    process.env['EXAMSITE_HOME'] = site.home.root;
    keepIn(site.home);
    writeFileSync(network.authority, ca);
    // What the box trusts is the stand-in internet's.
    writeFileSync(path.join(site.box.root, trustStore), readFileSync(network.inet.trusted));
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
    delete process.env['EXAMSITE_HOME'];
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
      const found = complaints(await look(network, pc, true));
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
    'and changes its rules without a moment in which it forwards nothing',
    async () => {
      const monitor = network.namespaces.start(network.box, 'ip', ['-4', 'monitor', 'netconf'], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let told = '';
      monitor.stdout?.on('data', (block: Buffer) => (told += block.toString()));
      const https = [...conversations.rules.https, 'more.example:443/'];
      const more = wanted({ rules: { ...conversations.rules, inspect: conversations.inspect, https } });
      for (const desired of [more, wanted()]) expect((await converge(whitelistRouter, host, desired)).passes).toBe(1);
      expect(told).not.toMatch(/forwarding off/);
      // It would have been told.
      for (const value of [0, 1]) await run('/usr/sbin/sysctl', '-w', `net.ipv4.ip_forward=${value}`);
      await expect.poll(() => told).toMatch(/forwarding off/);
      monitor.kill();
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
      const { names } = await host.call('file.list', { path: folder, match: 'examsite-*' });
      expect(names).toEqual([ruleSet(wanted()).policy]);
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
        'a certificate',
        async () => {
          const other = `${folder}/current/certificates/_.portal.example.pem`;
          await run('/bin/cp', other, leaf);
        },
        ['files drifted'],
      ],
      ['who may read a key', () => run('/bin/chmod', '644', leaf), ['certificates.exposed drifted']],
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
      const { inspect } = conversations;
      const more = wanted({ rules: { ...others, inspect, https: [...https, 'denied.example:443/'] } });
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
    'takes new certificates, leaves none of the former behind, and takes none but those that were planned with',
    async () => {
      const hosts = Object.keys(wanted().inspection?.leaves ?? {});
      await makeAuthority(site.home, hosts, { site: 'x' });
      const { leaves } = loadInspection(site.home, hosts, new Date());
      const renewed = wanted({ inspection: { leaves } });
      const late: unknown = await converge(whitelistRouter, host, wanted({ upstream: ['10.53.0.54'] })).catch(
        (reason: unknown) => reason,
      );
      expect((late as ConvergeError).message).toContain('not the one that was planned with');
      await converge(whitelistRouter, host, renewed);
      const { files } = await host.call('file.find', { pattern: `${folder}/examsite-*/certificates/*` });
      expect(files).toHaveLength(hosts.length);
      expect(await open(renewed)).toEqual([]);
      // A PC that does not know the new authority sees that it does not.
      await expect.poll(async () => (await look(network, pc, true)).said['I1'], { timeout: 15_000 }).toBe('curl 60');
      keepIn(site.home);
      await converge(whitelistRouter, host, wanted());
      expect(await enforced()).toEqual([]);
    },
    2 * minute,
  );

  it(
    'is given back as it was',
    async () => {
      await whitelistRouter.undo(host, wanted());
      for (const pattern of ['/etc/s*/*examsite[-.]*', `${folder}/*/*`, `${folder}/*/*/*`])
        expect((await host.call('file.find', { pattern })).files.map((file) => file.path)).toEqual([]);
      const { stdout } = await run('/usr/sbin/nft', 'list', 'ruleset');
      expect(stdout.trim()).toBe('');
      const { services } = await host.call('service.read', { names: ['examsite-proxy.service'] });
      expect(services[0]?.exists).toBe(false);
      await whitelistRouter.undo(host, wanted());
    },
    minute,
  );
});
