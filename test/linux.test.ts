// Does not prove a PC's own hardware, kernel and screen, nor Ubuntu, 统信UOS and 麒麟: one booted Debian PC, all the way and back.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { loginStatement } from '../modules/database/linux-password.ts';
import type { Host } from '../src/core/host.ts';
import { resultOf, type Ended } from './command.ts';
import { linuxPcTools } from './linux-pc.ts';
import { LinuxRoom, password, passwordFile } from './linux-room.ts';
import { against } from './results.ts';
import { SecretSearch } from './secret-search.ts';
import { needs } from './tools.ts';

const minute = 60_000;
const net = '10.67.1';
/** One seat and no spare: the room is too small, and nothing else may be said against it. */
const onlyTooSmall = ['room S3 failed', 'room S6 failed'];
const site = 'opt/examsite/python/lib/python3.7/site-packages';

/** What somebody has done to the PC, and what check says of it. */
interface Break {
  readonly name: string;
  /** @returns what takes it back; undefined: only `up` does */
  readonly how: (room: LinuxRoom) => Promise<Mend>;
  readonly said: readonly string[];
}
type Mend = (() => Promise<unknown>) | undefined;

/** @param file of the PC's disk @returns what puts the former content back */
function changed({ pc }: LinuxRoom, file: string, change: (content: Buffer) => Buffer | string): Promise<Mend> {
  const full = path.join(pc.machine.root, file);
  const content = readFileSync(full);
  const write = (now: Buffer | string): Promise<void> => Promise.resolve(writeFileSync(full, now));
  return write(change(content)).then(() => () => write(content));
}

/** The real driver, whose own version is another. */
const otherDriver = (room: LinuxRoom): Promise<Mend> => changed(room, 'usr/bin/chromedriver', newerByOne);

function newerByOne(binary: Buffer): Buffer {
  const version =
    /^\d+/.exec(/(\d+\.\d+\.\d+\.\d+) \([0-9a-f]{40}/.exec(binary.toString('latin1'))?.[1] ?? '')?.[0] ?? '';
  const text = binary
    .toString('latin1')
    .replaceAll(new RegExp(`${version}(?=\\.\\d+\\.\\d+\\.\\d+)`, 'g'), String(Number(version) - 1));
  expect(text.length).toBe(binary.length);
  return Buffer.from(text, 'latin1');
}

const otherVersion = (room: LinuxRoom): Promise<Mend> =>
  changed(room, `${site}/requests-2.26.0.dist-info/METADATA`, (content) =>
    content.toString('utf8').replace('Version: 2.26.0', 'Version: 2.25.1'),
  );

/** It still imports. */
const damaged = (room: LinuxRoom): Promise<Mend> =>
  changed(room, etree(room), (content) => Buffer.concat([content, Buffer.from('more')]));

/** Whoever imports it is ended by the kernel (SIGBUS). */
const cutShort = (room: LinuxRoom): Promise<Mend> =>
  changed(room, etree(room), (content) => content.subarray(0, content.length / 2));

function etree({ pc }: LinuxRoom): string {
  const files = readdirSync(path.join(pc.machine.root, site, 'lxml'));
  return `${site}/lxml/${files.find((name) => /^etree.*\.so$/.test(name)) ?? ''}`;
}

async function stopped(room: LinuxRoom): Promise<Mend> {
  const put = (status: 'Running' | 'Stopped') =>
    room.act((host: Host) => host.call('service.write', { name: 'mariadb.service', status }));
  await put('Stopped');
  return () => put('Running');
}

/** As root at the PC, who needs no password: afterwards nobody else does either. */
async function opened(room: LinuxRoom): Promise<Mend> {
  const set = (secret: string) =>
    room.act((host: Host) => {
      const run = { exe: '/usr/bin/mariadb', args: [], timeoutSec: 60, expectExit: [0] };
      return host.call('process.run', { ...run, stdin: loginStatement(secret) });
    });
  await set('');
  return () => set(password);
}

async function otherPassword(room: LinuxRoom): Promise<Mend> {
  const restart = () =>
    room.act(async (host: Host) => {
      await host.call('service.write', { name: 'redis-server.service', status: 'Stopped' });
      await host.call('service.write', { name: 'redis-server.service', status: 'Running' });
    });
  const mend = await changed(room, 'etc/redis/redis.conf', (content) =>
    content.toString('utf8').replace(/^requirepass .*$/m, 'requirepass another'),
  );
  await restart();
  return async () => {
    await mend?.();
    await restart();
  };
}

/** Returns when the PC answers where it has gone. */
async function moved(room: LinuxRoom): Promise<Mend> {
  const { mac, gateway, namespaces, lan } = room.pc;
  await room.act(async (host: Host) => {
    const config = { dhcp: false, address: `${net}.102`, prefix: 24, gateway, dns: [gateway] };
    // Not before this call is answered, or the answer is lost with the address.
    const wait = { name: 'process.run', args: { exe: '/bin/sleep', args: ['3'], timeoutSec: 10 } } as const;
    await host.call('job.start', { id: 'person', steps: [wait, { name: 'net.write', args: { mac, config } }] });
  });
  for (let tries = 0; tries < 40; tries += 1) {
    const answers = await namespaces.exec(lan, 'ping', '-c', '1', '-W', '1', `${net}.102`).then(
      () => true,
      () => false,
    );
    if (answers) return undefined;
  }
  throw new Error(`nobody answers at ${net}.102`);
}

const s01 = (...properties: readonly string[]): string[] => properties.map((one) => `r301-s01 ${one} drifted`);
/** What the seat's level consists of, and so its sum too (P16). */
const tools = (...properties: readonly string[]): string[] => s01(...properties, 'level.tools');
const breaks: readonly Break[] = [
  {
    ...{ name: 'a driver of another version', how: otherDriver },
    said: tools('browser.packages.chromium-driver', 'browser.chromedriver'),
  },
  { name: 'a package of another version', how: otherVersion, said: tools('python.packages.requests') },
  { name: 'a package whose files are damaged', how: damaged, said: tools('python.packages.lxml') },
  {
    ...{ name: 'a package that crashes Python', how: cutShort },
    said: tools('python.packages.lxml', 'python.packages.scrapy'),
  },
  { name: 'a database that lets in who has no password', how: opened, said: tools('database.mysql.login') },
  { name: 'a database with another password', how: otherPassword, said: tools('database.redis.login') },
  {
    ...{ name: 'a database that is stopped', how: stopped },
    said: tools('database.mysql.service', 'database.mysql.version', 'database.mysql.login'),
  },
  { name: 'another address', how: moved, said: s01('static-ip.address') },
];

const probed = z.object({
  seats: z.array(
    z.object({
      findings: z.array(z.object({ property: z.string(), actual: z.string().nullable(), verdict: z.string() })),
    }),
  ),
});

/** What the PC's own probes found otherwise than it must be. */
function notOk(ended: Ended): string[] {
  const [seat, ...others] = resultOf(ended, probed).seats;
  const findings = seat?.findings ?? [];
  expect(others).toEqual([]);
  expect(findings.length).toBeGreaterThan(30);
  const wrong = findings.filter(({ verdict }) => verdict !== 'ok');
  expect(ended.code).toBe(wrong.length === 0 ? 0 : 1);
  return wrong.map(({ property, actual }) => `${property} ${String(actual)}`);
}

// What these packages need is on this machine's disk, and so on the PC's.
const software = ['chromium', 'chromedriver', 'mariadbd', 'redis-server'] as const;

needs(...linuxPcTools, ...software, 'python3.7', 'ping', 'pulumi').describe(
  'a Linux PC from handover to handover',
  () => {
    let room: LinuxRoom;
    let before: string[];
    const wrong = async (): Promise<string[]> =>
      against(await room.check()).filter((one) => !onlyTooSmall.includes(one));

    beforeAll(async () => {
      room = await LinuxRoom.open(net, 'L2', 'L3');
      before = room.state();
    }, 5 * minute);
    afterAll(() => (room as LinuxRoom | undefined)?.close(), minute);

    it(
      'is enrolled and set up, and a second up finds nothing to do',
      async () => {
        const enrolled = await room.run('enroll', '--addresses', room.pc.leased, '--yes');
        expect(enrolled.code, enrolled.stderr).toBe(0);
        const up = await room.operate('up');
        expect(up).toMatchObject({ failures: [], unreachable: [], general: [], ended: { code: 0 } });
        expect(against(await room.check())).toEqual(onlyTooSmall);
        const again = await room.operate('up');
        expect(again).toMatchObject({ changes: [], failures: [], ended: { code: 0 } });
      },
      10 * minute,
    );

    it.each(breaks)(
      'with $name is told exactly that',
      async ({ how, said }) => {
        const mend = await how(room);
        expect((await wrong()).sort()).toEqual([...said].sort());
        await mend?.();
      },
      minute,
    );

    it(
      'is put right by up, with all of it at once, and becomes a PC of level 3 by the same',
      async () => {
        // Of the last break nothing was taken back.
        for (const { how } of breaks.slice(0, -1)) await how(room);
        await room.change('L3');
        const up = await room.operate('up');
        expect(up).toMatchObject({ failures: [], general: [], ended: { code: 0 } });
        expect(await wrong()).toEqual([]);
        const packages = readdirSync(path.join(room.pc.machine.root, site));
        expect(packages.some((name) => name.startsWith('seaborn-0.11.0'))).toBe(true);
        expect(
          packages.filter((name) => /^django-/i.test(name)),
          'of level 2 only',
        ).toEqual([]);
      },
      10 * minute,
    );

    it(
      'has the password of its databases where only root and the server may look, and the controller nowhere but in its file',
      async () => {
        const search = new SecretSearch([{ name: 'databases', value: password }]);
        const { root, written } = room.pc.machine;
        const conf = path.join(root, 'etc/redis/redis.conf');
        expect(search.in(conf, readFileSync(conf))).not.toEqual([]);
        expect(statSync(conf).mode & 0o007).toBe(0);
        // Programs apart (/usr, /opt), which nobody writes after their installation.
        for (const folder of ['etc', 'root', 'var']) {
          const { leaks } = await search.below(path.join(written, folder), ['redis/redis.conf']);
          expect(leaks, folder).toEqual([]);
        }
        const { leaks, files } = await search.below(room.home.root, [passwordFile]);
        expect(files).toBeGreaterThan(10);
        expect(leaks).toEqual([]);
      },
      3 * minute,
    );

    it(
      'asks for what is on the whitelist and for what must be closed, and names the one place that is open',
      async () => {
        const [listed, leak] = ['203.0.113.40', '1.1.1.1'];
        const list = path.join(room.home.root, 'list.txt');
        writeFileSync(list, `${listed}:8443\n`);
        expect((await room.ofSite('whitelist', 'import', list)).code).toBe(0);
        await room.pc.outside(listed, 8443);
        expect(notOk(await room.run('leaktest'))).toEqual([]);
        await room.pc.outside(leak, 80);
        expect(notOk(await room.run('leaktest'))).toEqual([`closed.http-address ${leak} leaked`]);
      },
      minute,
    );

    it(
      'is handed back as it was, but for what is documented as left behind',
      async () => {
        await room.act((host: Host) => host.call('job.forget', { id: 'person' }));
        const destroyed = await room.operate('destroy');
        expect(destroyed).toMatchObject({ failures: [], general: [], ended: { code: 0 } });
        const after = room.state();
        expect(after.filter((line) => !before.includes(line))).toEqual([]);
        expect(before.filter((line) => !after.includes(line))).toEqual([]);
      },
      10 * minute,
    );
  },
);
