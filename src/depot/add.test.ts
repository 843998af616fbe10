// Does not prove that a file is the vendor's: only its hash could, and for some products no vendor publishes one.
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UserError } from '../core/errors.ts';
import { addInstaller, type Adding } from './add.ts';

const content = Buffer.from('MZ chrome');
const sha256 = createHash('sha256').update(content).digest('hex');
const locked = { product: 'python', version: '3.7.9', file: 'python-3.7.9-amd64.exe', size: 4, sha256: 'b'.repeat(64) };
const lock = { artifacts: [locked], wheels: {} };
const known = { product: 'chrome', version: '75.0.3770.100', file: 'chrome64.msi', licence: 'proprietary' };
const driver = { product: 'chromedriver', version: '75.0.3770.140', file: 'driver-75.0.3770.140.zip', sha256 };
const lacking = [
  { ...known, known },
  { product: 'navicat', version: '15.0.27' },
];

let root: string;
let dir: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'examsite-add-'));
  dir = path.join(root, 'depot');
});
afterEach(() => rm(root, { recursive: true }));

async function add(name: string, over: Partial<Adding> = {}, bytes: Buffer | string = content) {
  const file = path.join(root, name);
  await writeFile(file, bytes);
  return addInstaller({ file, dir, lock, lacking, ...over });
}

/** `CODE got`, and that the depot is as it was. */
async function refused(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof UserError)) throw new Error('not refused', { cause: error });
  expect(await readdir(dir).catch(() => [])).toEqual([]);
  return error.problems.map(({ code, got }) => `${code} ${got}`).join('\n');
}

describe('an installer', () => {
  it.each(['chrome64.msi', 'CHROME64 (1).msi'])(
    'called %s is known by its name, and its hash is written down',
    async (name) => {
      const { entry, unproved, lock: after } = await add(name);
      expect(entry).toEqual({
        ...{ product: 'chrome', version: '75.0.3770.100', file: 'chrome-75.0.3770.100.msi', licence: 'proprietary' },
        ...{ size: content.length, sha256 },
      });
      expect(unproved).toBe(true);
      expect(after.artifacts).toEqual([locked, entry]);
      expect(await readFile(path.join(dir, 'chrome-75.0.3770.100.msi'))).toEqual(content);
    },
  );

  it('that the lock knows by its hash needs no name', async () => {
    const entry = { ...locked, size: content.length, sha256 };
    const added = await add('下载.exe', { lock: { artifacts: [entry], wheels: {} } });
    expect(added).toEqual({ entry, unproved: false, lock: { artifacts: [entry], wheels: {} } });
    expect(await readdir(dir)).toEqual([entry.file]);
  });

  it('whose hash is known needs no name either, and with another hash it is refused', async () => {
    const known = [{ ...driver, known: driver }];
    const { entry, unproved } = await add('x.zip', { lacking: known });
    expect(entry).toEqual({ ...driver, size: content.length });
    expect(unproved).toBe(false);
    await rm(dir, { recursive: true });
    expect(await refused(add(driver.file, { lacking: known }, 'PK'))).toMatch(/^DEP007 2 bytes, SHA-256 /);
  });

  it('with a name that tells nothing is what the person says it is', async () => {
    const { entry } = await add('安装包.EXE', { product: 'navicat', version: '15.0.27' });
    expect(entry.file).toBe('navicat-15.0.27.exe');
  });

  it('with other bytes than the lock has is refused, with both hashes', async () => {
    expect(await refused(add('python-3.7.9-amd64.exe'))).toBe(`DEP006 9 bytes, SHA-256 ${sha256}`);
    expect(await refused(add('x.exe', { product: 'python', version: '3.7.9' }, 'MZ90'))).toMatch(/^DEP007 4 bytes/);
  });

  it('that nothing needs is refused', async () => {
    expect(await refused(add('firefox.exe'))).toBe('DEP014 firefox.exe');
    expect(await refused(add('x.msi', { product: 'chrome', version: '76.0' }))).toBe('DEP014 chrome 76.0');
  });

  it.each(['<!DOCTYPE html><title>404</title>', '\n<html>', '\ufeff<?xml version="1.0"?><Error/>'])(
    'that is a web page is refused: %j',
    async (page) => {
      expect(await refused(add('chrome64.msi', {}, page))).toMatch(/^DEP013 /);
    },
  );

  it('that is not there is refused', async () => {
    expect(await refused(addInstaller({ file: path.join(root, 'no.msi'), dir, lock, lacking }))).toBe('DEP012 ENOENT');
  });
});
