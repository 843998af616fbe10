// Does not prove anything of hardware, nor of OpenWrt's own uci, procd and fw4: src/lab/devices/openwrt models those from their documentation.
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openwrtRouter } from '../../modules/whitelist-router/openwrt/module.ts';
import { desired as schema, type Desired } from '../../modules/whitelist-router/schema.ts';
import { ConvergeError } from '../../src/core/errors.ts';
import { isOk } from '../../src/core/finding.ts';
import { packageRoot } from '../../src/core/home.ts';
import { enrollRoom } from '../../src/hosts/enroll.ts';
import { saveEnrolment } from '../../src/hosts/enroll-save.ts';
import { siteDevices } from '../../src/hosts/enrolled.ts';
import { HostPool } from '../../src/hosts/pool.ts';
import type { OpenWrtDevice } from '../../src/lab/devices/openwrt/device.ts';
import { needs } from '../tools.ts';
import { wanted } from './conversations.ts';
import { ExamSite, openWrtTools } from './exam-site.ts';
import { RecordedHost } from './recorded.ts';

const minute = 60_000;
const address = '127.74.0.1';
const golden = path.join(packageRoot, 'modules/whitelist-router/openwrt/golden');

needs(...openWrtTools).describe('a router with OpenWrt', () => {
  let site: ExamSite<OpenWrtDevice>;
  let pool: HostPool;
  let host: RecordedHost;
  const base: Desired = schema.parse({ ...wanted(), management: { address, from: ['10.99.0.0/24'] } });
  const withRules = (change: Partial<Desired['rules']>): Desired => ({ ...base, rules: { ...base.rules, ...change } });

  beforeAll(async () => {
    site = await ExamSite.openWrt(address);
    const enrolment = await enrollRoom({
      home: site.home,
      room: {
        ...{ room: siteDevices, platform: 'openwrt', subnet: `${address}/32`, depot: 'http://10.30.1.250/' },
        ssh: { user: 'root', port: 22, network: 'lan' },
        seats: [{ name: 'site-router', computer: 'router', mac: site.mac }],
      },
    });
    await saveEnrolment(site.home, enrolment, []);
    pool = new HostPool({ home: site.home });
    host = new RecordedHost(pool.host('site-router'));
  }, minute);
  afterAll(async () => {
    await pool.close();
    await site.close();
  }, minute);

  const look = async (desired: Desired): Promise<string[]> =>
    openwrtRouter
      .plan(desired, await openwrtRouter.read(host, desired))
      .filter((one) => !isOk(one))
      .map(({ property }) => property);
  async function up(desired: Desired): Promise<void> {
    const actual = await openwrtRouter.read(host, desired);
    await openwrtRouter.apply(host, desired, actual, openwrtRouter.plan(desired, actual));
  }
  /** Rule sets are named by their content, which is others' business. */
  function stream(): string {
    const names = new Map<string, string>();
    return host.stream().replaceAll(/examsite-[0-9a-f]{32}/g, (name) => {
      names.set(name, names.get(name) ?? `RULES-${names.size + 1}`);
      return names.get(name) ?? name;
    });
  }

  it(
    'is asked and told exactly this, from a fresh box to one that is given back',
    async () => {
      await up(base);
      await expect(stream()).toMatchFileSnapshot(path.join(golden, 'fresh.txt'));
      expect(await look(base)).toEqual([]);
      await expect(stream()).toMatchFileSnapshot(path.join(golden, 'nothing-to-do.txt'));
      const more = withRules({ https: [...base.rules.https, 'more.example:443/'] });
      await up(more);
      await expect(stream()).toMatchFileSnapshot(path.join(golden, 'one-more.txt'));
      await up(base);
      await expect(stream()).toMatchFileSnapshot(path.join(golden, 'one-less.txt'));
      expect(await look(base)).toEqual([]);
      stream();
      await openwrtRouter.undo(host, base);
      await expect(stream()).toMatchFileSnapshot(path.join(golden, 'undo.txt'));
      await openwrtRouter.undo(host, base);
      expect(stream()).not.toMatch(/^!/m);
    },
    5 * minute,
  );

  it.each<[string, string, string[]]>([
    ['a rule is added', 'nft insert rule inet examsite input accept', ['firewall']],
    ['a name is added', 'echo evil.example:80 >>/etc/examsite-router/current/http-hosts.lst', ['rules.http', 'files']],
    ['the proxy is stopped', '/etc/init.d/examsite-proxy stop', ['proxy', 'services.examsite-proxy']],
    ['the resolver is not started at boot', '/etc/init.d/examsite-resolver disable', ['services.examsite-resolver']],
    ["OpenWrt's own firewall is started at boot", '/etc/init.d/firewall enable', ['services.firewall']],
  ])(
    'names what is so when %s, and puts it right',
    async (_, line, said) => {
      await up(base);
      site.box.type(line);
      expect(await look(base)).toEqual(said);
      await up(base);
      expect(await look(base)).toEqual([]);
    },
    5 * minute,
  );

  it(
    'takes rules back by itself that cut the controller off',
    async () => {
      await up(base);
      const closed: Desired = { ...base, management: { ...base.management, from: ['10.99.0.99'] } };
      await expect(up(closed)).rejects.toThrow(ConvergeError);
      expect(await look(base)).toEqual([]);
    },
    5 * minute,
  );

  it(
    'comes to the wanted rules at the next up, wherever the session broke',
    async () => {
      for (const [at, afterMs] of [50, 400, 1500].entries()) {
        const wider = withRules({ https: [...base.rules.https, `more${at}.example:443/`] });
        const breaks = setTimeout(() => site.box.drop(), afterMs);
        await up(wider).catch((error: unknown) => expect(error).toBeInstanceOf(Error));
        clearTimeout(breaks);
        await up(wider);
        expect(await look(wider)).toEqual([]);
      }
    },
    5 * minute,
  );

  it(
    'enforces them when it was switched off and on',
    async () => {
      await up(base);
      await site.box.cutOff();
      await site.box.start();
      await host.relocate(address);
      expect(await look(base)).toEqual([]);
    },
    5 * minute,
  );
});
