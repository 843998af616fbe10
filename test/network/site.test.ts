// Does not prove what the rules keep back (router.test.ts), nor their failure paths (router-box.test.ts): only the way from a list to a box, by command.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { trustStore } from '../../modules/whitelist-router/linux/places.ts';
import { caFile, inspectionFolder } from '../../src/inspection/places.ts';
import { whitelistPath } from '../../src/whitelist/file.ts';
import { said, type Ended } from '../command.ts';
import { needs } from '../tools.ts';
import { ExamSite, list, openedList } from './exam-site.ts';
import type { Machine } from './machine.ts';
import { boxTools } from './router-lab.ts';

const minute = 60_000;
const address = '127.72.0.1';

/** The second line of the private key in a file with a certificate and its key: the first says what kind of key it is. */
const keyLine = (pem: string): string => /-----BEGIN PRIVATE KEY-----\n.+\n(.{40})/.exec(pem)?.[1] ?? expect.fail(pem);

/** Files below a folder that hold this text, as it is or in base64. */
function filesWith(text: string, folder: string): string[] {
  // From any of three places in it, base64 looks different.
  const encoded = [0, 1, 2].map((skip) =>
    Buffer.from(text.slice(skip, skip + 30))
      .toString('base64')
      .slice(0, 36),
  );
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => path.join(folder, name))
    .filter((file) => statSync(file).isFile())
    .filter((file) => {
      const content = readFileSync(file, 'latin1');
      return [text, ...encoded].some((one) => content.includes(one));
    });
}

needs(...boxTools, 'pulumi').describe('the router of a site, from a list to a box', () => {
  let site: ExamSite<Machine>;
  beforeAll(async () => {
    site = await ExamSite.linux(address);
    site.describe('linux');
  }, minute);
  afterAll(() => site.close(), minute);

  const run = (...words: string[]): Promise<Ended> => site.run(...words);

  it(
    'is described, enrolled, set up and checked by command',
    async () => {
      const missing = await run('up', '--site');
      expect(said(missing)).toContain('[WHL001]');
      expect((await run('whitelist', 'import', site.listFile)).code).toBe(0);
      const enrolled = await run('enroll', '--site', '--yes');
      expect(said(enrolled)).toContain('site-router');
      expect(enrolled.code, said(enrolled)).toBe(0);
      expect(await run('check', '--site')).toMatchObject({ code: 1 });
      const up = await run('up', '--site');
      expect(said(up)).toContain('0 failures');
      expect(up.code).toBe(0);
      expect(await run('check', '--site')).toMatchObject({ code: 0 });
      expect(await site.complaints()).toEqual([]);
      const refused = said(await run('refused'));
      expect(refused).toMatch(/10\.30\.1\.11 .*tcp 198\.18\.0\.66:22/);
      expect(refused).toMatch(/10\.30\.1\.11 .*https denied\.example:443/);
    },
    2 * minute,
  );

  it(
    'that somebody has been at shows as a diff of the list, and is put right',
    async () => {
      writeFileSync(site.listFile, `${list}https://denied.example/\n`);
      await run('whitelist', 'import', site.listFile);
      const preview = await run('preview', '--site', '--json');
      const { changes } = z
        .object({ changes: z.array(z.object({ property: z.string() })) })
        .parse(JSON.parse(preview.stdout));
      expect(changes.map(({ property }) => property)).toContain('rules.https');
      writeFileSync(site.listFile, list);
      await run('whitelist', 'import', site.listFile);
      const lists = path.join(site.box.root, 'etc/examsite-router');
      site.network.namespaces.run(
        site.network.box,
        'sh',
        '-c',
        'echo denied.example:443 >> "$0"/current/https-hosts.lst',
        lists,
      );
      expect(said(await run('preview', '--site'))).toMatch(/rules\.https.*denied\.example:443/s);
      expect((await run('up', '--site')).code).toBe(0);
      expect(await site.complaints()).toEqual([]);
      const again = await run('up', '--site', '--json');
      expect(JSON.parse(again.stdout)).toMatchObject({ changes: [], failures: [] });
    },
    2 * minute,
  );

  it(
    'opens the TLS of what the whitelist says, once the exam site has a CA of its own, and says how it was changed',
    async () => {
      const { home, network, box } = site;
      writeFileSync(path.join(box.root, trustStore), readFileSync(network.inet.trusted));
      writeFileSync(site.listFile, `${list}${openedList}`);
      await run('whitelist', 'import', site.listFile);
      const text = readFileSync(whitelistPath(home), 'utf8');
      const marked = openedList
        .trim()
        .split('\n')
        .reduce((all, entry) => {
          const line = new RegExp(`^( *- )["']?${entry.replaceAll(/[.*]/g, '\\$&')}["']?$`, 'm');
          expect(all).toMatch(line);
          return all.replace(line, `$1{ entry: "${entry}", inspect: true }`);
        }, text);
      writeFileSync(whitelistPath(home), marked);
      expect(said(await run('up', '--site'))).toContain('[CA001]');
      expect(said(await run('whitelist', 'ca'))).toContain('SHA-256');
      const up = await run('up', '--site');
      expect(up.code, said(up)).toBe(0);
      writeFileSync(network.authority, readFileSync(caFile(inspectionFolder(home))));
      await expect.poll(() => site.complaints(true), { timeout: 15_000 }).toEqual([]);
      expect(said(await run('refused'))).toMatch(/10\.30\.1\.11 .*https GET inspected\.example:443\/other/);
      const leaf = path.join(box.root, 'etc/examsite-router/current/certificates/inspected.example.pem');
      const { key, state } = { key: readFileSync(leaf, 'utf8'), state: home.private };
      network.namespaces.run(network.box, 'sh', '-c', 'echo >> "$0"', leaf);
      const check = await run('check', '--site');
      expect(said(check)).toContain('whitelist-router.files');
      expect((await run('up', '--site')).code).toBe(0);
      expect(await run('check', '--site')).toMatchObject({ code: 0 });
      expect(filesWith(keyLine(key), state).map((file) => path.relative(home.private, file))).toEqual([
        'keys/inspection/inspected.example.pem',
      ]);
    },
    3 * minute,
  );

  it(
    'is given back',
    async () => {
      expect((await run('destroy', '--site')).code).toBe(0);
      expect(site.network.namespaces.run(site.network.box, 'nft', 'list', 'ruleset').trim()).toBe('');
    },
    minute,
  );
});
