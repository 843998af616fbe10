// Does not prove what is foretold of PCs that answer: that is src/plan/room.test.ts. Here no PC is enrolled.
import path from 'node:path';
import { Command } from 'commander';
import { beforeEach, expect, it } from 'vitest';
import { productsOf } from '../../../handbook/handbook.ts';
import { wheelLock } from '../../../handbook/wheels.ts';
import { packageRoot, type Home } from '../../core/home.ts';
import { lockFile } from '../../depot/hosts.ts';
import { writeLock } from '../../depot/read.ts';
import { scratchHome } from '../../inventory/testing-disk.ts';
import { simulatedDepot } from '../../lab/packages/build.ts';
import type { RoomForetold } from '../../plan/foretell.ts';
import { importCommand } from './import.ts';
import { planCommand } from './plan.ts';

let home: Home;
beforeEach(async () => {
  home = scratchHome();
  await run(['import', path.join(packageRoot, 'examples/room-301-assets.csv'), '--room', '301']);
});

async function run(args: readonly string[]): Promise<{ out: string[]; result: unknown }> {
  const out: string[] = [];
  const results: unknown[] = [];
  const program = new Command().exitOverride();
  const io = {
    ...({ home, lang: 'en', json: false } as const),
    print: (text: string) => out.push(text),
    note: () => undefined,
    result: (value: unknown) => results.push(value),
  };
  importCommand(program, io);
  planCommand(program, io);
  await program.parseAsync(['node', 'examsite', ...args]);
  return { out, result: results.at(-1) };
}

it('assumes fresh PCs where none is enrolled, says so, and takes the speed that it is given', async () => {
  await expect(run(['plan', '--room', '301'])).rejects.toThrow('DEP001');
  const { lock } = simulatedDepot({ products: productsOf(['L2']), wheels: { L2: wheelLock('L2') } });
  await writeLock(lockFile(home), { ...lock, artifacts: lock.artifacts.map((one) => ({ ...one, size: 10e6 })) });
  const usual = await run(['plan', '--room', '301']);
  expect(usual.result).toMatchObject({ room: '301', depotMbps: 1000, durations: { disk: { source: 'assumed' } } });
  const { pcs } = usual.result as RoomForetold;
  expect(pcs.map(({ assumed, restarts }) => [assumed?.en, restarts])).toEqual(
    Array(44).fill(['not enrolled yet (examsite enroll)', 3]),
  );
  expect(usual.out.join()).toContain('44 PCs fetch');
  const slow = await run(['plan', '--room', '301', '--depot-mbps', '100']);
  expect(slow.result).toMatchObject({ depotMbps: 100, bottleneck: 'uplink' });
  await expect(run(['plan', '--room', '301', '--depot-mbps', 'fast'])).rejects.toThrow('INV008');
});
