// Does not prove that a router is tight (test/network/leaktest.test.ts): PCs, router and what lies behind it are simulated.
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { whitelistWay } from '../src/cli/commands/lab.ts';
import { Command, resultOf, said } from './command.ts';
import { against, onlyTooSmall } from './results.ts';
import { TestSite } from './site.ts';
import { needs } from './tools.ts';

const minute = 60_000;
const seen = z.object({
  seats: z.array(
    z.object({
      name: z.string(),
      findings: z.array(z.object({ property: z.string(), actual: z.string().nullable(), verdict: z.string() })),
    }),
  ),
});

const wrongOf = ({ seats }: z.infer<typeof seen>): string[] =>
  seats.flatMap(({ name, findings }) =>
    findings
      .filter(({ verdict }) => verdict !== 'ok')
      .map(({ property, actual }) => `${name} ${property}: ${String(actual)}`),
  );

needs('pulumi').describe('the leak test of a room', () => {
  let site: TestSite;
  beforeAll(async () => {
    site = await TestSite.open({ net: '10.36.1', seats: 2 });
    expect(await site.operate('up')).toMatchObject({ failures: [], general: [] });
  }, 2 * minute);
  afterAll(() => site.close(), minute);

  it('needs a whitelist, and without one the room is judged without it', async () => {
    const ended = await site.run('leaktest');
    expect(ended.code).toBe(2);
    expect(said(ended)).toContain('WHL001');
    expect(against(await site.check())).toEqual(onlyTooSmall);
  });

  it('asks every seat and spare, tells closed from dead in a room without a way out, and writes JUnit', async () => {
    const list = path.join(site.home.root, 'list.txt');
    await writeFile(list, 'https://exam.example/\n203.0.113.40:8443\n');
    expect((await new Command('src/cli/main.ts', ['whitelist', 'import', list], site.home.root).ended).code).toBe(0);
    const file = path.join(site.home.root, 'junit.xml');
    const writes = site.writes();
    const ended = await site.run('leaktest', '--junit', file);
    expect(ended.code).toBe(1);
    const { seats } = resultOf(ended, seen);
    expect(seats.map(({ name }) => name)).toEqual(['r301-s01', 'r301-s02', 'r301-spare01']);
    for (const { findings } of seats) {
      const wrong = findings.filter(({ verdict }) => verdict !== 'ok');
      expect(wrong.map(({ property, actual }) => `${property}: ${String(actual)}`)).toEqual([
        'listed.https exam.example:443: dead',
        'listed.tcp 203.0.113.40:8443: dead',
      ]);
      expect(findings.length).toBeGreaterThan(30);
    }
    expect(site.writes()).toEqual(writes);
    const junit = await readFile(file, 'utf8');
    expect(junit.match(/<testsuite /g)).toHaveLength(3);
    expect(junit.match(/failures="2" errors="0"/g)).toHaveLength(3);
    expect(junit).toContain('is on the whitelist and does not answer');
  });

  it('finds a router that lets through the whitelist and nothing else as it must be', async () => {
    site.lab.way = whitelistWay(site.home);
    const ended = await site.run('leaktest');
    expect(against(await site.check())).toEqual(onlyTooSmall);
    expect({ code: ended.code, wrong: wrongOf(resultOf(ended, seen)) }).toEqual({ code: 0, wrong: [] });
  });

  it('names at every PC what an open router lets through, every probe of it', async () => {
    site.lab.way = { way: 'open' };
    const ended = await site.run('leaktest');
    site.lab.way = { way: 'nowhere' };
    const result = resultOf(ended, seen);
    expect(ended.code).toBe(1);
    const [first] = result.seats;
    const closed = (first?.findings ?? []).filter(({ property }) => property.startsWith('closed.'));
    // Simulated PCs have no IPv6.
    const leaked = closed.filter(({ property }) => !property.startsWith('closed.ipv6'));
    expect(leaked.length).toBeGreaterThan(30);
    expect(wrongOf(result)).toEqual(
      result.seats.flatMap(({ name }) => leaked.map(({ property }) => `${name} ${property}: leaked`)),
    );
  });

  it('is part of check, for every PC (P15) and for the room (R9)', async () => {
    const check = await site.check();
    expect(check.roomFindings.find(({ requirement }) => requirement === 'R9')).toMatchObject({ verdict: 'failed' });
    const [seat] = check.seats;
    const probed = seat?.findings.filter(({ module }) => module === 'whitelist-probe') ?? [];
    expect(probed.filter(({ finding }) => finding.verdict === 'failed')).toHaveLength(2);
  });
});
