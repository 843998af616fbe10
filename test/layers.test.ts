// Does not prove that a layer's design is sound: only that no file imports what its layer must not know, and none is too long.
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../engine/packages.mjs';
import { layerFaults, lengthFaults, mayKnow, maxLines } from './layers.ts';

/** Everything a person writes here as code, as [path in the clone, text]. */
function sources(): [file: string, text: string][] {
  const folders = ['bin', 'docs', 'engine', 'handbook', 'modules', 'src', 'stacks', 'templates', 'test'];
  const names = folders
    .filter((folder) => fs.existsSync(path.join(root, folder)))
    .flatMap((folder) =>
      fs
        .readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
        .map((name) => path.join(folder, name)),
    )
    .filter((name) => /\.(ts|mjs|ps1|py)$/.test(name));
  return names.map((name) => [name.replaceAll(path.sep, '/'), fs.readFileSync(path.join(root, name), 'utf8')]);
}

describe('the clone', () => {
  const files = sources();

  it('has files in the layers that the rules speak of', () => {
    const empty = ['bin/', 'engine/', 'src/core/', 'src/hosts/', 'src/lab/', 'handbook/', 'modules/'].filter(
      (layer) => !files.some(([file]) => file.startsWith(layer)),
    );
    expect(empty).toEqual([]);
    expect(Object.keys(mayKnow)).toContain('src/core/');
  });

  it('imports only downwards', () => {
    const scripts = files.filter(([file]) => /\.(ts|mjs)$/.test(file));
    expect(scripts.flatMap(([file, text]) => layerFaults(file, text))).toEqual([]);
  });

  it(`has no file of more than ${maxLines} lines`, () => {
    expect(files.flatMap(([file, text]) => lengthFaults(file, text))).toEqual([]);
  });
});

describe('the rules', () => {
  it.each([
    ['src/core/a.ts', '../hosts/pool.ts', 'src/core/ must not know src/hosts/pool.ts'],
    ['src/lab/pc/a.ts', '../../hosts/enrolment.ts', 'src/lab/ must not know src/hosts/enrolment.ts'],
    ['src/lab/pc/a.test.ts', '../../../modules/seat.ts', 'a test of src/lab/ must not know modules/seat.ts'],
    ['modules/browser/a.ts', '../python/schema.ts', 'a module must not know another, imports modules/python/schema.ts'],
    ['modules/browser/a.ts', '../seat.ts', 'a module must not know modules/seat.ts'],
    ['modules/job.ts', './python/schema.ts', 'a module must not know another, imports modules/python/schema.ts'],
    ['engine/a.mjs', 'zod', 'set-up must do without packages, imports zod'],
  ])('%s may not import %s', (file, specifier, fault) => {
    expect(layerFaults(file, `import fs from 'node:fs';\nimport type { A } from '${specifier}';\n`)).toEqual([
      `${file}:2: ${fault}`,
    ]);
  });

  it.each([
    ['src/hosts/windows/a.ts', '../../core/host.ts'],
    ['src/lab/a.ts', '../hosts/protocol.ts'],
    ['modules/browser/a.ts', '../job.ts'],
    ['modules/seat.ts', './browser/module.ts'],
    ['modules/browser/a.test.ts', '../../src/lab/room.ts'],
    ['src/cli/a.ts', '../../engine/pulumi.mjs'],
    ['src/lab/ssh/testing.ts', '../../hosts/windows/channel.ts'],
  ])('%s may import %s', (file, specifier) => {
    expect(layerFaults(file, `export * from '${specifier}';\n`)).toEqual([]);
  });

  it('see imports that run later and type-only re-exports', () => {
    const text = "const a = await import('../hosts/a.ts');\nexport type { B } from '../hosts/b.ts';\n";
    expect(layerFaults('src/core/a.ts', text)).toHaveLength(2);
  });

  it('count lines as an editor does', () => {
    expect(lengthFaults('a.ts', 'x\n'.repeat(maxLines))).toEqual([]);
    expect(lengthFaults('a.ts', 'x\n'.repeat(maxLines + 1))).toHaveLength(1);
  });
});
