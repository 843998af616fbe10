// Does not prove that a rename is atomic on every file system: that is the platform's promise.
import { execa } from 'execa';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { cached, cacheFolder } from './cache.mjs';
import { temporaryFolder } from './testing.ts';

const isWhole = (folder: string) => fs.existsSync(path.join(folder, 'whole'));
const ignore = () => undefined;
const fill = (folder: string) => {
  fs.writeFileSync(path.join(folder, 'whole'), '');
  return Promise.resolve();
};

describe('cacheFolder', () => {
  it('is where the user says, else in the platform’s place', () => {
    expect(cacheFolder({ EXAMSITE_CACHE: '/somewhere' })).toBe(path.resolve('/somewhere'));
    expect(path.basename(cacheFolder({}))).toBe('examsite');
  });
});

describe('cached', () => {
  let cache = '';
  beforeEach(() => {
    cache = temporaryFolder();
    vi.stubEnv('EXAMSITE_CACHE', cache);
  });

  it('fills once, also for two at the same time', async () => {
    const fills = vi.fn(fill);
    const both = await Promise.all([cached('thing', isWhole, fills, ignore), cached('thing', isWhole, fills, ignore)]);
    expect(await cached('thing', isWhole, fills, ignore)).toBe(path.join(cache, 'thing'));
    expect(both).toEqual([path.join(cache, 'thing'), path.join(cache, 'thing')]);
    expect(fills).toHaveBeenCalledTimes(1);
    expect(fs.readdirSync(cache)).toEqual(['thing']);
  });

  it('leaves nothing when it cannot be filled', async () => {
    const half = (folder: string) => {
      fs.writeFileSync(path.join(folder, 'half'), '');
      return Promise.reject(new Error('disk full'));
    };
    await expect(cached('thing', isWhole, half, ignore)).rejects.toThrow('disk full');
    expect(fs.readdirSync(cache)).toEqual([]);
  });

  it('takes no notice of what a killed process left, and removes it', async () => {
    const script = `
      import fs from 'node:fs';
      import { cached } from ${JSON.stringify(new URL('cache.mjs', import.meta.url).href)};
      await cached('thing', () => false, async (folder) => {
        fs.writeFileSync(folder + '/whole', '');
        process.stdout.write('filling');
        await new Promise((resolve) => setTimeout(resolve, 60_000));
      }, () => {});`;
    const killed = execa(process.execPath, ['--input-type=module', '-e', script], { reject: false });
    await new Promise((resolve) => killed.stdout.once('data', resolve));
    killed.kill('SIGKILL');
    await killed;
    await sleep(50);
    expect(fs.readdirSync(cache).filter((name) => name.startsWith('thing.tmp-'))).toHaveLength(1);
    expect(isWhole(path.join(cache, 'thing'))).toBe(false);
    await cached('thing', isWhole, fill, ignore);
    expect(fs.readdirSync(cache)).toEqual(['thing']);
  });

  it('fills again a folder that is not whole', async () => {
    fs.mkdirSync(path.join(cache, 'thing'));
    fs.writeFileSync(path.join(cache, 'thing', 'half'), '');
    await cached('thing', isWhole, fill, ignore);
    expect(fs.readdirSync(path.join(cache, 'thing'))).toEqual(['whole']);
  });
});
