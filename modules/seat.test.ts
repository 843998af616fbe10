// Does not prove that a PC can be made so: only that the inventory and the handbook say the same to every module.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { levelTools } from '../handbook/handbook.ts';
import { UserError } from '../src/core/errors.ts';
import { levels, seatsOf, type Room, type Site } from '../src/inventory/schema.ts';
import { sampleRoom } from '../src/lab/sample-room.ts';
import { examCaDesired } from './exam-ca/schema.ts';
import { documented, moduleByName } from './index.ts';
import { seatModules } from './seat.ts';

const { room, site } = sampleRoom(2, { spares: 1 });
const consists = (of: Room, index = 0) => {
  const seat = seatsOf(of)[index];
  if (seat === undefined) throw new Error(`no seat ${index}`);
  return seatModules(site, of, seat, []);
};

test('a seat consists of every module of PCs, each after the one that must be done before it', () => {
  const found = consists(room);
  expect(found.map(({ module, after }) => [module.name, after])).toStrictEqual([
    ['hardware', []],
    ['restore-card', []],
    ['static-ip', ['restore-card']],
    ['input-method', ['static-ip']],
    ['exam-client', ['static-ip']],
    ['exam-ca', ['static-ip']],
    ['desktop-tools', ['static-ip']],
    ['browser', ['desktop-tools']],
    ['python', ['browser']],
    ['database', ['python']],
    ['pending-restart', ['database']],
  ]);
  const ofPcs = documented.filter(({ token }) => token.startsWith('examsite:pc:'));
  expect(found.map(({ module }) => module)).toStrictEqual(ofPcs);
  expect(found.map(({ module }) => moduleByName(module.name))).toStrictEqual(ofPcs);
  expect(moduleByName('printer')).toBeUndefined();
});

test.each(levels)('%s asks for what the handbook asks for, and every spare for the same', (level) => {
  const of: Room = { ...room, level };
  const [seat, spare] = [consists(of, 0), consists(of, 2)];
  const desired = (list: typeof seat, name: string) => list.find(({ module }) => module.name === name)?.desired;
  expect(desired(seat, 'browser')).toMatchObject({ level, chromedriver: level === 'L1' ? null : '75.0.3770.140' });
  for (const tool of levelTools[level].filter(({ kind }) => kind === 'package')) {
    expect(desired(seat, 'python')).toHaveProperty(['packages', tool.distribution?.toLowerCase() ?? ''], tool.install);
  }
  expect(desired(spare, 'browser')).toStrictEqual(desired(seat, 'browser'));
  expect(desired(spare, 'python')).toStrictEqual(desired(seat, 'python'));
});

test('addresses come from the inventory, with the prefix of its subnet', () => {
  const of: Room = { ...room, network: { subnet: '10.30.0.0/23', gateway: '10.30.1.1', dns: ['10.30.1.1'] } };
  const staticIp = consists(of).find(({ module }) => module.name === 'static-ip');
  expect(staticIp?.desired).toMatchObject({
    mac: '00:23:24:5a:30:0a',
    address: '10.30.1.101',
    prefix: 23,
    gateway: '10.30.1.1',
  });
});

test('names seat, module and property of what a module refuses', () => {
  const of: Room = { ...room, network: { ...room.network, gateway: '10.31.0.1' } };
  expect(() => consists(of)).toThrow(UserError);
  expect(() => consists(of)).toThrow(
    /^r301-s01 static-ip\.gateway: .*got expected an address in the network of 10\.30\.1\.101\/24, got 10\.31\.0\.1/,
  );
});

test.each(['L1', 'L2'] as const)('a Linux PC of %s has what makes sense there, one after the other', (level) => {
  const found = consists({ ...room, level, platform: 'linux' });
  const changes = ['static-ip', 'browser', 'python', ...(level === 'L1' ? [] : ['database'])];
  expect(found.map(({ module }) => module.name)).toEqual(['hardware', ...changes, 'exam-ca']);
  expect(found.map(({ after }) => after)).toEqual([[], [], ...changes.slice(0, -1).map((name) => [name]), ['browser']]);
  expect(found.find(({ module }) => module.name === 'browser')?.desired).toMatchObject({
    driver: level === 'L1' ? null : '/usr/bin/chromedriver',
  });
});

test('an exam system that nobody has named is looked for by check alone, one that is named is set up', () => {
  const found = (of: Site) => {
    const [seat] = seatsOf(room);
    if (seat === undefined) throw new Error('no seat');
    const { desired, checkOnly = false } =
      seatModules(of, room, seat, []).find(({ module }) => module.name === 'exam-client') ?? {};
    return { desired, checkOnly };
  };
  const { examClient, ...silent } = site;
  expect(found(site)).toStrictEqual({ desired: examClient, checkOnly: false });
  expect(found(silent)).toStrictEqual({ desired: { programs: [], ports: [], antivirus: [] }, checkOnly: true });
});

test.each(['windows', 'linux'] as const)(
  'on %s a CA is a resource where one is wanted, and else only looked for',
  (platform) => {
    const [seat] = seatsOf(room);
    const found = (certificates: Parameters<typeof seatModules>[3]) =>
      seatModules(site, { ...room, platform }, seat ?? expect.fail(), certificates).find(
        ({ module }) => module.name === 'exam-ca',
      );
    const { desired } = readCase('fresh');
    expect(found(desired.certificates)).not.toHaveProperty('checkOnly');
    expect(found(desired.certificates)?.desired).toMatchObject(desired);
    expect(found([])).toMatchObject({ checkOnly: true, desired: { certificates: [] } });
  },
);

/** What the module's own cases want. */
const readCase = (name: string) =>
  z
    .object({ desired: examCaDesired })
    .parse(JSON.parse(readFileSync(path.join(import.meta.dirname, 'exam-ca/cases', `${name}.json`), 'utf8')));

test("the account of examsite itself is nobody's to type with", () => {
  const inputMethod = consists(room).find(({ module }) => module.name === 'input-method');
  expect(inputMethod?.desired).toMatchObject({ except: ['examsite'], advertising: 'by-hand' });
});
