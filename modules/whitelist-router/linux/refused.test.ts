// Does not prove that the box counts and logs (test/network/router.test.ts), only that its words are understood.
import { expect, it } from 'vitest';
import { counted, logged } from './refused.ts';

it('understands what nft lists', () => {
  const element = (concat: unknown[], packets: number) => ({
    elem: { val: { concat }, timeout: 43200, expires: 43100, counter: { packets, bytes: 60 } },
  });
  const set = {
    family: 'inet',
    name: 'refused',
    elem: [element(['10.30.1.11', '198.18.0.66', 'tcp', 22], 3), element(['10.30.1.12', '10.30.1.1', 'udp', 123], 1)],
  };
  expect(counted(JSON.stringify({ nftables: [{ metainfo: {} }, { set }] }))).toEqual([
    { from: '10.30.1.11', what: 'tcp 198.18.0.66:22', times: 3 },
    { from: '10.30.1.12', what: 'udp 10.30.1.1:123', times: 1 },
  ]);
  expect(counted(JSON.stringify({ nftables: [{ set: { name: 'refused' } }] }))).toEqual([]);
});

it('counts equal lines of the proxy, and passes over what else it says', () => {
  const lines = [
    'refused 10.30.1.11 http GET denied.example:80/',
    'Server up is DOWN',
    'refused 10.30.1.11 http GET denied.example:80/',
    'refused 10.30.1.12 https denied.example:443',
    '',
  ];
  expect(logged(lines.join('\n'))).toEqual([
    { from: '10.30.1.11', what: 'http GET denied.example:80/', times: 2 },
    { from: '10.30.1.12', what: 'https denied.example:443', times: 1 },
  ]);
});
