/** The handbook's data fit together. Does not prove: that they say what the printed handbook says, nor that a lock's wheels run on Windows. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { levels } from '../src/inventory/schema.ts';
import { durations } from './durations.ts';
import { levelTools, productsOf, requirements, runtimesOf } from './handbook.ts';
import { normalised, wheelLock } from './wheels.ts';

const series = (letter: string, last: number): string[] => Array.from({ length: last }, (_, i) => `${letter}${i + 1}`);

describe('requirements', () => {
  it('are all of S, V, R, P and E once, then the tools of every level in the order of the levels', () => {
    expect(requirements.map((one) => one.id)).toEqual([
      ...[...series('S', 9), ...series('V', 7), ...series('R', 9), ...series('P', 16), ...series('E', 6)],
      ...levels.flatMap((level) => levelTools[level].map((tool) => `${level}.${tool.id}`)),
    ]);
  });

  it('name a proof only where something can prove them today', () => {
    const proofs = Map.groupBy(requirements, ({ proof }) =>
      typeof proof === 'object' ? proof.module : (proof ?? 'none'),
    );
    const ids = (proof: string) => proofs.get(proof)?.map((one) => one.id);
    expect(ids('inventory')).toEqual(['S2', 'S3', 'S4', 'S5', 'S6']);
    expect(ids('person')).toEqual(['S1', 'S7', 'S8', 'S9', 'P10', 'P12']);
    expect(ids('exam-client')).toEqual(['P9']);
    expect(ids('input-method')).toEqual(['P13']);
    expect(ids('hardware')).toEqual(['P1', 'P2', 'P3', 'P4', 'P5', 'P8', 'P11']);
    expect(ids('whitelist-router')).toEqual(['R7', 'R8']);
    expect(ids('whitelist-probe')).toEqual(['R9', 'P15']);
    expect(ids('router')).toEqual(['R1', 'R2', 'R3', 'R4', 'R5', 'R6']);
    expect(ids('none')).toEqual(expect.arrayContaining(['V1', 'E6']));
  });
});

describe.each(levels)('%s', (level) => {
  const packages = levelTools[level].filter((tool) => tool.kind === 'package');

  it('locks every package at the version that its tool installs', () => {
    const lock = wheelLock(level);
    for (const { distribution = '', install } of packages)
      expect([distribution, lock[normalised(distribution)]]).toEqual([distribution, install]);
    expect(packages.length).toBeGreaterThan(1);
  });

  it('makes its lock from the same pins, and leaves what Windows lacks for them to the Visual C++ runtime', () => {
    const lines = readFileSync(path.join(import.meta.dirname, 'wheels', `${level}.in`), 'utf8')
      .trim()
      .split('\n');
    const pins = lines.filter((line) => !line.startsWith('#'));
    const tools = packages.map(({ distribution, install }) => `${distribution}==${install}`);
    expect(pins.toSorted()).toEqual(tools.toSorted());
    expect(wheelLock(level)).not.toHaveProperty('msvc-runtime');
    const needed = 'matplotlib' in wheelLock(level) || levelTools[level].some(({ id }) => id === 'mysql');
    expect(runtimesOf(level).some(({ product }) => product === 'vc-redist')).toBe(needed);
  });

  it('knows for each package what pip calls it and what proves its import', () => {
    expect(packages.filter((tool) => !tool.distribution || !tool.imports || !tool.install)).toEqual([]);
  });

  it('holds a rule that its own pinned version meets', () => {
    for (const { rule, install } of levelTools[level]) if ('exact' in rule) expect(install).toBe(rule.exact);
  });
});

it('says how long each product of every level takes', () => {
  const all = [...Object.keys(productsOf(levels)), 'wheels', 'restart', 'address', 'look'];
  expect(Object.keys(durations.takes).toSorted()).toEqual(all.toSorted());
});

it('keeps the versions that do not work together apart', () => {
  expect(
    levels.map((level) => [wheelLock(level)['scrapy'], wheelLock(level)['pymongo'], wheelLock(level)['selenium']]),
  ).toEqual([
    [undefined, undefined, undefined],
    ['2.5.1', '3.12.1', '4.1.3'],
    ['2.5.0', '3.11.4', '3.141.0'],
  ]);
  for (const level of levels) expect(wheelLock(level)['urllib3']).toMatch(/^1\./);
});
