// Does not prove another machine: the same one, cut off from every network, with an empty home and an empty cache. Windows and macOS packs were never made.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect } from 'vitest';
import { pack } from '../engine/pack.mjs';
import { home as homeAt } from '../src/core/home.ts';
import { writeLock } from '../src/depot/read.ts';
import { buildDepot } from '../src/lab/packages/build.ts';
import { needs, toolPath } from './tools.ts';

const minute = 60_000;
const silent = { everySec: 600, now: () => undefined, end: () => undefined };
let root: string;
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'examsite-pack-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

needs('unshare', 'pulumi').it(
  'a machine with no network and nothing installed unpacks a pack, and examsite runs there with its engine and its depot',
  async () => {
    const home = homeAt(path.join(root, 'home'));
    await mkdir(home.inventories, { recursive: true });
    const lock = await buildDepot({ dir: home.depot, products: { python: ['3.7.9'] } });
    await writeLock(path.join(home.inventories, 'depot.lock.yaml'), lock);
    await writeFile(path.join(home.inventories, 'whitelist.note'), '白名单');
    await pack(path.join(root, 'stick'), { home: home.root, progress: silent });

    await mkdir(path.join(root, 'user'));
    // No network but a loopback that is down, no variable of ours, and on PATH the system's own programs only.
    const env = {
      HOME: path.join(root, 'user'),
      PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
      LANG: 'C.UTF-8',
      EXAMSITE_LANG: 'en',
    };
    const cutOff = (words: readonly string[], cwd: string) =>
      execa(toolPath('unshare'), ['--net', ...words], { cwd, env, extendEnv: false, timeout: 2 * minute });
    await cutOff(['sh', path.join(root, 'stick', 'unpack.sh'), path.join(root, 'examsite')], root);
    await rm(path.join(root, 'stick'), { recursive: true });

    const cache = path.join(root, 'user', '.cache', 'examsite');
    const { stdout } = await execa('sh', ['-c', `ls -d ${cache}/node-*/node_modules/*/bin/node`]);
    const examsite = [stdout.trim(), 'bin/examsite.mjs'];
    const there = path.join(root, 'examsite');
    expect((await cutOff([...examsite, 'depot', 'verify'], there)).stdout).toBe('1 files are as the lock says');
    const { stdout: environment } = await cutOff([...examsite, 'env', '--json'], there);
    expect(environment).toContain(path.join(cache, 'pulumi-'));
  },
  5 * minute,
);
