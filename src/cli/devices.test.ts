// Does not prove that a router can be reached or is right: test/network/site.test.ts does, by command.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { stringify } from 'yaml';
import { loadTargets } from '../check/probe.ts';
import { UserError } from '../core/errors.ts';
import type { Home } from '../core/home.ts';
import { scratchHome } from '../inventory/testing-disk.ts';
import { devicesOf } from './devices.ts';

const router = {
  ...{
    mac: '02:00:00:00:00:01',
    lan: { interface: 'lan0', address: '10.30.1.1', prefix: 24 },
    wan: { interface: 'wan0' },
  },
  ...{ upstream: ['198.18.0.53'], management: { address: '10.99.0.1', from: ['10.99.0.2'] } },
};
const whitelist = (entries: unknown[]): object => ({ source: 'list.txt', sha256: '0'.repeat(64), entries });

function homeWith(files: Readonly<Record<string, object>>): Home {
  const home = scratchHome();
  mkdirSync(home.inventories, { recursive: true });
  for (const [name, value] of Object.entries(files)) writeFileSync(path.join(home.inventories, name), stringify(value));
  return home;
}

function codes(work: () => unknown): string[] {
  try {
    work();
  } catch (error) {
    if (error instanceof UserError) return error.problems.map(({ code }) => code);
    throw error;
  }
  return [];
}

const site = { site: '示例学院考点', depot: 'http://10.30.1.250/' };

it.each<[string, Record<string, object>, string[]]>([
  ['a site without a router', { 'site.yaml': site }, ['SITE004']],
  ['a router without a whitelist', { 'site.yaml': { ...site, router } }, ['WHL001']],
  [
    'a whitelist that asks for TLS to be opened, without a CA',
    {
      'site.yaml': { ...site, router },
      'whitelist.yaml': whitelist([{ entry: 'https://exam.example/', inspect: true }]),
    },
    ['CA001'],
  ],
  [
    'a router that the room itself may manage, and a site at its own port',
    {
      'site.yaml': { ...site, router: { ...router, management: { address: '10.99.0.1', from: ['10.30.1.0/24'] } } },
      'whitelist.yaml': whitelist(['http://exam.example:53/']),
    },
    ['SITE002', 'SITE002'],
  ],
  [
    'a router that is set by hand',
    {
      'site.yaml': { ...site, router: { ...router, driver: 'by-hand' } },
      'whitelist.yaml': whitelist(['https://exam.example/']),
    },
    ['SITE006'],
  ],
  [
    'all that it takes',
    { 'site.yaml': { ...site, router }, 'whitelist.yaml': whitelist(['https://exam.example/']) },
    [],
  ],
])('--site with %s', (_, files, expected) => {
  const home = homeWith(files);
  expect(codes(() => devicesOf(home))).toEqual(expected);
});

it('a router with a whitelist is one device with its rules', () => {
  const home = homeWith({ 'site.yaml': { ...site, router }, 'whitelist.yaml': whitelist(['https://exam.example/']) });
  expect(devicesOf(home)).toMatchObject([
    { host: 'site-router', desired: { rules: { https: ['exam.example:443/'] } } },
  ]);
});

it('what a site names in probes.yaml replaces the handbook’s, and its faults are told', () => {
  const usual = loadTargets(scratchHome());
  expect(usual.names.length).toBeGreaterThan(2);
  const own = loadTargets(homeWith({ 'probes.yaml': { names: ['stand-in.example'] } }));
  expect(own).toEqual({ ...usual, names: ['stand-in.example'] });
  const faulty = homeWith({ 'probes.yaml': { addresses: ['no address'], nmaes: [] } });
  expect(codes(() => loadTargets(faulty))).toEqual(['INV007', 'INV005']);
});
