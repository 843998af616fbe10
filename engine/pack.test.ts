// Does not prove that a packed examsite runs (test/pack.test.ts): a small clone and stand-ins for Node and the engine.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Manifest } from './manifest.mjs';
import { nodeIn } from './node.mjs';
import { pack } from './pack.mjs';
import { root } from './packages.mjs';
import { json, program, recorder, temporaryFolder } from './testing.ts';
import { unpack } from './unpack.mjs';
import { newNode, pulumiVersion } from './versions.mjs';

let folder: string;
const at = (...names: string[]): string => path.join(folder, ...names);
const write = (file: string, text: string): void => {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text);
};
const read = (...names: string[]): string => fs.readFileSync(at(...names), 'utf8');
const { progress } = recorder();

beforeEach(() => {
  folder = temporaryFolder();
  vi.stubEnv('EXAMSITE_CACHE', at('cache'));
  fs.cpSync(path.join(root, 'engine'), at('clone', 'engine'), { recursive: true });
  json(at('clone', 'package.json'), { name: 'examsite', version: '1.2.3' });
  write(at('clone', 'src', '考场.ts'), 'export {};');
  write(at('clone', 'node_modules', 'zod', 'index.js'), 'zod');
  write(at('clone', '.git', 'HEAD'), 'not packed');
  write(at('clone', 'Pulumi.room-301.yaml'), 'not packed');
  write(at('home', 'inventories', 'site.yaml'), 'site: XX学院考点');
  write(at('home', 'inventories', 'depot.lock.yaml'), 'lock 1');
  write(at('home', 'depot', 'chrome.msi'), 'chrome 1');
  write(at('home', 'depot', '.fetch-x', 'half.whl'), 'not packed');
  write(at('home', '.examsite', 'keys', 'id_ed25519'), 'a secret');
  for (const name of ['pulumi', 'pulumi-language-nodejs', 'go']) program(at('engine', name), `echo ${name}`);
  program(at('bin', 'node'), 'echo node');
});

const packIt = (): Promise<Manifest> =>
  pack(at('pack'), {
    ...{ home: at('home'), clone: at('clone'), progress },
    programs: { node: at('bin', 'node'), engine: at('engine') },
  });
const refusal = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'not refused',
    (error: unknown) => String(error),
  );

describe('a pack', () => {
  it('holds the project, the programs and what the site wrote, and no key, no state, no history', async () => {
    const { files, version } = await packIt();
    expect(version).toBe('1.2.3');
    const names = Object.keys(files).filter((name) => !name.startsWith('engine/'));
    expect(names).toEqual([
      'programs/node',
      `programs/pulumi-${pulumiVersion}/pulumi`,
      `programs/pulumi-${pulumiVersion}/pulumi-language-nodejs`,
      'project.tar',
      'site/depot/chrome.msi',
      'site/inventories/depot.lock.yaml',
      'site/inventories/site.yaml',
      'unpack.cmd',
      'unpack.sh',
    ]);
    const inProject = execFileSync('tar', ['-tf', at('pack', 'project.tar')], { encoding: 'utf8' }).split('\n');
    expect(inProject).toEqual(expect.arrayContaining(['package.json', 'node_modules/zod/index.js']));
    expect(inProject.filter((name) => /^(?:\.git|\.examsite|Pulumi|inventories|depot)/.test(name))).toEqual([]);
  });

  it('becomes an examsite in an empty folder, with Node and the engine where set-up looks for them', async () => {
    await packIt();
    expect(await unpack(at('pack'), at('new', 'examsite'), progress)).toEqual({
      fresh: true,
      kept: [],
      version: '1.2.3',
    });
    expect(read('new', 'examsite', 'src', '考场.ts')).toBe('export {};');
    expect(read('new', 'examsite', 'node_modules', 'zod', 'index.js')).toBe('zod');
    expect(read('new', 'examsite', 'inventories', 'site.yaml')).toBe('site: XX学院考点');
    expect(read('new', 'examsite', 'depot', 'chrome.msi')).toBe('chrome 1');
    expect(fs.statSync(nodeIn(at('cache', `node-${newNode}`))).mode & 0o111).not.toBe(0);
    expect(read('cache', `pulumi-${pulumiVersion}`, 'pulumi')).toContain('echo pulumi');
  });

  it('brings a site that has examsite the cycle’s files, and leaves what people wrote there as it is', async () => {
    await packIt();
    write(at('site', 'inventories', 'site.yaml'), 'site: 本校');
    write(at('site', 'inventories', 'depot.lock.yaml'), 'lock 0');
    write(at('site', 'depot', 'old.msi'), 'still needed by an older room');
    expect(await unpack(at('pack'), at('site'), progress)).toEqual({
      ...{ fresh: false, version: '1.2.3' },
      kept: ['inventories/site.yaml'],
    });
    expect(read('site', 'inventories', 'site.yaml')).toBe('site: 本校');
    expect(read('site', 'inventories', 'depot.lock.yaml')).toBe('lock 1');
    expect(fs.readdirSync(at('site', 'depot')).sort()).toEqual(['chrome.msi', 'old.msi']);
    expect(fs.existsSync(at('site', 'src'))).toBe(false);
    expect((await unpack(at('pack'), at('site'), progress)).kept).toEqual(['inventories/site.yaml']);
  });

  it('that lost a byte or a file on the way is refused with every damage, and nothing is written', async () => {
    await packIt();
    write(at('pack', 'site', 'depot', 'chrome.msi'), 'chrome 2');
    fs.truncateSync(at('pack', 'project.tar'), 100);
    fs.rmSync(at('pack', 'unpack.sh'));
    const said = await refusal(unpack(at('pack'), at('new'), progress));
    expect(said).toMatch(/SET007/);
    expect(said).toMatch(/project\.tar: 100 bytes, packed were \d+/);
    expect(said).toMatch(/chrome\.msi: SHA-256 [0-9a-f]{64}, packed was [0-9a-f]{64}/);
    expect(said).toMatch(/unpack\.sh: missing/);
    expect(fs.existsSync(at('new'))).toBe(false);
    expect(fs.existsSync(at('cache'))).toBe(false);
  });

  it('for another kind of machine is refused', async () => {
    await packIt();
    const manifest = JSON.parse(read('pack', 'pack.json')) as Manifest;
    json(at('pack', 'pack.json'), { ...manifest, platform: 'sunos' });
    expect(await refusal(unpack(at('pack'), at('new'), progress))).toMatch(/got examsite sunos .*SET006/);
    expect(await refusal(unpack(at('bin'), at('new'), progress))).toMatch(/got no pack\.json.*SET006/);
  });

  it('goes into an empty folder only, and so does what it unpacks to', async () => {
    write(at('pack', 'holiday.jpg'), 'x');
    expect(await refusal(packIt())).toMatch(/SET004/);
    fs.rmSync(at('pack'), { recursive: true });
    await packIt();
    write(at('photos', 'holiday.jpg'), 'x');
    expect(await refusal(unpack(at('pack'), at('photos'), progress))).toMatch(/SET004/);
    expect(fs.readdirSync(at('photos'))).toEqual(['holiday.jpg']);
  });

  it('that cannot be finished leaves nothing behind', async () => {
    fs.rmSync(at('clone', 'package.json'));
    await expect(packIt()).rejects.toThrow();
    expect(fs.readdirSync(folder).filter((name) => name.startsWith('pack'))).toEqual([]);
  });
});
