// Does not prove that the registry answers: npm is a stand-in here; .ci/run begins in a clone without packages.
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { areInstalled, ensurePackages, root } from './packages.mjs';
import { fakeNpm, json, recorder, temporaryFolder } from './testing.ts';

const zod = { version: '4.0.0', integrity: 'sha512-a' };
const fsevents = { version: '2.0.0', integrity: 'sha512-b', optional: true };

interface Packages {
  wanted?: Record<string, object>;
  present?: Record<string, object>;
}

function clone({ wanted, present }: Packages): string {
  const folder = temporaryFolder();
  if (wanted) json(path.join(folder, 'package-lock.json'), { packages: { '': {}, ...wanted } });
  if (present) json(path.join(folder, 'node_modules/.package-lock.json'), { packages: present });
  return folder;
}

describe('areInstalled', () => {
  const wanted = { 'node_modules/zod': zod, 'node_modules/fsevents': fsevents };
  it.each<[string, Packages, boolean]>([
    ['no node_modules', { wanted }, false],
    ['what the lock file says', { wanted, present: wanted }, true],
    ['an optional package left out, as on another platform', { wanted, present: { 'node_modules/zod': zod } }, true],
    ['a package left out', { wanted, present: { 'node_modules/fsevents': fsevents } }, false],
    ['an older version', { wanted, present: { ...wanted, 'node_modules/zod': { ...zod, version: '3.0.0' } } }, false],
    ['other bytes', { wanted, present: { ...wanted, 'node_modules/zod': { ...zod, integrity: 'sha512-c' } } }, false],
    ['no lock file: npm installed this as a dependency', {}, true],
  ])('%s', (_what, packages, expected) => {
    expect(areInstalled(clone(packages))).toBe(expected);
  });

  it('holds for the clone that runs this test, in a few milliseconds', () => {
    const start = performance.now();
    expect(areInstalled(root)).toBe(true);
    expect(performance.now() - start).toBeLessThan(100);
  });
});

describe('ensurePackages', () => {
  const wanted = { 'node_modules/zod': zod };
  /** Does what npm does to node_modules, slowly, and notes that it was called. */
  const installing = `
    fs.appendFileSync('calls', args.join(' ') + '\\n');
    await new Promise((resolve) => setTimeout(resolve, 300));
    fs.mkdirSync('node_modules');
    fs.copyFileSync('package-lock.json', 'node_modules/.package-lock.json');`;

  it('installs once for two at the same time, says so, and then has nothing to do', async () => {
    vi.stubEnv('npm_execpath', fakeNpm(temporaryFolder(), installing));
    const folder = clone({ wanted });
    const { lines, progress } = recorder();
    const did = await Promise.all([ensurePackages(folder, progress), ensurePackages(folder, progress)]);
    expect(did).toEqual([true, false]);
    expect(await ensurePackages(folder, progress)).toBe(false);
    expect(fs.readFileSync(path.join(folder, 'calls'), 'utf8').split('\n')).toHaveLength(2);
    expect(lines[0]).toMatch(/npm.*, takes |npm.*，约需/);
    expect(lines.at(-1)).toMatch(/done after|完成/);
  });

  it('shows what npm said when it fails, and fails', async () => {
    const failing = "console.error('npm error code E403'); process.exit(1);";
    vi.stubEnv('npm_execpath', fakeNpm(temporaryFolder(), failing));
    const { progress } = recorder();
    await expect(ensurePackages(clone({ wanted }), progress)).rejects.toThrow(/npm error code E403.*\[SET001\]/s);
  });
});
