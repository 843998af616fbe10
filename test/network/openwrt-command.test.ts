// Does not prove anything of hardware, nor of OpenWrt's own uci, procd and fw4: src/lab/devices/openwrt models those from their documentation.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { said, type Ended } from '../command.ts';
import type { OpenWrtDevice } from '../../src/lab/devices/openwrt/device.ts';
import { needs } from '../tools.ts';
import { ExamSite, openWrtTools } from './exam-site.ts';

const minute = 60_000;
const address = '127.73.0.1';

needs(...openWrtTools, 'pulumi').describe('a site whose router runs OpenWrt', () => {
  let site: ExamSite<OpenWrtDevice>;
  let before: string;
  beforeAll(async () => {
    site = await ExamSite.openWrt(address);
    site.describe('openwrt');
    before = stateOf(site);
  }, minute);
  afterAll(() => site.close(), minute);

  const run = (...words: string[]): Promise<Ended> => site.run(...words);

  it(
    'is enrolled, set up and checked by command, and then lets through the whitelist and nothing else',
    async () => {
      expect((await run('whitelist', 'import', site.listFile)).code).toBe(0);
      const enrolled = await run('enroll', '--site', '--yes');
      expect(enrolled.code, said(enrolled)).toBe(0);
      expect(await run('check', '--site')).toMatchObject({ code: 1 });
      const up = await run('up', '--site');
      expect(said(up)).toContain('0 failures');
      expect(up.code).toBe(0);
      const check = await run('check', '--site');
      expect(check.code, said(check)).toBe(0);
      expect(await site.complaints()).toEqual([]);
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
function stateOf({ box }: ExamSite<OpenWrtDevice>): string {
  const looks = [
    'for one in $(find /etc /lib/upgrade -type f | grep -v /etc/dropbear | sort); do sha256sum "$one"; done',
    'ls -l /etc/rc.d | sed "s/.*[0-9] S/S/"',
    'ubus call service list | sed "s/, .pid.*//"',
    'nft -s list ruleset; sysctl net.ipv4.ip_forward net.ipv4.icmp_ratelimit',
  ];
  return looks.map((line) => box.type(line)).join('\n');
}
