/** What is wrong with a room, as paths and codes. Does not prove: the line or cell that a path is shown as. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../core/home.ts';
import type { Fault } from './fault.ts';
import { codes } from './fault.ts';
import { planFaults, roomFaults, sharedFaults } from './room-faults.ts';
import { roomOf, seatNumbered } from './testing.ts';

const brief = (faults: readonly Fault[]): string[] =>
  faults.map(({ path, code, got }) => `${path.join('.')} ${got} ${code}`);

it('finds nothing wrong with a good room', () => {
  expect(roomFaults(roomOf(40))).toEqual([]);
  expect(planFaults(roomOf(40))).toEqual([]);
});

describe('one room', () => {
  const base = roomOf(3);
  const first = (over: object): unknown => ({
    ...base,
    seats: [seatNumbered(1, over), seatNumbered(2), seatNumbered(3)],
  });
  const network = (over: object): unknown => ({ ...base, network: { ...base.network, ...over } });

  it.each([
    ['a seat number twice', first({ seat: '03' }), ['seats.2.seat "03" INV010']],
    ['a computer name twice, in other letters', first({ computer: 'pc-3' }), ['seats.2.computer "PC-3" INV011']],
    ['a MAC twice', first({ mac: seatNumbered(3).mac }), ['seats.2.mac "00:23:24:5a:30:03" INV012']],
    ['an address twice, seat and spare', first({ address: '10.30.1.110' }), ['spares.0.address "10.30.1.110" INV013']],
    ['two PCs in one place', first({ column: 2 }), ['seats.1.column row 1 column 2 INV014']],
    ['a group MAC', first({ mac: '01:23:24:5a:30:0a' }), ['seats.0.mac "01:23:24:5a:30:0a" INV015']],
    ['a MAC of zeros', first({ mac: '00:00:00:00:00:00' }), ['seats.0.mac "00:00:00:00:00:00" INV015']],
    ['an address outside', first({ address: '10.30.2.11' }), ['seats.0.address "10.30.2.11" INV020']],
    ["the subnet's address", first({ address: '10.30.1.0' }), ['seats.0.address "10.30.1.0" INV021']],
    ['the broadcast address', first({ address: '10.30.1.255' }), ['seats.0.address "10.30.1.255" INV021']],
    ["the gateway's address", first({ address: '10.30.1.1' }), ['seats.0.address "10.30.1.1" INV022']],
    ["a DNS server's address", network({ dns: ['10.30.1.12'] }), ['seats.1.address "10.30.1.12" INV022']],
    ['a gateway outside', network({ gateway: '10.30.2.1' }), ['network.gateway "10.30.2.1" INV023']],
    [
      'a gateway that is the broadcast address',
      network({ gateway: '10.30.1.255' }),
      ['network.gateway "10.30.1.255" INV023'],
    ],
    ['a MAC in the wrong form', first({ mac: '00-23-24-5A-30-0A' }), ['seats.0.mac "00-23-24-5A-30-0A" INV007']],
    ['a level that is none', first({ level: 'L4' }), ['seats.0.level "L4" INV007']],
    ['a number without quotes', { ...base, room: 301 }, ['room 301 INV007']],
    ['a key with a slip', first({ adress: '10.30.1.11' }), ['seats.0.adress adress INV005']],
    ['a missing value', first({ computer: undefined }), ['seats.0.computer "" INV006']],
    [
      'Deep Freeze without a password',
      { ...base, restoreCard: { driver: 'deep-freeze' } },
      ['restoreCard.password "" INV031'],
    ],
    [
      'a password written down',
      first({ restoreCard: { driver: 'deep-freeze', password: 'hunter2' } }),
      ['seats.0.restoreCard.password *** INV007'],
    ],
    ['no file at all', null, [' null INV006']],
  ])('%s', (_, room, faults) => expect(brief(roomFaults(room))).toEqual(faults));

  it('accepts a DNS server outside the subnet, and a subnet of two addresses', () => {
    expect(roomFaults(network({ dns: ['114.114.114.114'] }))).toEqual([]);
    const pair = { subnet: '10.30.1.0/31', gateway: '10.30.1.0', dns: ['10.30.1.0'] };
    expect(
      roomFaults({ ...base, network: pair, seats: [seatNumbered(1, { address: '10.30.1.1' })], spares: [] }),
    ).toEqual([]);
  });

  it('says which key was meant, and only when one is near', () => {
    const fixes = (key: string) => roomFaults({ ...base, [key]: 1 }).map((fault) => fault.fix.en);
    expect(fixes('proctor')).toEqual(['write proctors']);
    expect(fixes('colour')).toEqual(['remove it, or make it a comment (#)']);
  });

  it('compares what is good in a room where much is not', () => {
    const seats = [
      seatNumbered(1, { address: 'x' }),
      seatNumbered(2),
      seatNumbered(3, { address: '10.30.1.12', mac: 'y' }),
    ];
    expect(brief(roomFaults({ ...base, network: 7, seats }))).toEqual([
      'network 7 INV007',
      'seats.0.address "x" INV007',
      'seats.2.mac "y" INV007',
      'seats.2.address "10.30.1.12" INV013',
    ]);
  });
});

it('refuses a plan with too few spares for its candidates, not for its PCs', () => {
  expect(brief(planFaults(roomOf(41, {}, 4)))).toEqual(['spares 4 INV030']);
  expect(planFaults(roomOf(80, { candidates: 40 }, 4))).toEqual([]);
});

it('finds what two rooms both claim, and blames no room for what is its own', () => {
  const other = { ...roomOf(2), room: '302', seats: [seatNumbered(1, { address: '10.30.1.200' })], spares: [] };
  const faults = sharedFaults(roomOf(3), [other]);
  expect(brief(faults)).toEqual(['seats.0.computer "PC-1" INV011', 'seats.0.mac "00:23:24:5a:30:01" INV012']);
  expect(faults[0]?.expected.en).toBe('a computer name of its own (room 302 seat 01 has this one)');
  const doubled = roomOf(1, { seats: [seatNumbered(1), seatNumbered(1)] });
  expect(sharedFaults(doubled, [])).toEqual([]);
});

it('explains every code in the reference, in both languages', () => {
  const page = readFileSync(path.join(packageRoot, 'docs/reference/errors.md'), 'utf8');
  for (const [code, { en, zh }] of Object.entries(codes)) expect(page).toContain(`| ${code} | ${en} | ${zh} |`);
});
