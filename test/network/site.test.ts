// Does not prove what the rules keep back (router.test.ts), nor their failure paths (router-box.test.ts): only the way from a list to a box, by command.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { said, type Ended } from '../command.ts';
import { needs } from '../tools.ts';
import { ExamSite, list } from './exam-site.ts';
import type { Machine } from './machine.ts';
import { boxTools } from './router-lab.ts';

const minute = 60_000;
const address = '127.72.0.1';

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
    'is given back',
    async () => {
      expect((await run('destroy', '--site')).code).toBe(0);
      expect(site.network.namespaces.run(site.network.box, 'nft', 'list', 'ruleset').trim()).toBe('');
    },
    minute,
  );
});
