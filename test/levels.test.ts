// Does not prove real Windows PCs: six simulated ones, fresh, on a network that has nothing but them, the gateway and the depot.
import { readFile, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { machineState } from '../modules/machine-state.ts';
import { lockFile } from '../src/depot/hosts.ts';
import { readLock } from '../src/depot/read.ts';
import { levels, type Level, type Room } from '../src/inventory/schema.ts';
import type { RoomMix } from '../src/lab/room-mix.ts';
import { against, differences, onlyTooSmall, unless } from './results.ts';
import { TestSite } from './site.ts';
import { needs } from './tools.ts';

const minute = 60_000;
/** Nothing but Windows on any of them, and on 7 the Wubi that it does not bring. */
const mix: RoomMix = [
  { weight: 1, os: 'win10', hardware: 'desktop2019' },
  { weight: 1, os: 'win7', hardware: 'desktop2015', software: [{ product: 'freewb', version: '7.13' }] },
];
/** With this seed each level has a PC of both Windows. */
const seed = '3';
const levelOf: Readonly<Record<string, Level>> = {
  '01': 'L1',
  '02': 'L2',
  '03': 'L3',
  '04': 'L1',
  '05': 'L2',
  '06': 'L3',
};
const names = Object.keys(levelOf).map((seat) => `r301-s${seat}`);
const spare = 'r301-spare01';
const of = (level: Level): string[] =>
  Object.keys(levelOf).flatMap((seat) => (levelOf[seat] === level ? [`r301-s${seat}`] : []));
const mixed = (plain: Room): Room => ({
  ...plain,
  seats: plain.seats.map((entry) => ({ ...entry, level: levelOf[entry.seat] ?? plain.level })),
});

/** Each of the six ways from a level to another is gone once there or once back. */
const moves: readonly { readonly how: string; readonly next: Readonly<Record<Level, Level>> }[] = [
  { how: 'L1 to L2, L2 to L3, L3 to L2', next: { L1: 'L2', L2: 'L3', L3: 'L2' } },
  { how: 'L1 to L3, L2 to L1, L3 to L1', next: { L1: 'L3', L2: 'L1', L3: 'L1' } },
];

/** Of what a level has and another has not, what is on its PCs; the rest, packages of Python, is `check`'s. */
const toolsOf: Readonly<Record<Level, readonly string[]>> = {
  L1: ['python.org'],
  L2: ['chromedriver', 'mongodb', 'mysql', 'navicat', 'python.org', 'redis'],
  L3: ['anaconda', 'chromedriver', 'mongodb', 'mysql', 'redis'],
};

/** Looked for in the machine itself, by no module. */
function toolsOfLevels(site: TestSite, name: string): string[] {
  const pc = site.pc(name);
  const programs: Readonly<Record<string, string>> = {
    'C:\\Anaconda3\\python.exe': 'anaconda',
    'C:\\Program Files\\ChromeDriver\\chromedriver.exe': 'chromedriver',
    'C:\\Program Files\\PremiumSoft\\Navicat Premium 15\\navicat.exe': 'navicat',
    'C:\\Python37\\python.exe': 'python.org',
  };
  const servers = pc.services.names().flatMap((one) => /^(?:mysql|mongodb|redis)/.exec(one.toLowerCase())?.[0] ?? []);
  const files = Object.entries(programs).flatMap(([file, tool]) => (pc.files.read(file) === undefined ? [] : [tool]));
  return [...servers, ...files].sort();
}

needs('pulumi').describe('a room of all three levels', () => {
  let site: TestSite;
  let before: Record<string, string[]>;
  const states = (): Record<string, string[]> =>
    Object.fromEntries(names.map((name) => [name, machineState(site.pc(name)).map(inAnyOrder)]));

  beforeAll(async () => {
    site = await TestSite.open({ net: '10.37.1', seats: names.length, mix, seed, room: mixed });
    before = states();
  }, minute);
  afterAll(() => site.close(), minute);

  it('begins with a fresh PC of both Windows for each level', () => {
    const systems = levels.map((level) =>
      of(level)
        .map((name) => site.pc(name).os.version.split('.')[0])
        .sort(),
    );
    expect(systems).toEqual(levels.map(() => ['10', '6']));
  });

  it(
    'refuses a depot file with one flipped byte on each PC before it runs, and the rest of the room finishes',
    async () => {
      const lock = await readLock(lockFile(site.home));
      const navicat = lock.artifacts.find(({ product }) => product === 'navicat');
      const file = path.join(site.home.depot, navicat?.file ?? '');
      const good = await readFile(file);
      const flipped = Buffer.from(good);
      flipped[flipped.length >> 1] = (flipped[flipped.length >> 1] ?? 0) ^ 1;
      await writeFile(file, flipped);
      const up = await site.operate('up').finally(() => writeFile(file, good));
      expect([...new Set(up.failures.map(({ host }) => host))].sort()).toEqual([...of('L2'), spare].sort());
      for (const { message } of up.failures) {
        expect(message).toContain(navicat?.file);
        expect(message).toContain(navicat?.sha256);
        expect(message).toContain(createHash('sha256').update(flipped).digest('hex'));
      }
      for (const name of of('L2')) {
        expect(site.events(name).filter(({ what }) => what.includes('Navicat'))).toEqual([]);
      }
      expect(
        against(await site.check()).filter((line) => ![...of('L2'), spare].some((name) => line.startsWith(name))),
      ).toEqual(onlyTooSmall);
    },
    3 * minute,
  );

  it(
    'reaches every level from the depot alone, and has then nothing to do',
    async () => {
      expect(await site.operate('up')).toMatchObject({
        failures: [],
        unreachable: [],
        general: [],
        ended: { code: 0 },
      });
      expect(against(await site.check())).toEqual(onlyTooSmall);
      const writes = site.writes();
      expect(await site.operate('up')).toMatchObject({ changes: [], failures: [], ended: { code: 0 } });
      expect(site.writes()).toEqual(writes);
    },
    3 * minute,
  );

  it.each(moves)(
    'moves PCs from $how and back, and leaves nothing that their level contradicts',
    async ({ next }) => {
      const settled = states();
      const move = (to: (level: Level) => Level): Promise<void> =>
        site.edit((room) => ({
          ...room,
          seats: room.seats.map((entry) => ({ ...entry, level: to(levelOf[entry.seat] ?? 'L1') })),
        }));
      const arrived = async (to: (level: Level) => Level): Promise<void> => {
        await move(to);
        expect(await site.operate('up')).toMatchObject({ failures: [], general: [], ended: { code: 0 } });
        expect(against(await site.check())).toEqual(onlyTooSmall);
        for (const name of names) {
          const level = to(levelOf[name.slice(-2)] ?? 'L1');
          expect(toolsOfLevels(site, name), `${name} at ${level}`).toEqual(toolsOf[level]);
        }
      };
      await arrived((level) => next[level]);
      await arrived((level) => level);
      const others = [...of('L2'), ...of('L3')];
      const changes = others.flatMap((name) => differences(settled[name], states()[name]));
      expect(changes.filter(unless(ownNotes))).toEqual([]);
      const left = of('L1').flatMap((name) => differences(settled[name], states()[name]));
      expect(left.filter(unless(formerPackages, formerData, ownNotes))).toEqual([]);
    },
    4 * minute,
  );

  it(
    'hands every PC back as it was, but for what is documented as left behind',
    async () => {
      expect(await site.operate('destroy')).toMatchObject({ failures: [], general: [], ended: { code: 0 } });
      // What a program has open goes with the next start.
      await Promise.all(names.map((name) => site.pc(name).restart()));
      const left = names.flatMap((name) => differences(before[name], states()[name]));
      expect(left.filter(unless(formerData))).toEqual([]);
    },
    3 * minute,
  );
});

/** Whichever module came last has its folders in front. */
const inAnyOrder = (line: string): string =>
  line.includes('\\Session Manager\\Environment Path ') ? line.split(/[";]/).sort().join(';') : line;
/** What came with the interpreter in another version stays until the PC is handed back: modules/python/README.md. */
const formerPackages = /\\site-packages\\(?:setuptools|pkg_resources)\b/;
const ownNotes = /\\ProgramData\\examsite\\undo\\/;
/** modules/database/README.md: by the time that the servers go, level 1 has no driver left that could tell whether somebody has data in them. */
const formerData = /C:\\(?:MySQL\\data|MongoDB\\data|Redis)\\/;
