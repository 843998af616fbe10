// Does not prove Google Chrome, a Chromium before 156 and a Windows PC, nor the router that opens the TLS: a real Chromium on a booted Debian PC,
// and certificates that a server of the test presents.
import { appendFileSync, copyFileSync } from 'node:fs';
import { once } from 'node:events';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { linuxExamCa } from '../modules/exam-ca/linux.ts';
import { wantedCertificates } from '../modules/exam-ca/wanted.ts';
import { converge } from '../src/core/converge.ts';
import { makeAuthority } from '../src/inspection/authority.ts';
import { inspectionFolder, leafName } from '../src/inspection/places.ts';
import type { Whitelist } from '../src/whitelist/file.ts';
import { linuxPcSite, type LinuxPcSite } from './linux-pc-site.ts';
import { linuxPcTools } from './linux-pc.ts';
import { needs } from './tools.ts';

const name = 'exam.example.cn';
const program = '/usr/bin/chromium';
const minute = 60_000;
/** Of the page that Chromium shows for a certificate that it does not take. */
const refused = 'Privacy error';

/** Inspected as a whole. */
const whitelist: Whitelist = {
  ...{ source: 'list.txt', sha256: '0'.repeat(64), widestBlock: 24 },
  allowed: [{ entry: { kind: 'host', host: name, subdomains: false }, text: name, inspect: true, wide: false }],
};

const secureServer = `const [address, port, file] = process.argv.slice(1), pem = require("fs").readFileSync(file);
require("https").createServer({ cert: pem, key: pem }, (_, response) =>
  response.setHeader("content-type", "text/html").end("<title>the exam</title>"),
).listen(+port, address, () => console.log("listens"))`;

needs(...linuxPcTools, 'chromium', 'chromedriver').describe('the CA of an exam site on a Linux PC', () => {
  let site: LinuxPcSite | undefined;
  const at = (): LinuxPcSite => site ?? expect.fail('no PC');

  beforeAll(async () => {
    site = await linuxPcSite({ net: '10.74.1', network: 'systemd-networkd' });
    // What root makes is root's alone on some PCs, and the policy is for everybody.
    appendFileSync(path.join(site.pc.machine.root, 'root/.bashrc'), '\numask 077\n');
  }, minute);
  afterAll(() => site?.close(), minute);

  /** Makes the CA of a cycle in place of the one before, and a server with its certificate. @returns what the PCs have to trust */
  async function cycle(port: number) {
    const { home, pc } = at();
    await makeAuthority(home, [name], { site: '示范考点' });
    const file = path.join(home.root, `${port}.pem`);
    copyFileSync(path.join(inspectionFolder(home), leafName(name)), file);
    const server = pc.namespaces.start(pc.lan, process.execPath, ['-e', secureServer, pc.gateway, String(port), file]);
    await once(server.stdout ?? server, 'data');
    return linuxExamCa.desired.parse({ certificates: wantedCertificates(home, whitelist), program });
  }

  const flags = (): string[] => [
    ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run'],
    `--host-resolver-rules=MAP ${name} ${at().pc.gateway}`,
  ];

  /** @returns the page's title, or why there is none */
  async function opened(port: number): Promise<string> {
    const url = `https://${name}:${port}/`;
    const call = { driver: '/usr/bin/chromedriver', browser: program, args: flags(), url, timeoutSec: 50 };
    const { title, error } = await at().host.call('webdriver.session', call);
    return error ?? title ?? 'neither title nor error';
  }

  /** By somebody who is not root, and has never opened a browser here. */
  async function openedByCandidate(port: number): Promise<string> {
    const { host } = at();
    const run = { timeoutSec: 50, expectExit: [0] };
    await host.call('process.run', { exe: 'useradd', args: ['--create-home', 'candidate'], ...run });
    const page = ['--dump-dom', `https://${name}:${port}/`];
    const args = [
      '--reuid=candidate',
      '--regid=candidate',
      '--clear-groups',
      '--reset-env',
      program,
      ...flags(),
      ...page,
    ];
    return (await host.call('process.run', { exe: 'setpriv', args, ...run })).stdout;
  }

  it(
    'is trusted by Chromium for its cycle, by every account, and no longer',
    async () => {
      const { host } = at();
      const policies = async () => (await host.call('file.stat', { path: '/etc/chromium/policies' })).exists;
      expect(await policies()).toBe(false);
      const first = await cycle(8441);
      expect(await opened(8441)).toBe(refused);
      expect((await converge(linuxExamCa, host, first)).passes).toBe(1);
      expect((await converge(linuxExamCa, host, first)).passes).toBe(0);
      expect(await opened(8441)).toBe('the exam');
      expect(await openedByCandidate(8441)).toContain('<title>the exam</title>');

      const second = await cycle(8442);
      expect((await converge(linuxExamCa, host, second)).passes).toBe(1);
      expect(await opened(8442)).toBe('the exam');
      expect(await opened(8441)).toBe(refused);

      await linuxExamCa.undo(host, second);
      expect(await opened(8442)).toBe(refused);
      expect(await policies()).toBe(false);
    },
    2 * minute,
  );
});
