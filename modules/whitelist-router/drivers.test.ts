// Does not prove that a driver can do what it says: its own tests and, for Linux, test/network do.
import { describe, expect, it } from 'vitest';
import { UserError, type Problem } from '../../src/core/errors.ts';
import { capability, router, type Capability } from '../../src/inventory/router.ts';
import type { Allowed } from '../../src/whitelist/file.ts';
import { parseEntry } from '../../src/whitelist/entry.ts';
import { siteModules } from '../site.ts';
import { moduleByName } from '../index.ts';
import { capabilityTexts, drivers, lacks } from './drivers.ts';

const list = [
  ...['http://a.example/', 'http://b.example/exam/', 'https://c.example/', '*.d.example'],
  ...['https://e.example/login/', 'https://f.example/', '198.18.0.30'],
];
const [named, opened] = [list.slice(0, -1), ['https://e.example/login/', 'https://f.example/']];
const allowed = list.map((text): Allowed => {
  const parsed = parseEntry(text);
  if ('fault' in parsed) throw new Error(text);
  return { entry: parsed.entry, text, inspect: opened.includes(text), wide: false };
});
const leaves = { 'e.example': '1'.repeat(64), 'f.example': '2'.repeat(64) };
const ca = { pem: '', sha256: '', notAfter: '' };
const whitelist = { source: 'list.txt', sha256: '0'.repeat(64), widestBlock: 24, allowed };
const able = (...some: Capability[]) => ({ capabilities: new Set(some) });

describe('what a whitelist needs of a router', () => {
  it.each<[string, Capability[], Partial<Record<Capability, string[]>>]>([
    ['nothing more than a router that can do all of it', [...capability.options], {}],
    [
      'to look at paths, where an entry has one',
      ['nameHttp', 'nameHttps', 'inspection', 'sameAddress'],
      { pathHttp: ['http://b.example/exam/'], pathHttps: ['https://e.example/login/'] },
    ],
    [
      'to tell sites at one address apart, where an entry is a name',
      ['nameHttp', 'nameHttps', 'pathHttp', 'pathHttps', 'inspection'],
      { sameAddress: named },
    ],
    [
      'HTTPS by name',
      ['nameHttp', 'pathHttp', 'pathHttps', 'inspection', 'sameAddress'],
      { nameHttps: ['https://c.example/', '*.d.example', ...opened] },
    ],
    [
      'TLS to be opened, where an entry asks for it',
      ['nameHttp', 'nameHttps', 'pathHttp', 'sameAddress'],
      { pathHttps: ['https://e.example/login/'], inspection: opened },
    ],
  ])('is %s', (_, some, expected) => {
    expect(Object.fromEntries(lacks(able(...some), allowed))).toEqual(expected);
  });

  it('is nothing where it has only addresses', () => {
    expect(lacks(able(), allowed.slice(-1)).size).toBe(0);
  });
});

describe('a site', () => {
  const box = {
    ...{ mac: '02:00:00:00:00:01', lan: { interface: 'lan0', address: '10.30.1.1', prefix: 24 } },
    ...{ wan: { interface: 'wan0' }, upstream: ['198.18.0.53'] },
    management: { address: '10.99.0.1', from: ['10.99.0.2'] },
  };
  const made = (driver: string, accepts: string[] = []) =>
    siteModules({ ...siteOnly, router: router.parse({ ...box, driver, accepts }) }, whitelist, () => ({ ca, leaves }));
  const siteOnly = {} as Parameters<typeof siteModules>[0];
  const problems = (work: () => unknown): readonly Problem[] => {
    try {
      work();
    } catch (error) {
      if (error instanceof UserError) return error.problems;
      throw error;
    }
    return [];
  };

  it.each(Object.entries(drivers))(
    'with %s refuses what is wider than its line, unless that is accepted',
    (name, driver) => {
      if (driver.works === undefined) {
        expect(made(name)).toEqual([]);
        return;
      }
      const wider = [...lacks(driver, allowed).keys()];
      const found = problems(() => made(name));
      expect(found.map(({ code }) => code)).toEqual(wider.map(() => 'SITE005'));
      expect(found.map(({ fix }) => /accepts: \[(\w+)\]$/.exec(fix.en)?.[1])).toEqual(wider);
      for (const [one, entries] of lacks(driver, allowed))
        for (const entry of entries) expect(found.find(({ fix }) => fix.en.includes(one))?.where).toContain(entry);
      expect(made(name, wider)).toMatchObject([{ host: 'site-router', module: driver.works.module }]);
      const [passed, within] = [
        ['*.d.example:443/', 'c.example:443/'],
        ['e.example:443/login/', 'f.example:443/'],
      ];
      expect(made(name, wider)[0]?.desired).toMatchObject(
        driver.capabilities.has('inspection')
          ? { rules: { https: passed, inspect: within }, inspection: { leaves } }
          : { rules: { https: [...passed, ...within], inspect: [] }, inspection: null },
      );
    },
  );
});

describe('every driver', () => {
  it.each(Object.entries(drivers))(
    '%s is registered, and logs where it says so',
    (_, { works, capabilities, refused }) => {
      if (works !== undefined) expect(moduleByName(works.module.name)).toBe(works.module);
      expect(capabilities.has('loggedBySeat')).toBe(refused !== undefined);
      expect(Object.keys(capabilityTexts)).toEqual(capability.options);
    },
  );
});
