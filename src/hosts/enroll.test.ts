// Machines here are scripted servers: whether a real PC reports its MAC is the agents' contract (src/hosts/contract).
import { readFileSync, statSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { enrollRoom, matchSeats } from './enroll.ts';
import type { Contact, Enrolment, RoomToEnroll, SeatState } from './enroll.ts';
import { knownHostsFile, saveEnrolment, toSave } from './enroll-save.ts';
import { enrolledFile, readEnrolled } from './enrolled.ts';
import type { EnrolledRoom } from './enrolment.ts';
import { fingerprint } from './host-key.ts';
import { answerLine, TestServer } from './testing/server.ts';
import { lanAddress, subnet, TestRoom } from './testing/room.ts';

const macs = ['00:23:24:5a:00:01', '00:23:24:5a:00:02', '00:23:24:5a:00:03'] as const;
const seat = (index: 0 | 1 | 2): RoomToEnroll['seats'][number] => ({
  name: `r301-s0${index + 1}`,
  computer: `JF301-0${index + 1}`,
  mac: macs[index],
});

describe('matching machines to seats', () => {
  const machine = (key: string, mac: string, last = 1): Contact => ({
    address: lanAddress(last),
    hostKey: `ssh-ed25519 ${key}`,
    machineId: key,
    macs: [mac],
  });
  const enrolled = (key: string): EnrolledRoom => ({
    room: '301',
    network: 'lan',
    port: 22,
    user: 'examsite',
    subnet,
    depot: 'http://10.61.0.14/',
    hosts: {
      'r301-s01': {
        address: lanAddress(1),
        hostKey: `ssh-ed25519 ${key}`,
        mac: macs[0],
        machineId: key,
        platform: 'windows',
      },
    },
  });
  const cases: [string, Contact[], EnrolledRoom | undefined, SeatState[], strangers: number][] = [
    ['one seen for the first time is new', [machine('AAAA', macs[0])], undefined, ['new', 'missing'], 0],
    ['one with its enrolled key is the same', [machine('AAAA', macs[0])], enrolled('AAAA'), ['same', 'missing'], 0],
    [
      'one with another key than enrolled has changed',
      [machine('BBBB', macs[0])],
      enrolled('AAAA'),
      ['changed', 'missing'],
      0,
    ],
    ['an enrolled one that does not answer is missing', [], enrolled('AAAA'), ['missing', 'missing'], 0],
    ['one with a MAC of no seat is a stranger', [machine('AAAA', macs[2])], undefined, ['missing', 'missing'], 1],
    [
      'two with one key are refused',
      [machine('AAAA', macs[0]), machine('AAAA', macs[1], 2)],
      undefined,
      ['shared', 'shared'],
      0,
    ],
    [
      'one whose key a stranger has too is refused',
      [machine('AAAA', macs[0]), machine('AAAA', macs[2], 2)],
      undefined,
      ['shared', 'missing'],
      1,
    ],
    [
      'two with one MAC are refused',
      [machine('AAAA', macs[0]), machine('BBBB', macs[0], 2)],
      undefined,
      ['ambiguous', 'missing'],
      0,
    ],
    [
      'one that answers at two addresses is one',
      [machine('AAAA', macs[0]), machine('AAAA', macs[0], 2)],
      undefined,
      ['new', 'missing'],
      0,
    ],
  ];
  it.each(cases)('%s', (_name, contacts, before, states, strangers) => {
    const result = matchSeats([seat(0), seat(1)], 'windows', contacts, before);
    expect(result.seats.map(({ state }) => state)).toEqual(states);
    expect(result.strangers).toHaveLength(strangers);
  });
});

describe('enrolling a room', () => {
  let room: TestRoom;
  beforeEach(() => (room = new TestRoom()));
  afterEach(() => room.end());

  const wanted = (): RoomToEnroll => ({
    room: '301',
    platform: 'windows',
    subnet,
    depot: 'http://10.61.0.14:8080/',
    ssh: { user: 'examsite', port: room.port, network: 'lab' },
    seats: [seat(0), seat(1)],
  });
  const enroll = (): Promise<Enrolment> => enrollRoom({ home: room.home, room: wanted(), timing: { tcpMs: 500 } });
  async function pc(last: number, mac: string, like?: TestServer): Promise<TestServer> {
    const server = await room.server(last, like);
    const adapter = { mac, name: '以太网' };
    server.script.answer = ({ id }) => answerLine(id, [{ ok: { adapters: [adapter] } }]);
    return server;
  }

  it('finds the machines of the subnet, remembers their keys, and opens sessions to them from then on', async () => {
    const [first, second] = [await pc(5, macs[0]), await pc(9, macs[1])];
    const enrolment = await enroll();
    expect(enrolment.seats.map(({ state, found }) => [state, found?.address, found?.hostKey])).toEqual([
      ['new', lanAddress(5), first.hostKey],
      ['new', lanAddress(9), second.hostKey],
    ]);
    await saveEnrolment(room.home, enrolment);
    expect(await room.pool().host('r301-s02').call('net.read', {})).toMatchObject({ adapters: [{ mac: macs[1] }] });
  });

  it('asks a machine for its adapters and nothing else', async () => {
    const server = await pc(5, macs[0]);
    await enroll();
    expect(server.requests.flatMap(({ calls }) => calls)).toEqual([{ name: 'net.read', args: {} }]);
  });

  it('writes nothing before it is told to', async () => {
    await pc(5, macs[0]);
    await enroll();
    expect(readEnrolled(room.home, '301')).toBeUndefined();
  });

  it('keeps what it writes from other users, and gives people a known_hosts file', async () => {
    const server = await pc(5, macs[0]);
    await saveEnrolment(room.home, await enroll());
    const mode = (file: string): number => statSync(file).mode & 0o777;
    expect(mode(enrolledFile(room.home, '301'))).toBe(0o600);
    expect(mode(room.home.enrolled)).toBe(0o700);
    expect(readFileSync(knownHostsFile(room.home), 'utf8')).toBe(`r301-s01 ${server.hostKey}\n`);
  });

  it('has nothing to save the second time', async () => {
    await pc(5, macs[0]);
    await saveEnrolment(room.home, await enroll());
    const again = await enroll();
    expect(again.seats[0]?.state).toBe('same');
    expect(toSave(again, [], readEnrolled(room.home, '301'))).toEqual([]);
  });

  it('keeps the old key of a seat whose key has changed, unless it is replaced by name', async () => {
    const old = await pc(5, macs[0]);
    await saveEnrolment(room.home, await enroll());
    await old.stop();
    const fresh = await pc(5, macs[0]);
    const enrolment = await enroll();
    expect(enrolment.seats[0]).toMatchObject({
      state: 'changed',
      fingerprint: fingerprint(fresh.hostKey),
      enrolledFingerprint: fingerprint(old.hostKey),
    });
    expect((await saveEnrolment(room.home, enrolment, ['r301-s02'])).hosts['r301-s01']?.hostKey).toBe(old.hostKey);
    expect((await saveEnrolment(room.home, enrolment, ['r301-s01'])).hosts['r301-s01']?.hostKey).toBe(fresh.hostKey);
  });

  it('keeps machines that are off today', async () => {
    const server = await pc(5, macs[0]);
    await pc(6, macs[1]);
    await saveEnrolment(room.home, await enroll());
    await server.stop();
    const saved = await saveEnrolment(room.home, await enroll());
    expect(Object.keys(saved.hosts)).toEqual(['r301-s01', 'r301-s02']);
  });

  it('lists what speaks SSH and does not let it in, with the reason', async () => {
    await pc(5, macs[0]);
    const printer = new TestServer('ssh-ed25519 AAAA');
    await printer.listen('127.61.0.12', room.port);
    const { refusals } = await enroll();
    await printer.stop();
    expect(refusals).toMatchObject([
      { address: lanAddress(12), reason: expect.stringContaining('auth-failed') as string },
    ]);
  });
});
