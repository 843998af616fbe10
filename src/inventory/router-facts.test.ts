// Does not prove that a router does what its data sheet says: only the comparison with the handbook.
import { describe, expect, it } from 'vitest';
import { site as siteSchema } from './schema.ts';
import { routerFindings, type RouterFacts } from './router-facts.ts';

const plain = siteSchema.parse({ site: 'XX学院考点', depot: 'http://10.30.1.250/' });
const found = (facts: Omit<RouterFacts, 'product'>): Record<string, string> =>
  Object.fromEntries(
    routerFindings({ ...plain, routerFacts: { product: 'ER6120G', ...facts } }).map(
      ({ requirement, verdict, grade }) => [requirement, grade === undefined ? verdict : `${verdict}, ${grade}`],
    ),
  );

describe('what the handbook asks of the router', () => {
  it('is not spoken of where site.yaml has none', () => {
    expect(routerFindings(plain)).toEqual([]);
  });

  it('is met as recommended, as allowed, or not', () => {
    const sheet = { clients: 200, wanMbps: 500, vpnTunnels: 100, accessPoints: 99, cpuCores: 2, applications: true };
    expect(found(sheet)).toEqual({
      ...{ R1: 'ok, recommended', R2: 'ok, minimum', R3: 'ok', R4: 'failed', R5: 'ok, recommended', R6: 'ok' },
    });
    expect(found({ ...sheet, clients: 99, vpnTunnels: 99, cpuCores: 0, applications: false })).toMatchObject({
      ...{ R1: 'failed', R3: 'failed', R5: 'failed', R6: 'failed' },
    });
  });

  it('is unknown where nobody has read the data sheet, with the key to fill in', () => {
    expect(new Set(Object.values(found({})))).toEqual(new Set(['unknown']));
    const [first] = routerFindings({ ...plain, routerFacts: { product: 'x' } });
    expect(first?.sentence.en).toContain('routerFacts.clients in site.yaml');
    expect(first?.evidence).toBe('data sheet of x');
  });
});
