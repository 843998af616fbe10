// Does not prove how fast a room of 44 is: that figure is for `npm run bench:leaktest`. Two PCs, by command, over real SSH, through real routers.
import { expect, it } from 'vitest';
import { routerTools } from '../../test/network/router-lab.ts';
import { needs } from '../../test/tools.ts';
import { childSeconds } from './command.ts';
import { leaktestMarkdown } from './markdown.ts';
import { measureLeaktest, type Leaktest } from './measure.ts';

needs(...routerTools, 'sshd', 'unshare').it(
  'every PC asks everything in one round trip: leaks through an open router, nothing through the whitelist, and a router that says nothing is all dead',
  async () => {
    const { pcs, runs } = await measureLeaktest(2, () => undefined);
    const [open, filtering, silent] = runs;
    expect(pcs).toBe(2);
    expect(runs.map(({ roundTrips }) => roundTrips)).toEqual([2, 2, 2]);
    expect(Object.keys(open?.shown ?? {})).toContain('leaked');
    expect(Object.keys(filtering?.shown ?? {}).toSorted()).toEqual(['answers', 'blocked']);
    expect(Object.keys(silent?.shown ?? {}).toSorted()).toEqual(['blocked', 'dead']);
    for (const { seconds, cpu } of runs) expect(Math.min(seconds, cpu.controller, cpu.pcs)).toBeGreaterThan(0);
  },
  120_000,
);

it("reads the times of a shell's children", () => {
  expect(childSeconds('0m0.01s 0m0.00s\n1m1.50s 0m0.25s\n')).toBeCloseTo(61.75);
});

it('says whether the slowest router was within the aim', () => {
  const one = (seconds: number): Leaktest => ({
    ...{ router: 'filtering', seconds, conversations: 136, roundTrips: 2, shown: { answers: 60, blocked: 76 } },
    cpu: { controller: 1, pcs: 2, router: 0.5 },
  });
  expect(leaktestMarkdown({ pcs: 2, entries: 20, runs: [one(9), one(59.9)] })).toContain('59.9 s: met.');
  const page = leaktestMarkdown({ pcs: 2, entries: 20, runs: [one(61)] });
  expect(page).toContain('61.0 s: not met.');
  expect(page).toContain('| 61.0 | 136 | 2 | 60 answers, 76 blocked | 1.0, 2.0, 0.5 |');
});
