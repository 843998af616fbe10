// The command line over servers in this process; what enrolment itself decides is proved in src/hosts/enroll.test.ts.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { UserError } from '../../core/errors.ts';
import { readEnrolled } from '../../hosts/enrolled.ts';
import { fingerprint } from '../../hosts/host-key.ts';
import { lanAddress, subnet, TestRoom } from '../../hosts/testing/room.ts';
import { answerLine } from '../../hosts/testing/server.ts';
import type { TestServer } from '../../hosts/testing/server.ts';
import { enrollCommand } from './enroll.ts';

const seat = (number: number): object => ({
  seat: `0${number}`,
  computer: `JF301-0${number}`,
  mac: `00:23:24:5a:00:0${number}`,
  address: lanAddress(number),
  row: 1,
  column: number,
});

let room: TestRoom;
let pc: TestServer;
let said: { print: string[]; note: string[]; result: unknown[] };
beforeEach(async () => {
  room = new TestRoom();
  pc = await room.server(5);
  pc.script.answer = ({ id }) => answerLine(id, [{ ok: { adapters: [{ mac: '00:23:24:5a:00:01' }] } }]);
  const { inventories } = room.home;
  mkdirSync(inventories, { recursive: true });
  const ssh = { network: 'lab', port: room.port };
  writeFileSync(
    path.join(inventories, 'site.yaml'),
    stringify({ site: '示例学院考点', ssh, depot: 'http://10.61.0.13:8080/' }),
  );
  const network = { subnet, gateway: lanAddress(14), dns: [lanAddress(14)] };
  writeFileSync(
    path.join(inventories, 'room-301.yaml'),
    stringify({ room: '301', level: 'L2', network, seats: [seat(1), seat(2)] }),
  );
  said = { print: [], note: [], result: [] };
});
afterEach(async () => {
  process.exitCode = undefined;
  await room.end();
});

async function enroll(...args: string[]): Promise<number> {
  const program = new Command().exitOverride();
  enrollCommand(program, {
    home: room.home,
    lang: 'en',
    json: false,
    print: (text) => said.print.push(text),
    note: (text) => said.note.push(text),
    result: (value) => said.result.push(value),
  });
  await program.parseAsync(['enroll', '--room', '301', ...args], { from: 'user' });
  return Number(process.exitCode);
}

describe('examsite enroll', () => {
  it('shows every seat with its machine and key, and who is missing, and says so by its exit code', async () => {
    expect(await enroll('--yes')).toBe(1);
    const table = said.print.join('\n');
    expect(table).toContain(fingerprint(pc.hostKey));
    expect(table).toMatch(/r301-s02: no answer/);
    expect(readEnrolled(room.home, '301')?.hosts).toMatchObject({ 'r301-s01': { address: lanAddress(5) } });
    expect(said.result).toMatchObject([
      { room: '301', saved: ['r301-s01'], seats: [{ state: 'new' }, { state: 'missing' }] },
    ]);
  });

  it('writes nothing where nobody can agree', async () => {
    expect(await enroll()).toBe(1);
    expect(readEnrolled(room.home, '301')).toBeUndefined();
    expect(said.note.at(-1)).toContain('--yes');
  });

  it('looks only where it is told to', async () => {
    await enroll('--yes', '--addresses', `${lanAddress(2)}, ${lanAddress(3)}`);
    expect(pc.visits).toBe(0);
  });

  it('lists every fault of its options and contacts nobody', async () => {
    const faulty = enroll('--addresses', '10.61.0.300,x', '--subnet', '10.61.0.0', '--replace', 'r301-s99');
    const error: unknown = await faulty.catch((reason: unknown) => reason);
    expect(error instanceof UserError && error.problems.map(({ code }) => code)).toEqual([
      'ENR001',
      'ENR002',
      'ENR002',
      'ENR003',
    ]);
    expect(pc.visits).toBe(0);
  });

  it('accepts a changed key only by name', async () => {
    await enroll('--yes');
    await pc.stop();
    const fresh = await room.server(5);
    fresh.script = pc.script;
    await enroll('--yes');
    expect(said.print.join('\n')).toContain('--replace r301-s01');
    expect(readEnrolled(room.home, '301')?.hosts['r301-s01']?.hostKey).toBe(pc.hostKey);
    await enroll('--yes', '--replace', 'r301-s01');
    expect(readEnrolled(room.home, '301')?.hosts['r301-s01']?.hostKey).toBe(fresh.hostKey);
  });
});
