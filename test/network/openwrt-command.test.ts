// Does not prove anything of hardware, nor of OpenWrt's own uci, procd and fw4: src/lab/devices/openwrt models those from their documentation.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { Command, said, type Ended } from '../command.ts';
import { needs } from '../tools.ts';
import { complaints, look } from './converse.ts';
import { LocalAgent } from './local-agent.ts';
import { OpenWrtSite, openWrtTools } from './openwrt-site.ts';

const minute = 60_000;
const address = '127.73.0.1';

/** As site.test.ts has it: conversations.yaml is about the same. */
const list = `http://allowed.example/
https://allowed.example/
http://allowed.example:8080/
http://paths.example/exam/*
*.cdn.example
http://two.example/
http://*.inward.example/
https://*.inward.example/
http://intranet.example/
198.18.0.30
198.18.0.66:9001
`;

needs(...openWrtTools, 'pulumi').describe('a site whose router runs OpenWrt', () => {
  let site: OpenWrtSite;
  let before: string;
  beforeAll(async () => {
    site = await OpenWrtSite.open(address);
    const { inventories } = site.home;
    mkdirSync(inventories, { recursive: true });
    writeFileSync(
      path.join(inventories, 'site.yaml'),
      stringify({
        site: '示范学院考点',
        depot: 'http://10.30.1.250/',
        router: {
          ...{ driver: 'openwrt', mac: site.mac, lan: { interface: 'lan0', address: '10.30.1.1', prefix: 24 } },
          ...{ wan: { interface: 'wan0' }, upstream: ['10.53.0.53'], privateNetworks: ['10.60.0.0/24'] },
          services: [{ name: 'depot.exam', address: '10.30.1.250' }],
          management: { address, from: ['10.99.0.0/24'] },
        },
      }),
    );
    writeFileSync(path.join(site.home.root, 'list.txt'), list);
    before = stateOf(site);
  }, minute);
  afterAll(() => site.close(), minute);

  const run = (...words: string[]): Promise<Ended> =>
    new Command('bin/examsite.mjs', [...words, '--lang', 'en'], site.home.root).ended;

  it(
    'is enrolled, set up and checked by command, and then lets through the whitelist and nothing else',
    async () => {
      expect((await run('whitelist', 'import', path.join(site.home.root, 'list.txt'))).code).toBe(0);
      const enrolled = await run('enroll', '--site', '--yes');
      expect(enrolled.code, said(enrolled)).toBe(0);
      expect(await run('check', '--site')).toMatchObject({ code: 1 });
      const up = await run('up', '--site');
      expect(said(up)).toContain('0 failures');
      expect(up.code).toBe(0);
      const check = await run('check', '--site');
      expect(check.code, said(check)).toBe(0);
      const pc = new LocalAgent('pc1', site.network.namespaces, site.network.pcs[0] ?? '');
      expect(complaints(await look(site.network, pc))).toEqual([]);
      pc.close();
      const refused = said(await run('refused'));
      expect(refused).toMatch(/10\.30\.1\.11 .*tcp 198\.18\.0\.66:22/);
      expect(refused).toMatch(/10\.30\.1\.11 .*https denied\.example:443/);
      const again = await run('up', '--site', '--json');
      expect(JSON.parse(again.stdout)).toMatchObject({ changes: [], failures: [] });
    },
    5 * minute,
  );

  it(
    'is given back as it was',
    async () => {
      const destroyed = await run('destroy', '--site');
      expect(destroyed.code, said(destroyed)).toBe(0);
      expect(stateOf(site)).toBe(before);
    },
    5 * minute,
  );
});

/** What a person at its console sees of the box: files, services, rules, addresses that something listens at. */
function stateOf({ device }: OpenWrtSite): string {
  const looks = [
    'for one in $(find /etc /lib/upgrade -type f | grep -v /etc/dropbear | sort); do sha256sum "$one"; done',
    'ls -l /etc/rc.d | sed "s/.*[0-9] S/S/"',
    'ubus call service list | sed "s/, .pid.*//"',
    'nft -s list ruleset; sysctl net.ipv4.ip_forward net.ipv4.icmp_ratelimit',
  ];
  return looks.map((line) => device.type(line)).join('\n');
}
