/** `import` and `validate` as a person sees them. Does not prove: exit codes and the printing of errors (main.ts does both). */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import { expect, it } from 'vitest';
import { UserError } from '../../core/errors.ts';
import type { Lang } from '../../core/finding.ts';
import { packageRoot } from '../../core/home.ts';
import type { Home } from '../../core/home.ts';
import { loadRoom } from '../../inventory/load.ts';
import { scratchHome } from '../../inventory/testing-disk.ts';
import type { Io } from '../io.ts';
import { importCommand } from './import.ts';
import { validateCommand } from './validate.ts';

const good = path.join(packageRoot, 'examples/room-301-assets.csv');

/** Runs one command line; what it printed, said on the side, and gave to programs. */
async function run(home: Home, args: readonly string[], lang: Lang = 'en') {
  const out: string[] = [];
  const notes: string[] = [];
  const results: unknown[] = [];
  const io: Io = {
    ...{ home, lang, json: false },
    ...{ print: (text) => out.push(text), note: (text) => notes.push(text), result: (value) => results.push(value) },
  };
  const program = new Command().exitOverride().configureOutput({ writeErr: (text) => notes.push(text) });
  importCommand(program, io);
  validateCommand(program, io);
  await program.parseAsync(['node', 'examsite', ...args]);
  return { out, notes, results };
}

it('imports with every option that the room and the site take', async () => {
  const home = scratchHome();
  const options = [
    '--site',
    'XX学院考点',
    '--staff',
    '5',
    '--level',
    'L1',
    '--spacing',
    '1.2',
    '--proctors',
    '2',
    '--candidates',
    '39',
  ];
  const more = ['--restore-card', 'deep-freeze', '--dns', '10.30.1.2', '10.30.1.3', '--depot', 'http://10.30.1.250/'];
  const { out, notes, results } = await run(home, ['import', good, '--room', '301', ...options, ...more]);
  expect(out).toEqual([
    'room 301: 40 seats, 4 spares, L1',
    `wrote ${path.join(home.inventories, 'room-301.yaml')}`,
    `wrote ${path.join(home.inventories, 'site.yaml')}`,
  ]);
  expect(notes).toEqual([]);
  expect(results).toMatchObject([{ room: '301', seats: 40, spares: 4, changes: [], notes: [], open: [] }]);
  const { room, site } = loadRoom(home, '301');
  expect(room).toMatchObject({
    ...{ level: 'L1', spacingMetres: 1.2, proctors: 2, candidates: 39 },
    restoreCard: { driver: 'deep-freeze', password: { env: 'EXAMSITE_DEEP_FREEZE_PASSWORD' } },
    network: { subnet: '10.30.1.0/24', gateway: '10.30.1.1', dns: ['10.30.1.2', '10.30.1.3'] },
  });
  expect(room.seats[0]).toMatchObject({ seat: '01', level: 'L2' });
  expect(site).toMatchObject({ site: 'XX学院考点', staff: 5, depot: 'http://10.30.1.250/' });
});

it('says in Chinese what is still to be filled in, and what changed the second time', async () => {
  const home = scratchHome();
  const first = await run(home, ['import', good, '--room', '301', '--depot', 'http://10.30.1.250/'], 'zh');
  expect(first.notes).toEqual([
    'S2: 40 名考生需要 2 名监考人员，清单未填 proctors',
    'S4: 隔位而坐只容纳 20 名考生，实有 40 名，且清单未填考位间距 spacingMetres',
    'site.yaml：未给出考点名称（--site），请把「XXX学院考点」改为实际名称',
  ]);
  const second = await run(home, ['import', good, '--room', '301', '--proctors', '2'], 'zh');
  expect(second.out.slice(0, 2)).toEqual(['房间 301：40 个考位，4 台备用机，L2', '  + proctors: 2']);
  const third = await run(home, ['import', good, '--room', '301'], 'zh');
  expect(third.out).toEqual(['房间 301：40 个考位，4 台备用机，L2', '没有变化，文件未动']);
});

it.each([
  [['--level', 'L4'], 'Allowed choices are L1, L2, L3'],
  [['--proctors', 'two'], 'a number is expected'],
])('refuses the option %j', async (args, message) => {
  await expect(run(scratchHome(), ['import', good, '--room', '301', ...args])).rejects.toThrow(message);
});

it.each([
  [['--proctors', '1.5'], '--proctors 1.5'],
  [['--spacing', '-1'], '--spacing -1'],
  [['--depot', 'tomorrow'], '--depot "tomorrow"'],
  [['--gateway', '10.30.1.300'], '--gateway "10.30.1.300"'],
])('names the option of a value that no room can have: %j', async (args, fault) => {
  const error: unknown = await run(scratchHome(), ['import', good, '--room', '301', ...args]).catch(
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UserError);
  expect((error as UserError).problems.map(({ where, got }) => `${where} ${got}`)).toEqual([fault]);
});

it('validates one room or all, and throws every fault there is', async () => {
  const home = scratchHome();
  await run(home, ['import', good, '--room', '301', '--proctors', '2', '--spacing', '1']);
  const { out, notes } = await run(home, ['validate', '--room', '301']);
  expect([out, notes]).toEqual([['room 301: 40 seats, 4 spares, no faults'], []]);
  writeFileSync(path.join(home.inventories, 'room-302.yaml'), 'room: 302\n');
  await expect(run(home, ['validate'])).rejects.toThrow('inventories/room-302.yaml:1:7: expected a room number');
  await run(home, ['validate', '--room', '301']);
});
