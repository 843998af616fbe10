/** Files, folders and archives. */
import { createHash } from 'node:crypto';
import { strToU8, zipSync } from 'fflate';
import { base64, describe, expect, inside, it, refused, text } from './subject.ts';
import type { Family, Get, Subject } from './subject.ts';

const sha256 = (content: string): string => createHash('sha256').update(content).digest('hex');

async function write(subject: Subject, parts: readonly string[], content: string | Buffer): Promise<string> {
  const path = inside(subject, ...parts);
  await subject.host.call('file.write', { path, base64: base64(content) });
  return path;
}

const namesIn = async ({ host }: Subject, path: string, match = '*'): Promise<readonly string[]> =>
  (await host.call('file.list', { path, match })).names;

const wildcards: readonly (readonly [string, readonly string[]])[] = [
  ['*', ['a.txt', 'b.log', 'b[1].txt', 'ba.txt']],
  ['*.txt', ['a.txt', 'b[1].txt', 'ba.txt']],
  ['b?.txt', ['ba.txt']],
  ['b[1].txt', ['b[1].txt']],
  ['*.tx', []],
];

function reading(get: Get): void {
  it('describes a file, a folder, and what is not there', async () => {
    const { host } = get();
    const path = await write(get(), ['stat', 'one.txt'], 'content');
    const [file, folder, absent] = await Promise.all([
      host.call('file.stat', { path, sha256: true }),
      host.call('file.stat', { path: inside(get(), 'stat') }),
      host.call('file.stat', { path: inside(get(), 'stat', 'two.txt'), sha256: true }),
    ]);
    expect(file).toEqual({ path, exists: true, isDirectory: false, size: 7, version: null, sha256: sha256('content') });
    expect(folder).toMatchObject({ exists: true, isDirectory: true, size: 0, sha256: null });
    expect(absent).toMatchObject({ exists: false, isDirectory: false, size: 0, version: null, sha256: null });
  });

  it('hashes only when asked', async () => {
    const path = await write(get(), ['unhashed.txt'], 'content');
    expect((await get().host.call('file.stat', { path })).sha256).toBeNull();
  });

  it.each(wildcards)('lists by wildcard %s', async (match, expected) => {
    for (const name of ['b.log', 'ba.txt', 'a.txt', 'b[1].txt']) await write(get(), ['list', name], 'x');
    expect(await namesIn(get(), inside(get(), 'list'), match)).toEqual(expected);
  });

  it('lists an absent folder as empty', async () => {
    expect(await namesIn(get(), inside(get(), 'nowhere'))).toEqual([]);
  });

  it('finds files by a pattern over several folders, without reaching across a separator', async () => {
    const found = [];
    for (const user of ['a', 'b']) found.push(await write(get(), ['find', user, 'app', 'chrome.exe'], 'x'));
    await write(get(), ['find', 'a', 'deeper', 'app', 'chrome.exe'], 'x');
    const { files } = await get().host.call('file.find', { pattern: inside(get(), 'find', '*', 'app', '*chrome.exe') });
    expect(files.map(({ path }) => path)).toEqual(found);
    const none = await get().host.call('file.find', { pattern: inside(get(), 'find', '*', 'chrome.exe') });
    expect(none.files).toEqual([]);
  });

  it('reads up to 1 MiB and refuses more', async () => {
    const { host } = get();
    const full = Buffer.alloc(2 ** 20, 7);
    const path = await write(get(), ['full.bin'], full);
    expect(Buffer.from((await host.call('file.read', { path })).base64, 'base64').equals(full)).toBe(true);
    await write(get(), ['full.bin'], Buffer.concat([full, Buffer.of(7)]));
    await refused(host.call('file.read', { path }), 'bad-request');
  });
}

function writing(get: Get): void {
  it('makes parent folders, replaces what was there, and leaves no temporary file', async () => {
    const path = await write(get(), ['new', 'deep', 'file.txt'], 'one');
    await write(get(), ['new', 'deep', 'file.txt'], 'two');
    expect(text((await get().host.call('file.read', { path })).base64)).toBe('two');
    expect(await namesIn(get(), inside(get(), 'new', 'deep'))).toEqual(['file.txt']);
  });

  it('writes an empty file', async () => {
    const path = await write(get(), ['empty'], '');
    expect(await get().host.call('file.stat', { path, sha256: true })).toMatchObject({ size: 0, sha256: sha256('') });
  });

  it('deletes a folder with all it holds, and does not mind what is absent', async () => {
    const { host } = get();
    await write(get(), ['gone', 'a', 'b.txt'], 'x');
    const path = inside(get(), 'gone');
    await host.call('file.delete', { path });
    await host.call('file.delete', { path });
    expect((await host.call('file.stat', { path })).exists).toBe(false);
  });
}

function archives(get: Get): void {
  it('unpacks a zip, replaces files of the same name and counts', async () => {
    const zip = zipSync({
      'driver/a.txt': strToU8('new'),
      'driver/中.txt': strToU8('b'),
      'driver/empty/': new Uint8Array(),
    });
    const path = await write(get(), ['pack.zip'], Buffer.from(zip));
    const old = await write(get(), ['unpacked', 'driver', 'a.txt'], 'old');
    const to = inside(get(), 'unpacked');
    expect(await get().host.call('archive.extract', { path, to })).toEqual({ files: 2 });
    expect(text((await get().host.call('file.read', { path: old })).base64)).toBe('new');
    expect(await namesIn(get(), inside(get(), 'unpacked', 'driver'), '*.txt')).toEqual(['a.txt', '中.txt']);
  });

  it('refuses an archive that would write outside the folder, before it writes anything', async () => {
    const zip = zipSync({ 'good.txt': strToU8('x'), '../escaped.txt': strToU8('x') });
    const path = await write(get(), ['evil.zip'], Buffer.from(zip));
    await refused(get().host.call('archive.extract', { path, to: inside(get(), 'jail') }), 'bad-request');
    expect(await namesIn(get(), inside(get(), 'jail'))).toEqual([]);
    expect(await namesIn(get(), get().scratch, 'escaped.txt')).toEqual([]);
  });

  it('unpacks one folder of a zip without the folder, and says so when there is none of that name', async () => {
    const zip = zipSync({
      'win64/a.txt': strToU8('a'),
      'win64/in/b.txt': strToU8('b'),
      'win64.txt': strToU8('beside'),
    });
    const path = await write(get(), ['folders.zip'], Buffer.from(zip));
    const to = inside(get(), 'only');
    const { host } = get();
    expect(await host.call('archive.extract', { path, to, from: 'win64' })).toEqual({ files: 2 });
    expect(await namesIn(get(), to, '*.txt')).toEqual(['a.txt']);
    expect(await namesIn(get(), inside(get(), 'only', 'in'), '*.txt')).toEqual(['b.txt']);
    await refused(host.call('archive.extract', { path, to, from: 'win32' }), 'not-found');
  });

  it('refuses a damaged archive and one that is not there', async () => {
    const { host } = get();
    const to = inside(get(), 'jail');
    const path = await write(get(), ['damaged.zip'], 'not a zip');
    await refused(host.call('archive.extract', { path, to }), 'failed');
    await refused(host.call('archive.extract', { path: inside(get(), 'absent.zip'), to }), 'not-found');
  });
}

export const files: Family = (get) => {
  describe('files', () => {
    reading(get);
    writing(get);
    archives(get);
  });
};
