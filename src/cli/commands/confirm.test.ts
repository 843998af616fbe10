// Does not prove that anybody has looked: only that what is said is kept, attributed, about one machine, and forgotten in time.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import { beforeEach, describe, expect, it } from 'vitest';
import { addConfirmations, confirmedFile, readConfirmations } from '../../confirmations/file.ts';
import { UserError } from '../../core/errors.ts';
import type { Lang } from '../../core/finding.ts';
import { packageRoot, type Home } from '../../core/home.ts';
import { scratchHome } from '../../inventory/testing-disk.ts';
import type { Io } from '../io.ts';
import { confirmCommand } from './confirm.ts';
import { importCommand } from './import.ts';

let home: Home;
beforeEach(async () => {
  home = scratchHome();
  await run(['import', path.join(packageRoot, 'examples/room-301-assets.csv'), '--room', '301']);
});

async function run(args: readonly string[], lang: Lang = 'en'): Promise<string[]> {
  const out: string[] = [];
  const io: Io = {
    home,
    lang,
    json: false,
    print: (text) => out.push(text),
    note: () => undefined,
    result: () => undefined,
  };
  const program = new Command().exitOverride();
  importCommand(program, io);
  confirmCommand(program, io);
  await program.parseAsync(['node', 'examsite', ...args]);
  return out;
}
const confirm = (...args: string[]): Promise<string[]> => run(['confirm', '--room', '301', ...args]);

describe('examsite confirm', () => {
  it('without a requirement shows what nobody has confirmed, and writes nothing', async () => {
    const out = await confirm();
    expect(out[1]).toBe('P10 r301-s01–s40, spare01–spare04: nobody has confirmed: keyboard, mouse and display work');
    expect(out.map((line) => line.slice(0, 3).trim())).toEqual(['P9', 'P10', 'P12', 'S1', 'S7', 'S8', 'S9']);
    expect(readConfirmations(home, '301')).toEqual([]);
  });

  it('keeps who, when, what was seen and of which machine', async () => {
    await confirm('P10', '--by', ' 机房管理员 ', '--seat', 'r301-s07', 'r301-spare01', '--note', '=鼠标已换');
    const [said] = readConfirmations(home, '301');
    expect(said).toMatchObject({ requirement: 'P10', says: 'yes', by: '机房管理员', note: '=鼠标已换' });
    expect(Object.keys(said?.pcs ?? {})).toEqual(['r301-s07', 'r301-spare01']);
    expect(Date.now() - Date.parse(said?.at ?? '')).toBeLessThan(60_000);
    expect(readFileSync(confirmedFile(home, '301'), 'utf8')).toContain('note: "=鼠标已换"');
  });

  it('counts the last word on each PC', async () => {
    await confirm('P10', 'P12', '--by', 'A');
    const out = await confirm('P10', '--by', 'B', '--seat', 'r301-s07', '--not', '--note', 'no left button');
    expect(out.map((line) => line.replace(/, \d{4}-[\dT:-]+Z/, ''))).toEqual(
      expect.arrayContaining([
        'P10 r301-s01–s06, s08–s40, spare01–spare04: confirmed by A: keyboard, mouse and display work (A)',
        'P10 r301-s07: found not to be so by B: keyboard, mouse and display work (B, no left button)',
      ]),
    );
    const after = await confirm('P10', '--by', 'B', '--seat', 'r301-s07', '--withdraw');
    expect(after.find((line) => line.startsWith('P10 r301-s07:'))).toContain('the confirmation was withdrawn');
  });

  it('takes the word on the room and the site too', async () => {
    const out = await confirm('S7', '--by', 'A');
    expect(out.find((line) => line.startsWith('S7'))).toMatch(/^S7 {2}301: confirmed by A: .*\(A, /);
    expect(readConfirmations(home, '301')[0]).not.toHaveProperty('pcs');
  });

  it('of people who confirm at the same time loses none', async () => {
    const names = Array.from({ length: 12 }, (_, index) => `person ${index}`);
    const at = '2022-11-18T07:00:00Z';
    await Promise.all(names.map((by) => addConfirmations(home, '301', [{ requirement: 'S8', says: 'yes', by, at }])));
    expect(readConfirmations(home, '301').map(({ by }) => by)).toEqual(expect.arrayContaining(names));
  });

  it.each([
    [['P6', '--by', 'A'], ['CNF001']],
    [['P10'], ['CNF002']],
    [['P10', '--by', '  '], ['CNF002']],
    [['P10', '--by', 'A\u0007'], ['CNF002']],
    [['P10', '--by', 'A', '--not', '--withdraw'], ['CNF003']],
    [
      ['P10', '--by', 'A', '--seat', 'r301-s41', 's07'],
      ['CNF004', 'CNF004'],
    ],
    [
      ['nothing', '--seat', 'r302-s01'],
      ['CNF001', 'CNF002', 'CNF004'],
    ],
  ])('refuses %j with every fault at once, and writes nothing', async (args, codes) => {
    const failure = await confirm(...args).catch((error: unknown) => error);
    if (!(failure instanceof UserError)) throw failure;
    expect(failure.problems.map(({ code }) => code)).toEqual(codes);
    expect(readConfirmations(home, '301')).toEqual([]);
  });
});
