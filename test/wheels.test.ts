// Does not prove that the wheels work on Windows: nothing here ran there. Their Linux counterparts work together, and the locks are closed for Windows.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { beforeAll, expect, it, test } from 'vitest';
import { cached, cacheFolder } from '../engine/cache.mjs';
import { levelTools } from '../handbook/handbook.ts';
import { knownFiles } from '../handbook/known-files.ts';
import { linuxWheelLock } from '../handbook/linux.ts';
import { normalised, wheelLock } from '../handbook/wheels.ts';
import { fetchWheels } from '../src/depot/fetch.ts';
import { neededLock } from '../src/depot/needed.ts';
import { verifyDepot } from '../src/depot/verify.ts';
import { packageRoot } from '../src/core/home.ts';
import { levels, type Level } from '../src/inventory/schema.ts';
import { needs, toolPath } from './tools.ts';

const minute = 60_000;
const script = (name: string): string => path.join(packageRoot, 'test', 'wheels', name);
/** What `use.py` itself imports, where a level does not have it. */
const helpers = { 'importlib-metadata': '6.7.0', zipp: '3.15.0', 'typing-extensions': '4.7.1', setuptools: '68.0.0' };

const needed = neededLock(
  {
    products: {},
    wheels: Object.fromEntries(levels.map((level) => [level, wheelLock(level)])),
    linuxWheels: Object.fromEntries(levels.map((level) => [`${level}-linux`, linuxWheelLock(level)])),
  },
  knownFiles(),
  { artifacts: [], wheels: {} },
);

it('every wheel of the three locks is known by name, size, SHA-256, source and licence', () => {
  expect(needed.lacking).toEqual([]);
  for (const level of levels) {
    expect(needed.lock.wheels[level]).toHaveLength(Object.keys(wheelLock(level)).length);
    expect(needed.lock.wheels[`${level}-linux`]).toHaveLength(Object.keys(linuxWheelLock(level)).length);
  }
  expect(needed.lock.artifacts.filter(({ source, licence }) => source === undefined || licence === undefined)).toEqual(
    [],
  );
});

needs('python3').describe('the wheels of PyPI', () => {
  const folder = path.join(cacheFolder(), 'test-wheels');

  beforeAll(async () => {
    await mkdir(folder, { recursive: true });
    await fetchWheels(folder, needed.lock, () => undefined);
  }, 10 * minute);

  it('are, byte for byte, those of the lock', async () => {
    expect(await verifyDepot(folder, needed.lock)).toEqual([]);
  });

  it.each(levels)(
    'of %s require nothing on CPython 3.7.9 for 64-bit Windows that its lock does not have',
    async (level) => {
      const lock = path.join(packageRoot, 'handbook', 'wheels', `${level}.lock`);
      const { stdout } = await execa(toolPath('python3'), [script('closed.py'), folder, lock]);
      expect(stdout).toBe('');
    },
  );

  it.each(levels)('of %s require nothing on 64-bit Linux that its Linux lock does not have', async (level) => {
    const lock = path.join(folder, `${level}-linux.lock`);
    const pins = Object.entries(linuxWheelLock(level)).map(([name, version]) => `${name}==${version}\n`);
    await writeFile(lock, pins.join(''));
    const { stdout } = await execa(toolPath('python3'), [script('closed.py'), folder, lock, 'linux']);
    expect(stdout).toBe('');
  });

  it('are missed when the lock lacks one', async () => {
    const lock = path.join(folder, 'open.lock');
    await writeFile(lock, 'requests==2.26.0\nurllib3==2.0.0\n');
    const { stdout } = await execa(toolPath('python3'), [script('closed.py'), folder, lock]);
    expect(stdout).toContain('requests 2.26.0 needs certifi>=2017.4.17, the lock has None');
    expect(stdout).toContain('urllib3<1.27,>=1.21.1, the lock has 2.0.0');
  });
});

/** A virtual environment with the level's wheels for this machine, in the user's cache: made once. */
function environment(python: string, level: Level): Promise<string> {
  const pins = Object.entries({ ...helpers, ...linuxWheelLock(level) }).map(([name, version]) => `${name}==${version}`);
  const id = createHash('sha256')
    .update(JSON.stringify([python, pins]))
    .digest('hex')
    .slice(0, 12);
  return cached(
    `test-wheels-${level}-${id}`,
    (folder) => existsSync(path.join(folder, 'whole')),
    async (folder) => {
      await execa(python, ['-m', 'venv', folder]);
      const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps'];
      await execa(path.join(folder, 'bin', 'python'), [...install, '--only-binary', ':all:', ...pins]);
      await writeFile(path.join(folder, 'whole'), '');
    },
    () => undefined,
  );
}

needs('python3.7').describe('with CPython 3.7', () => {
  test.each(levels)(
    'all of %s imports, and each of its packages does its work',
    async (level) => {
      const folder = await environment(toolPath('python3.7'), level);
      const packages = levelTools[level].flatMap(({ distribution }) => distribution ?? []).map(normalised);
      const used = packages.filter((name) => name in linuxWheelLock(level));
      const { stdout } = await execa(path.join(folder, 'bin', 'python'), ['-I', script('use.py'), ...used]);
      const found = JSON.parse(stdout) as { imported: Record<string, string>; used: Record<string, string> };
      expect(found.used).toEqual(Object.fromEntries(used.map((name) => [name, 'ok'])));
      const locked = Object.keys(linuxWheelLock(level));
      expect(found.imported).toMatchObject(Object.fromEntries(locked.map((name) => [name, 'ok'])));
    },
    10 * minute,
  );
});
