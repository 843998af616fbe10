// Does not prove Windows, nor a switch: real NetworkManager and systemd-networkd of a Linux PC whose card is a cable to a real DHCP server.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linuxPcSite, type LinuxPcSite } from '../../test/linux-pc-site.ts';
import { linuxPcTools } from '../../test/linux-pc.ts';
import { needs } from '../../test/tools.ts';
import { converge } from '../../src/core/converge.ts';
import { ConvergeError } from '../../src/core/errors.ts';
import type { AdapterConfig } from '../../src/core/primitives.ts';
import { staticIp } from './module.ts';

const minute = 60_000;

needs(...linuxPcTools).describe('the address of a Linux PC', () => {
  describe.each([
    ['NetworkManager', '10.69.1'],
    ['systemd-networkd', '10.69.2'],
  ] as const)('that %s manages', (network, net) => {
    let site: LinuxPcSite;
    let before: string[];
    const wanted = (last: number, more: { gateway?: string } = {}) =>
      staticIp.desired.parse({
        ...{
          mac: site.pc.mac,
          address: `${net}.${last}`,
          prefix: 24,
          gateway: site.pc.gateway,
          dns: [site.pc.gateway],
        },
        ...more,
      });
    const card = async (): Promise<{ live: AdapterConfig; persistent: AdapterConfig } | undefined> =>
      (await site.host.call('net.read', {})).adapters[0];
    const files = async (): Promise<string[]> => {
      const patterns = [
        '/etc/NetworkManager/*/*',
        '/etc/systemd/network/*',
        '/etc/systemd/system/*',
        '/etc/resolv.conf',
      ];
      const found = await Promise.all(
        [...patterns, '/var/lib/examsite/*', '/var/lib/examsite/*/*'].map((pattern) =>
          site.host.call('file.find', { pattern }),
        ),
      );
      const paths = found.flatMap((one) => one.files.map(({ path }) => path));
      const hashed = await Promise.all(paths.map((path) => site.host.call('file.stat', { path, sha256: true })));
      return hashed.map(({ path, sha256 }) => `${path} ${sha256 ?? ''}`).sort();
    };

    beforeAll(async () => {
      const addresses = [101, 102].map((last) => `${net}.${last}`);
      site = await linuxPcSite({ net, network, addresses });
      before = await files();
    }, 2 * minute);
    afterAll(() => site.close(), minute);

    it(
      'becomes its own, is then left alone, and outlives a restart',
      async () => {
        expect((await card())?.live).toMatchObject({ dhcp: true, address: site.pc.leased });
        expect((await converge(staticIp, site.host, wanted(101))).passes).toBe(1);
        expect((await converge(staticIp, site.host, wanted(101))).passes).toBe(0);
        await site.host.restart();
        expect((await converge(staticIp, site.host, wanted(101))).passes).toBe(0);
      },
      2 * minute,
    );

    it(
      'is put right when somebody has moved it',
      async () => {
        const { mac, gateway } = site.pc;
        const moved = { dhcp: false, address: `${net}.102`, prefix: 24, gateway, dns: [gateway] };
        await site.host.call('job.start', {
          id: 'person',
          steps: [{ name: 'net.write', args: { mac, config: moved } }],
        });
        await site.host.relocate(`${net}.102`);
        await expect.poll(async () => (await card())?.live.address, { timeout: minute }).toBe(`${net}.102`);
        const found = staticIp.plan(wanted(101), await staticIp.read(site.host, wanted(101)));
        expect(found.filter(({ verdict }) => verdict === 'drifted').map(({ property }) => property)).toEqual([
          'address',
        ]);
        await converge(staticIp, site.host, wanted(101));
        expect((await card())?.live.address).toBe(`${net}.101`);
      },
      2 * minute,
    );

    it(
      'is not taken from a machine that has it, which is named, and not changed for a gateway that is silent',
      async () => {
        site.pc.namespaces.run(site.pc.lan, 'ip', 'addr', 'add', `${net}.103/24`, 'dev', 'br0');
        const mac = /link\/ether (\S+)/.exec(site.pc.namespaces.run(site.pc.lan, 'ip', 'link', 'show', 'br0'))?.[1];
        const taken: unknown = await converge(staticIp, site.host, wanted(103)).catch((reason: unknown) => reason);
        expect(taken).toBeInstanceOf(ConvergeError);
        expect(String(taken)).toContain(`expected ${net}.103 to be free, got a machine that has it (${mac ?? ''})`);
        // It has answered a moment ago, and the PC's kernel remembers it.
        const lan = (...words: string[]): unknown => site.pc.namespaces.run(site.pc.lan, 'ip', 'addr', ...words);
        lan('add', `${net}.77/24`, 'dev', 'br0');
        const known = await site.host.call('net.probe', { kind: 'arp', target: `${net}.77`, timeoutMs: 5000 });
        expect(known).toMatchObject({ answered: true, detail: mac });
        lan('del', `${net}.77/24`, 'dev', 'br0');
        const silent: unknown = await converge(staticIp, site.host, wanted(102, { gateway: `${net}.77` })).catch(
          (reason: unknown) => reason,
        );
        expect(String(silent)).toContain(
          `expected ${net}.77 to answer, got no answer; the PC has rolled back to ${net}.101`,
        );
        expect((await card())?.live.address).toBe(`${net}.101`);
      },
      2 * minute,
    );

    it(
      'is given back with every file as it was',
      async () => {
        await staticIp.undo(site.host, wanted(101));
        expect((await card())?.live).toMatchObject({ dhcp: true, address: site.pc.leased });
        await expect.poll(files).toEqual(before);
        await staticIp.undo(site.host, wanted(101));
      },
      2 * minute,
    );
  });
});
