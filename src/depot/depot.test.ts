// Does not prove that a lock's hashes are those of the vendors' files: whoever adds a file to the lock answers for that.
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UserError, type Problem } from '../core/errors.ts';
import type { DepotLock } from './lock.ts';
import { readLock, writeLock } from './read.ts';
import { verifyDepot } from './verify.ts';
import { depotView } from './view.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const artifact = (product: string, version: string, file: string, text = file): DepotLock['artifacts'][number] => ({
  product,
  version,
  file,
  size: text.length,
  sha256: sha256(text),
});
const lock: DepotLock = {
  artifacts: [
    artifact('chrome', '75.0.3770.100', 'chrome-75.msi'),
    artifact('chrome', '80.0.3987.87', 'chrome-80.msi'),
    artifact('wheel', '2.26.0', 'requests-2.26.0-py3-none-any.whl'),
    artifact('wheel', '1.0', 'odd+name.whl'),
  ],
  wheels: { L1: ['requests-2.26.0-py3-none-any.whl'], none: [] },
};

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'depot-'));
});
afterAll(() => rm(dir, { recursive: true }));

async function problemsOf(work: () => unknown): Promise<readonly Problem[]> {
  try {
    await work();
  } catch (error) {
    if (error instanceof UserError) return error.problems;
    throw error;
  }
  return [];
}

describe('the view of modules', () => {
  it.each(['http://10.30.1.2:8080', 'http://10.30.1.2:8080/'])('gives an address below %s, size and hash', (base) => {
    expect(depotView(lock, base).artifact('chrome', '75.0.3770.100')).toEqual({
      url: 'http://10.30.1.2:8080/chrome-75.msi',
      file: 'chrome-75.msi',
      size: 13,
      sha256: sha256('chrome-75.msi'),
    });
  });

  it('gives the wheels of a closed set', () => {
    const view = depotView(lock, 'http://10.30.1.2/depot/');
    expect(view.wheels('L1').map(({ url }) => url)).toEqual([
      'http://10.30.1.2/depot/requests-2.26.0-py3-none-any.whl',
    ]);
    expect(view.wheels('none')).toEqual([]);
  });

  it('says which versions there are when the one asked for is not', async () => {
    const view = depotView(lock, 'http://10.30.1.2/');
    const [wrong] = await problemsOf(() => view.artifact('chrome', '76.0.3809.132'));
    expect(wrong).toMatchObject({
      expected: { en: 'chrome 76.0.3809.132' },
      got: 'chrome 75.0.3770.100, 80.0.3987.87',
      code: 'DEP003',
    });
    expect((await problemsOf(() => view.artifact('firefox', '1')))[0]?.got).toBe('no firefox');
    expect((await problemsOf(() => view.wheels('L9')))[0]).toMatchObject({ got: 'L1, none', code: 'DEP004' });
  });
});

describe('a lock file', () => {
  const faulty: [string, string, string, RegExp, string][] = [
    ['not YAML', 'artifacts: [', 'DEP002', /:1:\d+$/, ''],
    [
      'a hash that is none',
      `artifacts:\n  - { product: chrome, version: '1', file: a.msi, size: 1, sha256: xyz }\nwheels: {}\n`,
      'DEP002',
      /:2:\d+$/,
      'artifacts.0.sha256',
    ],
    [
      'a path as file name',
      `artifacts:\n  - { product: chrome, version: '1', file: ../a.msi, size: 1, sha256: ${sha256('')} }\nwheels: {}\n`,
      'DEP002',
      /:2:\d+$/,
      'artifacts.0.file',
    ],
    [
      'a wheel that is not described',
      'artifacts: []\nwheels:\n  L1:\n    - x.whl\n',
      'DEP002',
      /:4:7$/,
      'x.whl, which no wheel artifact describes',
    ],
    [
      'a file described twice',
      [
        'artifacts:',
        ...['a.msi', 'A.MSI'].map(
          (file) => `  - { product: chrome, version: '1', file: ${file}, size: 1, sha256: ${sha256('')} }`,
        ),
        'wheels: {}',
        '',
      ].join('\n'),
      'DEP002',
      /:3:\d+$/,
      'a second entry for A.MSI',
    ],
  ];
  it.each(faulty)('with %s is refused with the place', async (_, text, code, place, got) => {
    const file = path.join(dir, 'faulty.yaml');
    await writeFile(file, text);
    const [problem, ...more] = await problemsOf(() => readLock(file));
    expect(more).toEqual([]);
    expect(problem?.code).toBe(code);
    expect(problem?.where).toMatch(place);
    expect(problem?.got).toContain(got);
  });

  it('that is not there is a fault of the same kind', async () => {
    expect(await problemsOf(() => readLock(path.join(dir, 'no.yaml')))).toMatchObject([
      { code: 'DEP001', got: 'ENOENT' },
    ]);
  });

  it('is the same text whatever the order it was made in', async () => {
    const [one, two] = [path.join(dir, 'one.yaml'), path.join(dir, 'two.yaml')];
    await writeLock(one, lock);
    await writeLock(two, { artifacts: [...lock.artifacts].reverse(), wheels: { none: [], ...lock.wheels } });
    expect(await readLock(two)).toEqual(await readLock(one));
    expect(new Set((await readLock(one)).artifacts)).toEqual(new Set(lock.artifacts));
  });
});

it('names every file that is missing, of another size, or changed', async () => {
  const depot = path.join(dir, 'files');
  await mkdir(depot);
  const [whole, changed, short] = lock.artifacts.map(({ file }) => file);
  await writeFile(path.join(depot, whole ?? ''), whole ?? '');
  await writeFile(path.join(depot, changed ?? ''), (changed ?? '').replace('8', '9'));
  await writeFile(path.join(depot, short ?? ''), '');
  await writeFile(path.join(depot, 'readme.txt'), 'none of its business');
  const problems = await verifyDepot(depot, lock);
  expect(problems.map(({ where, code }) => [path.basename(where), code])).toEqual([
    ['chrome-80.msi', 'DEP007'],
    ['requests-2.26.0-py3-none-any.whl', 'DEP006'],
    ['odd+name.whl', 'DEP005'],
  ]);
  expect(problems[0]?.got).toBe(sha256('chrome-90.msi'));
});
