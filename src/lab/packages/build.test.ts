// Does not prove that a real package imports: the wheels hold stand-ins. That they are wheels, Python itself says.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { needs, toolPath } from '../../../test/tools.ts';
import { readLock, writeLock } from '../../depot/read.ts';
import { verifyDepot } from '../../depot/verify.ts';
import { normaliseName, readWheel, supports, parseWheelName } from '../programs/python/wheel.ts';
import { buildDepot, simulatedDepot } from './build.ts';
import { chromeMsi } from './chrome.ts';
import { seal, unseal } from './format.ts';
import { buildWheel } from './wheels.ts';

const contents = {
  products: {
    chrome: ['75.0.3770.100', '120.0.6099.71'],
    chromedriver: ['75.0.3770.140'],
    python: ['3.7.9'],
    'vc-redist': ['14.29.30139'],
  },
  wheels: {
    L1: { requests: '2.26.0', lxml: '4.6.3' },
    L2: {
      requests: '2.26.0',
      pymysql: '1.0.2',
      pillow: '9.5.0',
      'zope-interface': '6.4.post2',
      cryptography: '38.0.4',
    },
  },
};
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'depot-'));
});
afterAll(() => rm(dir, { recursive: true }));

describe('a simulated depot', () => {
  it('is what its lock says, and the lock survives its file', async () => {
    const lock = await buildDepot({ dir, ...contents });
    expect(await verifyDepot(dir, lock)).toEqual([]);
    const file = path.join(dir, 'depot.lock.yaml');
    await writeLock(file, lock);
    const read = await readLock(file);
    expect(new Set(read.artifacts)).toEqual(new Set(lock.artifacts));
    expect(read.wheels).toEqual(lock.wheels);
    expect((await readdir(dir)).sort()).toEqual(
      [...lock.artifacts.map((entry) => entry.file), 'depot.lock.yaml'].sort(),
    );
  });

  it('has a wheel of two locks once', () => {
    const { lock } = simulatedDepot(contents);
    const requests = lock.artifacts.filter((entry) => entry.name === 'requests');
    expect(requests.map((entry) => entry.file)).toEqual(['requests-2.26.0-py3-none-any.whl']);
    expect(lock.wheels['L1']).toContain('requests-2.26.0-py3-none-any.whl');
    expect(lock.wheels['L2']).toContain('requests-2.26.0-py3-none-any.whl');
  });

  it('leaves the files alone that are there already', async () => {
    await buildDepot({ dir, ...contents });
    const file = path.join(dir, 'python-3.7.9-amd64.exe');
    const before = await stat(file);
    await buildDepot({ dir, ...contents });
    expect((await stat(file)).ino).toBe(before.ino);
    await writeFile(file, 'damaged');
    const lock = await buildDepot({ dir, ...contents });
    expect(await verifyDepot(dir, lock)).toEqual([]);
  });

  it('has the same bytes at every time and place', () => {
    const digest = createHash('sha256').update(buildWheel('lxml', '4.6.3').content).digest('hex');
    expect(digest).toBe('cc175895bdaf3816b5ab2b87ab9df9e74221f9a09fb3325800b210be52fe87ed');
  });
});

describe('a wheel', () => {
  it.each([
    ['pillow', '9.5.0', 'Pillow-9.5.0-cp37-cp37m-win_amd64.whl', 'PIL'],
    ['pymysql', '1.0.2', 'PyMySQL-1.0.2-py3-none-any.whl', 'pymysql'],
    ['zope-interface', '6.4.post2', 'zope_interface-6.4.post2-cp37-cp37m-win_amd64.whl', 'zope.interface'],
    ['cryptography', '38.0.4', 'cryptography-38.0.4-cp36-abi3-win_amd64.whl', 'cryptography'],
    ['charset-normalizer', '2.0.12', 'charset_normalizer-2.0.12-py3-none-any.whl', 'charset_normalizer'],
  ])('of %s %s is called %s and holds %s', (name, version, file, module) => {
    const built = buildWheel(name, version);
    expect(built.file).toBe(file);
    const wheel = readWheel(built.content);
    expect(normaliseName(wheel.name)).toBe(name);
    expect(wheel.version).toBe(version);
    expect([...wheel.files.keys()]).toContain(`${module.replaceAll('.', '/')}/__init__.py`);
    expect(wheel.record.filter((row) => row.digest === '').map((row) => row.path)).toEqual([`${wheel.info}/RECORD`]);
  });

  it('of msvc-runtime brings its DLL in the way that puts it beside python.exe', () => {
    const built = buildWheel('msvc-runtime', '14.29.30133');
    expect(built.file).toBe('msvc_runtime-14.29.30133-cp37-none-win_amd64.whl');
    const { info, files } = readWheel(built.content);
    const others = [...files.keys()].filter((name) => !name.startsWith(info));
    expect(others).toEqual(['msvc_runtime-14.29.30133.data/data/msvcp140.dll']);
  });

  it.each([
    ['x-1-cp37-cp37m-win_amd64.whl', '3.7', true],
    ['x-1-cp37-cp37m-win_amd64.whl', '3.8', false],
    ['x-1-cp36-abi3-win_amd64.whl', '3.7', true],
    ['x-1-cp38-abi3-win_amd64.whl', '3.7', false],
    ['x-1-py2.py3-none-any.whl', '3.7', true],
    ['x-1-py2-none-any.whl', '3.7', false],
    ['x-1-cp37-cp37m-win32.whl', '3.7', false],
    ['x-1-cp37-cp37m-manylinux1_x86_64.whl', '3.7', false],
    ['x-1-py310-none-any.whl', '3.7', false],
  ])('%s fits Python %s: %s', (file, version, fits) => {
    const tags = parseWheelName(file)?.tags;
    expect(tags && supports(version, tags)).toBe(fits);
  });

  needs('python3').it('is one to Python, which finds every byte whole, reads its metadata and imports it', async () => {
    const names = ['requests', 'urllib3', 'idna', 'certifi', 'charset-normalizer'];
    const files = await Promise.all(
      names.map(async (name) => {
        const { file, content } = buildWheel(name, '1.0');
        await writeFile(path.join(dir, file), content);
        return path.join(dir, file);
      }),
    );
    const script = [
      'import sys, zipfile, importlib.metadata as metadata',
      'print([zipfile.ZipFile(wheel).testzip() for wheel in sys.argv[1:]])',
      'sys.path[:0] = sys.argv[1:]',
      'import requests',
      "print(requests.__version__, metadata.version('charset_normalizer'))",
    ].join('\n');
    const { stdout } = await promisify(execFile)(toolPath('python3'), ['-I', '-c', script, ...files]);
    expect(stdout.trim().split(/\r?\n/)).toEqual(['[None, None, None, None, None]', '1.0 1.0']);
  });
});

describe('an installer', () => {
  it('is read back as it was sealed, and not with one byte changed', () => {
    const sealed = seal(chromeMsi('75.0.3770.100'));
    expect(unseal(sealed)).toEqual(chromeMsi('75.0.3770.100'));
    for (let at = 0; at < sealed.length; at += 97) {
      const hurt = Buffer.from(sealed);
      hurt[at] = (hurt[at] ?? 0) ^ 1;
      expect(unseal(hurt)).not.toEqual(chromeMsi('75.0.3770.100'));
    }
  });
});

it('gives the driver as the zip that Google gives', async () => {
  await buildDepot({ dir, ...contents });
  const zip = await readFile(path.join(dir, 'chromedriver_win32-75.0.3770.140.zip'));
  expect(Object.keys(unzipSync(zip))).toEqual(['chromedriver.exe']);
});
