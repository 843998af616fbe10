// Does not prove how fast anything is: that both ways serve every client. Figures are for `npm run bench:router`.
import { expect, it } from 'vitest';
import { routerTools } from '../../test/network/router-lab.ts';
import { needs } from '../../test/tools.ts';
import { routerMarkdown } from './markdown.ts';
import { measure, type Measured } from './measure.ts';

needs(...routerTools).it(
  'every client gets its pages and its file, with the whitelist and without',
  async () => {
    const amount = { clients: 20, rounds: 1, pages: 2, large: 100_000 };
    const { plain, filtered } = await measure(amount, () => undefined);
    for (const { ms, megabytesPerSec } of [plain, filtered]) {
      expect(Math.min(ms.page.min, ms.tls.min, megabytesPerSec)).toBeGreaterThan(0);
      expect(ms.page.p95).toBeGreaterThanOrEqual(ms.page.median);
    }
  },
  60_000,
);

it('says how many times longer a request takes, and what share of the speed is left', () => {
  const one = (ms: number, megabytesPerSec: number): Measured => ({
    ...{ megabytesPerSec, ms: { page: of(ms), tls: of(2 * ms) } },
  });
  const of = (ms: number) => ({ min: ms, median: ms, max: ms, p95: ms });
  const page = routerMarkdown({
    clients: 200,
    rounds: 1,
    pages: 1,
    large: 1e6,
    plain: one(1, 900),
    filtered: one(1.5, 300),
  });
  expect(page).toContain('| a page, median ms | 1.00 | 1.50 | 1.50 |');
  expect(page).toContain('| all clients download, MB/s | 900 | 300 | 0.33 |');
});
