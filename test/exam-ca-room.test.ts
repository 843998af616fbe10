// Does not prove a browser (test/exam-ca.test.ts) nor a router: what the commands make of the root stores of two simulated PCs, cycle by cycle.
import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { machineState } from '../modules/machine-state.ts';
import { makeAuthority } from '../src/inspection/authority.ts';
import type { RoomMix } from '../src/lab/room-mix.ts';
import { organisationsOf, rootsOf, sha256Of } from '../src/lab/pc/root-store.ts';
import { wantedCertificates } from '../modules/exam-ca/wanted.ts';
import { whitelistPath } from '../src/whitelist/file.ts';
import { problems } from './results.ts';
import { resultOf } from './command.ts';
import { TestSite } from './site.ts';
import { needs } from './tools.ts';

const minute = 60_000;
const mix: RoomMix = [
  { weight: 1, os: 'win10', hardware: 'desktop2019' },
  { weight: 1, os: 'win7', hardware: 'desktop2015', software: [{ product: 'freewb', version: '7.13' }] },
];
const names = ['r301-s01', 'r301-s02'];

needs('pulumi').describe('the CA of an exam site in a room', () => {
  let site: TestSite;
  let before: string[][];
  beforeAll(async () => {
    const level = 'L1' as const;
    site = await TestSite.open({
      net: '10.43.1',
      seats: 2,
      spares: 0,
      mix,
      seed: '3',
      room: (one) => ({ ...one, level }),
    });
    before = names.map((name) => machineState(site.pc(name)));
  }, minute);
  afterAll(() => site.close(), minute);

  const whitelist = (inspect: boolean): Promise<void> => {
    const entry = { entry: 'https://exam.example.cn/python/', ...(inspect ? { inspect } : {}) };
    const list = { source: 'list.txt', sha256: '0'.repeat(64), widestBlock: 24, entries: [entry] };
    return writeFile(whitelistPath(site.home), stringify(list));
  };
  const cycle = async (): Promise<string> => {
    await makeAuthority(site.home, ['exam.example.cn'], { site: '示范考点' });
    return wantedCertificates(site.home)[0]?.sha256 ?? expect.fail('no CA');
  };
  const trusted = (): string[][] =>
    names.map((name) =>
      rootsOf(site.pc(name).registry)
        .filter((der) => organisationsOf(der).includes('examsite'))
        .map(sha256Of),
    );
  /** What `up` did about it, host by host. */
  const upped = async (): Promise<string[]> => {
    const { changes, failures, general } = await site.operate('up');
    expect([...failures, ...general]).toEqual([]);
    return [
      ...new Set(changes.filter(({ thing }) => thing === 'exam-ca').map(({ host, op }) => `${host} ${op}`)),
    ].sort();
  };
  const each = (op: string): string[] => names.map((name) => `${name} ${op}`);
  const said = async (): Promise<string[]> =>
    (await site.check()).seats.flatMap(({ name, findings }) =>
      findings.flatMap(({ module, finding: { property, verdict } }) =>
        module === 'exam-ca' && verdict !== 'ok' ? [`${name} ${property} ${verdict}`] : [],
      ),
    );

  it(
    'is asked for before any PC is, where the whitelist has inspect entries',
    async () => {
      await whitelist(true);
      const ended = await site.run('up');
      expect(ended.code).toBe(2);
      expect(resultOf(ended, problems).problems.map(({ code }) => code)).toEqual(['CA001']);
      expect(names.map((name) => machineState(site.pc(name)))).toEqual(before);
    },
    minute,
  );

  it(
    'comes to every PC with up, comes back where somebody took it away, and gives way to the next one',
    async () => {
      const first = await cycle();
      expect(await upped()).toEqual(each('create'));
      expect(trusted()).toEqual([[first], [first]]);
      expect(await said()).toEqual([]);

      await site.do('r301-s01', 'tamper', 'certificate', 'remove', 'examsite');
      expect(await said()).toEqual(['r301-s01 certificates.0 drifted']);
      expect(await upped()).toEqual(['r301-s01 update']);

      const second = await cycle();
      expect(await said()).toEqual(
        names.flatMap((name) => [`${name} certificates.0 drifted`, `${name} former drifted`]),
      );
      expect(await upped()).toEqual(each('update'));
      expect(trusted()).toEqual([[second], [second]]);
    },
    4 * minute,
  );

  it(
    'goes with the cycle that needs none; what no state knows is told, and left to a person',
    async () => {
      await whitelist(false);
      expect(await said()).toEqual(names.map((name) => `${name} former failed`));
      expect(await upped()).toEqual(each('delete'));
      expect(trusted()).toEqual([[], []]);
      expect(await said()).toEqual([]);

      await site.do('r301-s02', 'tamper', 'certificate', 'add', 'examsite');
      expect(await said()).toEqual(['r301-s02 former failed']);
      expect(await upped()).toEqual([]);
      expect(trusted().map(({ length }) => length)).toEqual([0, 1]);
      await site.do('r301-s02', 'tamper', 'certificate', 'remove', 'examsite');
    },
    4 * minute,
  );

  it(
    'goes with destroy, although the whitelist cannot be read any more',
    async () => {
      await whitelist(true);
      const third = await cycle();
      expect(await upped()).toEqual(each('create'));
      expect(trusted()).toEqual([[third], [third]]);
      await writeFile(whitelistPath(site.home), 'nonsense');
      expect(await site.operate('destroy')).toMatchObject({ failures: [], general: [], ended: { code: 0 } });
      expect(trusted()).toEqual([[], []]);
    },
    2 * minute,
  );
});
