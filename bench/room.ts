/** A room of 44 simulated PCs: the first `up`, an `up` with nothing to do, a `check`; and the engine alone on the same program. */
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { LocalWorkspace, PulumiCommand } from '@pulumi/pulumi/automation/index.js';
import { execa } from 'execa';
import { stringify } from 'yaml';
import { z } from 'zod';
import { pulumiEnvironment } from '../src/cli/stack.ts';
import { home as homeAt, packageRoot, type Home } from '../src/core/home.ts';

export interface RoomFigures {
  readonly firstUpSec: number;
  readonly againUpSec: number;
  readonly checkSec: number;
  /** The same program and the same number of resources, with plugins that do nothing. */
  readonly engineAloneSec: number;
  readonly resources: number;
}

const demoResult = z.object({ operations: z.array(z.object({ kind: z.string(), seconds: z.number() })) });
const upResult = z.object({ seconds: z.number(), changes: z.array(z.unknown()) });

export async function measureRoom(say: (line: string) => void): Promise<RoomFigures> {
  const root = await mkdtemp(path.join(tmpdir(), 'examsite-bench-room-'));
  const home = homeAt(path.join(root, '.examsite', 'demo'));
  try {
    say('first up of 44 simulated PCs (the demo) …');
    const demo = demoResult.parse(JSON.parse(await run(root, 'demo', '--keep', '--json')));
    say('up with nothing to do …');
    const again = upResult.parse(JSON.parse(await run(home.root, 'up', '--room', '301', '--json')));
    if (again.changes.length > 0) throw new Error('expected no changes');
    say('check …');
    const began = performance.now();
    await run(home.root, 'check', '--room', '301', '--json');
    const checkSec = (performance.now() - began) / 1000;
    await run(home.root, 'lab', 'stop');
    say('the engine alone …');
    const engine = await engineAlone(home);
    return { firstUpSec: demo.operations[0]?.seconds ?? NaN, againUpSec: again.seconds, checkSec, ...engine };
  } finally {
    await run(home.root, 'lab', 'stop').catch(() => undefined);
    await rm(root, { recursive: true, force: true });
  }
}

async function run(home: string, ...words: readonly string[]): Promise<string> {
  const script = path.join(packageRoot, 'src', 'cli', 'main.ts');
  const { stdout } = await execa(process.execPath, [script, ...words, '--lang', 'en'], {
    env: { EXAMSITE_HOME: home },
    stderr: 'ignore',
  });
  return stdout;
}

/** The inventory of that room, in a home of its own, with the plugins of null-plugin/. */
async function engineAlone(room: Home): Promise<Pick<RoomFigures, 'engineAloneSec' | 'resources'>> {
  const root = await mkdtemp(path.join(tmpdir(), 'examsite-bench-engine-'));
  const home = homeAt(root);
  try {
    await cp(room.inventories, home.inventories, { recursive: true });
    await mkdir(home.private, { recursive: true });
    await cp(room.enrolled, home.enrolled, { recursive: true });
    await writeFile(path.join(root, 'Pulumi.yaml'), project(root));
    const envVars = await pulumiEnvironment(home, 'en', () => undefined);
    Object.assign(process.env, envVars);
    const pulumiCommand = await PulumiCommand.get({ skipVersionCheck: true });
    const stack = await LocalWorkspace.createOrSelectStack(
      { stackName: 'room-301', workDir: root },
      { envVars, pulumiCommand },
    );
    const began = performance.now();
    const { summary } = await stack.up({ parallel: 256, refresh: true });
    return { engineAloneSec: (performance.now() - began) / 1000, resources: summary.resourceChanges?.['create'] ?? 0 };
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

function project(root: string): string {
  const seen = (folder: string): string => path.relative(root, path.join(packageRoot, folder));
  const plugin = (name: string) => ({ name, path: seen(`bench/null-plugin/${name}`) });
  return stringify({
    name: 'examsite',
    main: seen('stacks/main.ts'),
    runtime: { name: 'nodejs', options: { typescript: false } },
    backend: { url: 'file://./.examsite/state' },
    plugins: { providers: [plugin('examsite'), plugin('command')] },
  });
}
