// Does not prove anything about a MikroTik device: the router is a model behind a real SSH server. It proves the way from a list to its console, by command.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { asBought, controller, upstream } from '../modules/whitelist-router/routeros/testing.ts';
import { home as homeAt } from '../src/core/home.ts';
import { ensureIdentity } from '../src/hosts/identity.ts';
import type { RouterFacts } from '../src/inventory/router-facts.ts';
import { newKeyPair } from '../src/hosts/key-pair.ts';
import type { Device } from '../src/lab/devices/routeros/device.ts';
import { DeviceSsh } from '../src/lab/devices/routeros/ssh.ts';
import { Command, said, type Ended } from './command.ts';
import { routerFacts } from './network/exam-site.ts';
import { needs } from './tools.ts';

const minute = 60_000;
const address = '127.74.0.1';
const list = [
  'http://allowed.example/',
  'https://allowed.example/',
  '*.cdn.example',
  '198.18.0.30',
  '198.18.0.66:9001',
];

needs('pulumi').describe('a router that runs RouterOS, from a list to its console', () => {
  const home = homeAt(mkdtempSync(path.join(tmpdir(), 'examsite-routeros-')));
  let device: Device;
  let ssh: DeviceSsh;
  let port: number;
  let before: string[];

  const configuration = (): string[] => device.execute('/export terse').split('\r\n').slice(1).toSorted();
  const run = (...words: string[]): Promise<Ended> =>
    new Command('bin/examsite.mjs', [...words, '--lang', 'en'], home.root).ended;
  const describe = (more: object = {}, facts: RouterFacts = routerFacts): void =>
    writeFileSync(
      path.join(home.inventories, 'site.yaml'),
      stringify({
        ...{ site: '示范学院考点', depot: 'http://10.30.1.250/', routerFacts: facts },
        router: {
          ...{ driver: 'routeros', mac: '02:00:00:00:00:01', user: 'admin', wan: { interface: 'ether1' } },
          ...{ lan: { interface: 'bridge', address: '10.30.1.1', prefix: 24 }, upstream: ['198.18.0.53'] },
          management: { address, from: [controller], port },
          accepts: ['sameAddress'],
          ...more,
        },
      }),
    );
  const imported = async (lines: readonly string[]): Promise<void> => {
    const file = path.join(home.root, 'list.txt');
    writeFileSync(file, lines.map((line) => `${line}\n`).join(''));
    const { code } = await run('whitelist', 'import', file);
    expect(code).toBe(0);
  };

  beforeAll(async () => {
    device = asBought([], { upstream });
    const peer = { interface: 'mgmt', address: controller, to: '10.99.0.1' };
    const authorizedKey = ensureIdentity(home).publicKey;
    ssh = new DeviceSsh(device, { hostKey: newKeyPair().private, user: 'admin', authorizedKey, peer, pace: 10 });
    port = await ssh.listen(address);
    device.execute(`/ip service set ssh port=${port}`);
    before = configuration();
    mkdirSync(home.inventories, { recursive: true });
    describe();
    await imported(list);
  }, minute);
  afterAll(async () => {
    await ssh.stop();
    rmSync(home.root, { recursive: true, force: true });
  });

  it(
    'is described, enrolled, set up and checked',
    async () => {
      describe({ accepts: [] });
      expect(said(await run('up', '--site'))).toContain('[SITE005]');
      describe();
      const enrolled = await run('enroll', '--site', '--yes');
      expect(enrolled.code, said(enrolled)).toBe(0);
      expect(await run('check', '--site')).toMatchObject({ code: 1 });
      const up = await run('up', '--site');
      expect(up.code, said(up)).toBe(0);
      expect(await run('check', '--site')).toMatchObject({ code: 0 });
      describe({}, { product: 'a router' });
      const unread = await run('check', '--site');
      expect(unread.code).toBe(2);
      expect(said(unread)).toContain('fill in routerFacts.clients in site.yaml from the data sheet [R1 unknown]');
      describe();
      device.heard.length = 0;
      const again = await run('up', '--site', '--json');
      expect(JSON.parse(again.stdout)).toMatchObject({ changes: [], failures: [] });
      expect(device.heard.filter((command) => /\b(?:add|set|remove|enable|disable) /.test(command))).toEqual([]);
      expect(device.names.resolve('allowed.example').status).toBe('addresses');
      expect(device.names.resolve('denied.example').status).toBe('no such name');
    },
    3 * minute,
  );

  it(
    'that somebody has been at is named rule by rule, and put right',
    async () => {
      device.execute('/ip firewall filter disable [find comment="examsite refused TCP"]');
      device.execute('/ip firewall filter add chain=forward action=accept place-before=0');
      const check = await run('check', '--site');
      expect(check.code).toBe(1);
      expect(said(check)).toMatch(/filter\.refused TCP.*\(disabled\)/s);
      expect(said(check)).toMatch(
        /somebody's rule comes before these: \/ip firewall filter action=accept chain=forward/,
      );
      expect((await run('up', '--site')).code).toBe(0);
      expect((await run('check', '--site')).code).toBe(0);
      device.execute('/ip firewall filter remove [find where chain=forward action=accept and !(comment~".")]');
    },
    3 * minute,
  );

  it(
    'rules that shut the controller out go by themselves, and that is told',
    async () => {
      const rules = configuration();
      describe({ management: { address, from: ['10.99.0.77'], port } });
      const up = await run('up', '--site');
      expect(up.code).not.toBe(0);
      expect(said(up)).toContain('the device has gone back to its former rules');
      expect(configuration().filter((line) => !line.includes('examsite-rollback'))).toEqual(
        rules.filter((line) => !line.includes('examsite-rollback')),
      );
      describe();
      expect((await run('check', '--site')).code).toBe(0);
    },
    3 * minute,
  );

  it(
    'says who was refused, and is given back as it was',
    async () => {
      const packet = { from: 'bridge', to: 'ether1', source: '10.30.1.11', protocol: 'tcp', sourcePort: 1 } as const;
      device.connections.send({ ...packet, destination: '198.18.0.67', port: 22 });
      expect(said(await run('refused'))).toMatch(/10\.30\.1\.11 .*tcp 198\.18\.0\.67:22/);
      const destroyed = await run('destroy', '--site');
      expect(destroyed.code, said(destroyed)).toBe(0);
      expect(configuration()).toEqual(before);
      expect(device.faults).toEqual([]);
    },
    2 * minute,
  );
});
