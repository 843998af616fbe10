// Does not prove that Windows 7 and Chrome 75 take these certificates: openssl does here, and HAProxy with a client in test/network.
import { execFile, spawn } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { needs } from '../../test/tools.ts';
import { UserError } from '../core/errors.ts';
import type { Home } from '../core/home.ts';
import { scratchHome } from '../inventory/testing-disk.ts';
import { caOrganisation, makeAuthority } from './authority.ts';
import { newAuthority } from './certificates.ts';
import { loadInspection } from './load.ts';
import { inspectionFolder, leafName } from './places.ts';

const hosts = ['exam.example.cn', '*.cdn.example.cn'];
const now = new Date('2026-11-27T08:00:00Z');
const dayMs = 86_400_000;
const after = (days: number): Date => new Date(now.getTime() + days * dayMs);

async function made(of: Partial<Parameters<typeof makeAuthority>[2]> = {}): Promise<Home> {
  const home = scratchHome();
  await makeAuthority(home, hosts, { site: '示范学院考点', now, ...of });
  return home;
}

/** Code and where, of every problem. */
function faults(home: Home, of: readonly string[] = hosts, at = now): string[] {
  try {
    loadInspection(home, of, at);
    return [];
  } catch (error) {
    if (error instanceof UserError) return error.problems.map(({ code, where }) => `${code} ${path.basename(where)}`);
    throw error;
  }
}

const in_ = (home: Home, host: string): string => path.join(inspectionFolder(home), leafName(host));

/** What openssl says of a certificate for this name at this time. */
async function verified(ca: string, leaf: string, name: string): Promise<string> {
  const args = ['verify', '-x509_strict', '-purpose', 'sslserver', '-attime', String(now.getTime() / 1000)];
  try {
    return (await promisify(execFile)('openssl', [...args, '-verify_hostname', name, '-CAfile', ca, leaf])).stdout;
  } catch (error) {
    return error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
  }
}

needs('openssl').describe('openssl', () => {
  it.each([
    ['exam.example.cn', 'exam.example.cn', 'OK'],
    ['*.cdn.example.cn', 'img.cdn.example.cn', 'OK'],
    ['*.cdn.example.cn', 'a.b.cdn.example.cn', 'hostname mismatch'],
    ['exam.example.cn', 'other.example.cn', 'hostname mismatch'],
  ])('of the certificate for %s says to %s: %s', async (host, name, says) => {
    const home = await made();
    expect(await verified(path.join(inspectionFolder(home), 'ca.pem'), in_(home, host), name)).toContain(says);
  });

  it.each([
    ['other.example.cn', 'permitted subtree violation'],
    ['*.example.cn', 'permitted subtree violation'],
    ['evil-exam.example.cn', 'permitted subtree violation'],
    ['exam.example.cn', 'OK'],
  ])('of one that the same authority might sign for %s says: %s', async (host, says) => {
    const authority = await newAuthority(hosts, 'test', { notBefore: after(-1), notAfter: after(10) });
    const { root } = scratchHome();
    const [ca, leaf] = [path.join(root, 'ca.pem'), path.join(root, 'leaf.pem')];
    writeFileSync(ca, authority.pem);
    writeFileSync(leaf, await authority.sign(host));
    expect(await verified(ca, leaf, host.replace('*', 'any'))).toContain(says);
  });
});

describe('the authority', () => {
  it('is for people to see whose it is, and lasts no longer than a browser takes', async () => {
    const home = await made({ days: 396 });
    const { ca, leaves } = loadInspection(home, hosts, now);
    const certificate = new X509Certificate(ca.pem);
    expect(certificate.subject).toBe(`O=${caOrganisation}\nCN=examsite inspection CA 示范学院考点 2026-11-27`);
    expect(certificate.fingerprint256.replaceAll(':', '').toLowerCase()).toBe(ca.sha256);
    expect(ca.notAfter).toBe(`${after(396).toISOString().slice(0, 19)}Z`);
    expect(Object.keys(leaves)).toEqual(hosts);
    for (const host of hosts) {
      const { validFromDate, validToDate } = new X509Certificate(readFileSync(in_(home, host)));
      expect((validToDate.getTime() - validFromDate.getTime()) / dayMs).toBeLessThanOrEqual(397);
    }
  });

  it('takes a site and a host whose names are too long for a certificate’s subject', async () => {
    const [home, long] = [scratchHome(), `${'a'.repeat(60)}.example.cn`];
    await makeAuthority(home, [long], { site: '很长的名字'.repeat(20), now });
    expect(faults(home, [long])).toEqual([]);
  });

  it('is nobody else’s to read, and its own private key is nowhere', async () => {
    const home = await made();
    const folder = inspectionFolder(home);
    const mode = (file: string): string => (statSync(file).mode & 0o777).toString(8);
    const names = readdirSync(folder).toSorted();
    expect(names).toEqual(['_.cdn.example.cn.pem', 'ca.pem', 'exam.example.cn.pem']);
    expect([folder, ...names.map((name) => path.join(folder, name))].map(mode)).toEqual(['700', '600', '600', '600']);
    expect(readFileSync(path.join(folder, 'ca.pem'), 'utf8')).not.toContain('PRIVATE');
    expect(statSync(home.keys).mode & 0o077).toBe(0);
  });

  it('is another one after it was made again', async () => {
    const home = await made();
    const before = loadInspection(home, hosts, now);
    await makeAuthority(home, ['exam.example.cn'], { site: 'x', now });
    const { ca, leaves } = loadInspection(home, ['exam.example.cn'], now);
    expect(ca.sha256).not.toBe(before.ca.sha256);
    expect(leaves['exam.example.cn']).not.toBe(before.leaves['exam.example.cn']);
    expect(readdirSync(home.keys)).toEqual(['inspection']);
    expect(readdirSync(inspectionFolder(home))).not.toContain('_.cdn.example.cn.pem');
  });
});

describe('what is relied on', () => {
  it.each<[string, (home: Home) => unknown, string[]]>([
    ['is missing', () => undefined, []],
    ['has a host less', (home) => writeFileSync(in_(home, hosts[0] ?? ''), ''), ['CA002 exam.example.cn.pem']],
    [
      'has another host’s certificate',
      (home) => writeFileSync(in_(home, 'exam.example.cn'), readFileSync(in_(home, '*.cdn.example.cn'))),
      ['CA002 exam.example.cn.pem'],
    ],
    [
      'has a certificate without its key',
      (home) =>
        writeFileSync(in_(home, hosts[1] ?? ''), String(new X509Certificate(readFileSync(in_(home, hosts[1] ?? ''))))),
      ['CA002 _.cdn.example.cn.pem'],
    ],
    [
      'has another authority',
      async (home) => {
        const other = await made();
        writeFileSync(
          path.join(inspectionFolder(home), 'ca.pem'),
          readFileSync(path.join(inspectionFolder(other), 'ca.pem')),
        );
      },
      ['CA002 exam.example.cn.pem', 'CA002 _.cdn.example.cn.pem'],
    ],
    ['is no certificate', (home) => writeFileSync(path.join(inspectionFolder(home), 'ca.pem'), 'x'), ['CA002 ca.pem']],
  ])('is refused where it %s', async (_, change, expected) => {
    const home = await made();
    await change(home);
    expect(faults(home)).toEqual(expected);
  });

  it('is there, covers every host, and is good for a week', async () => {
    expect(faults(scratchHome())).toEqual(['CA001 ca.pem']);
    const home = await made({ days: 30 });
    expect(faults(home, [...hosts, 'new.example.cn'])).toEqual(['CA002 new.example.cn.pem']);
    expect(faults(home, hosts.slice(1))).toEqual([]);
    expect(faults(home, hosts, after(22))).toEqual([]);
    const all = ['CA002 ca.pem', 'CA002 exam.example.cn.pem', 'CA002 _.cdn.example.cn.pem'];
    expect(faults(home, hosts, after(24))).toEqual(all);
    expect(faults(home, hosts, after(-2))).toEqual(all);
  });
});

it('is whole, or there is none, whenever the process that makes it is killed', async () => {
  const home = await made({ now: new Date() });
  const script = `
    import { home } from ${JSON.stringify(path.resolve(import.meta.dirname, '../core/home.ts'))};
    import { makeAuthority } from ${JSON.stringify(path.resolve(import.meta.dirname, 'authority.ts'))};
    process.stdout.write('.');
    for (;;) await makeAuthority(home(${JSON.stringify(home.root)}), ${JSON.stringify(hosts)}, { site: 'x' });`;
  const seen = new Set<string>();
  for (let turn = 0; turn < 12; turn += 1) {
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    await once(child.stdout, 'data');
    await sleep(turn * 7);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const found = faults(home, hosts, new Date());
    expect(found.filter((one) => one !== 'CA001 ca.pem')).toEqual([]);
    if (found.length === 0) seen.add(loadInspection(home, hosts, new Date()).ca.sha256);
  }
  expect(seen.size).toBeGreaterThan(1);
  await makeAuthority(home, hosts, { site: 'x' });
  expect(readdirSync(home.keys)).toEqual(['inspection']);
}, 60_000);
