// Does not prove what the rules keep back (router.test.ts), nor their failure paths (router-box.test.ts): only the way from a list to a box, by command.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { z } from 'zod';
import { Command, said, type Ended } from '../command.ts';
import { needs } from '../tools.ts';
import { complaints, look } from './converse.ts';
import { ExamSite } from './exam-site.ts';
import { LocalAgent } from './local-agent.ts';
import { boxTools } from './router-lab.ts';

const minute = 60_000;
const address = '127.72.0.1';

/** As an examining body hands it out; conversations.yaml is about the same. */
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

needs(...boxTools, 'pulumi').describe('the router of a site, from a list to a box', () => {
  let site: ExamSite;
  beforeAll(async () => {
    site = await ExamSite.open(address);
    const { inventories } = site.home;
    mkdirSync(inventories, { recursive: true });
    const mac = site.network.namespaces.run(site.network.box, 'cat', '/sys/class/net/mgmt0/address').trim();
    writeFileSync(
      path.join(inventories, 'site.yaml'),
      stringify({
        site: '示范学院考点',
        depot: 'http://10.30.1.250/',
        router: {
          ...{ mac, lan: { interface: 'lan0', address: '10.30.1.1', prefix: 24 }, wan: { interface: 'wan0' } },
          ...{ upstream: ['10.53.0.53'], privateNetworks: ['10.60.0.0/24'] },
          services: [{ name: 'depot.exam', address: '10.30.1.250' }],
          management: { address, from: ['10.99.0.0/24'] },
        },
      }),
    );
    writeFileSync(path.join(site.home.root, 'list.txt'), list);
  }, minute);
  afterAll(() => site.close(), minute);

  const run = (...words: string[]): Promise<Ended> =>
    new Command('bin/examsite.mjs', [...words, '--lang', 'en'], site.home.root).ended;
  const enforced = async (): Promise<string[]> => {
    const pc = new LocalAgent('pc1', site.network.namespaces, site.network.pcs[0] ?? '');
    const found = complaints(await look(site.network, pc));
    pc.close();
    return found;
  };

  it(
    'is described, enrolled, set up and checked by command',
    async () => {
      const missing = await run('up', '--site');
      expect(said(missing)).toContain('[WHL001]');
      expect((await run('whitelist', 'import', path.join(site.home.root, 'list.txt'))).code).toBe(0);
      const enrolled = await run('enroll', '--site', '--yes');
      expect(said(enrolled)).toContain('site-router');
      expect(enrolled.code, said(enrolled)).toBe(0);
      expect(await run('check', '--site')).toMatchObject({ code: 1 });
      const up = await run('up', '--site');
      expect(said(up)).toContain('0 failures');
      expect(up.code).toBe(0);
      expect(await run('check', '--site')).toMatchObject({ code: 0 });
      expect(await enforced()).toEqual([]);
      const refused = said(await run('refused'));
      expect(refused).toMatch(/10\.30\.1\.11 .*tcp 198\.18\.0\.66:22/);
      expect(refused).toMatch(/10\.30\.1\.11 .*https denied\.example:443/);
    },
    2 * minute,
  );

  it(
    'that somebody has been at shows as a diff of the list, and is put right',
    async () => {
      writeFileSync(path.join(site.home.root, 'list.txt'), `${list}https://denied.example/\n`);
      await run('whitelist', 'import', path.join(site.home.root, 'list.txt'));
      const preview = await run('preview', '--site', '--json');
      const { changes } = z
        .object({ changes: z.array(z.object({ property: z.string() })) })
        .parse(JSON.parse(preview.stdout));
      expect(changes.map(({ property }) => property)).toContain('rules.https');
      writeFileSync(path.join(site.home.root, 'list.txt'), list);
      await run('whitelist', 'import', path.join(site.home.root, 'list.txt'));
      const lists = path.join(site.machine.root, 'etc/examsite-router');
      site.network.namespaces.run(
        site.network.box,
        'sh',
        '-c',
        'echo denied.example:443 >> "$0"/current/https-hosts.lst',
        lists,
      );
      expect(said(await run('preview', '--site'))).toMatch(/rules\.https.*denied\.example:443/s);
      expect((await run('up', '--site')).code).toBe(0);
      expect(await enforced()).toEqual([]);
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
