// Does not prove that the real modules build, which takes minutes: Go and Pulumi are stand-ins here; .ci/run begins without an engine.
import fs from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ensurePulumi } from './pulumi.mjs';
import { program, temporaryFolder } from './testing.ts';

const systemPath = '/usr/bin:/bin';

/** Answers as Go does: `version`, and a `build` that leaves a script instead of a program. */
const go = (answer: string) => `
case "$1" in
  version) echo "go version go1.26.8 linux/amd64" ;;
  build)
    for last; do :; done
    while [ "$1" != -o ]; do shift; done
    name="$2$(basename "$last")"
    printf '#!/bin/sh\\necho ${answer}\\n' > "$name"
    chmod +x "$name"
    echo "built $(basename "$last")" >> "$EXAMSITE_CACHE/log" ;;
esac`;

function engineIn(folder: string, version: string): void {
  program(path.join(folder, 'pulumi'), `echo v${version}`);
  program(path.join(folder, 'pulumi-language-nodejs'), '');
}

describe('ensurePulumi', () => {
  let folder = '';
  let lines: string[] = [];
  const ensure = () => ensurePulumi((line) => lines.push(line));
  beforeEach(() => {
    folder = temporaryFolder();
    lines = [];
    vi.stubEnv('PATH', `${folder}/bin:${systemPath}`);
    vi.stubEnv('EXAMSITE_CACHE', `${folder}/cache`);
    vi.stubEnv('PULUMI_HOME', `${folder}/home`);
    vi.stubEnv('EXAMSITE_REGISTRIES_ONLY', '1');
    vi.stubEnv('EXAMSITE_LANG', 'en');
    fs.mkdirSync(`${folder}/cache`);
  });

  it('takes the one on PATH when it is new enough, without a word', async () => {
    engineIn(`${folder}/bin`, '3.260.1');
    expect(await ensure()).toEqual({ folder: `${folder}/bin`, version: '3.260.1', source: 'path' });
    expect(lines).toEqual([]);
  });

  it('takes what the npm package has downloaded', async () => {
    engineIn(`${folder}/home/versions/3.200.0/bin`, '3.200.0');
    engineIn(`${folder}/home/versions/3.261.0/bin`, '3.261.0');
    expect(await ensure()).toEqual({
      folder: `${folder}/home/versions/3.261.0/bin`,
      version: '3.261.0',
      source: 'npm',
    });
  });

  it('builds it once from Go modules, also for two at the same time, and says so', async () => {
    program(`${folder}/bin/go`, go('v3.259.0'));
    const built = { folder: `${folder}/cache/pulumi-3.259.0`, version: '3.259.0', source: 'go' };
    expect(await Promise.all([ensure(), ensure()])).toEqual([built, built]);
    expect(await ensure()).toEqual(built);
    expect(fs.readFileSync(`${folder}/cache/log`, 'utf8')).toBe('built pulumi-language-nodejs\nbuilt pulumi\n');
    expect(lines).toContainEqual(expect.stringMatching(/^building Pulumi 3\.259\.0 from Go modules .*minutes/));
  });

  it('names every way it tried and what to install, once, when none gives an engine', async () => {
    const error: unknown = await ensure().catch((reason: unknown) => reason);
    expect((error as Error).name).toBe('SetupError');
    expect((error as Error).message.split('\n')).toEqual([
      'set-up: expected a Pulumi engine 3.259.0 or newer, got none',
      '  - pulumi on PATH: none in PATH',
      `  - what the npm package pulumi has downloaded: none in ${folder}/home/versions`,
      `  - built earlier: none in ${folder}/cache/pulumi-3.259.0`,
      '  - the npm package pulumi: EXAMSITE_REGISTRIES_ONLY forbids get.pulumi.com',
      '  - built from Go modules: there is no Go on PATH',
      expect.stringMatching(/^; install Go 1\.25\.11 or newer .* or put Pulumi .* on PATH \[SET003\]$/),
    ]);
  });

  it.each<[string, () => void, RegExp]>([
    ['an older pulumi', () => engineIn(`${folder}/bin`, '3.258.0'), /bin\/pulumi is 3\.258\.0, older than 3\.259\.0/],
    ['a broken pulumi', () => program(`${folder}/bin/pulumi`, 'echo oops; exit 3'), /does not work: oops \(exit 3\)/],
    ['no language host', () => program(`${folder}/bin/pulumi`, 'echo v3.259.0'), /is without pulumi-language-nodejs/],
    [
      'an old Go',
      () => program(`${folder}/bin/go`, 'echo go version go1.19.8'),
      /bin\/go is 1\.19\.8, older than 1\.25\.11/,
    ],
    ['a wrong result', () => program(`${folder}/bin/go`, go('v3.1.0')), /pulumi does not work: v3\.1\.0/],
    [
      'a build that fails',
      () =>
        program(
          `${folder}/bin/go`,
          '[ "$1" = version ] && echo go1.26.8 || { echo "go: downloading x"; echo no space; exit 1; }',
        ),
      /built from Go modules: go build language-nodejs does not work: no space\n/,
    ],
  ])('says what is wrong with %s', async (_what, prepare, message) => {
    prepare();
    await expect(ensure()).rejects.toThrow(message);
    expect(fs.readdirSync(`${folder}/cache`).filter((name) => name !== 'log')).toEqual([]);
  });

  it('takes the script of the npm package for what it is: it would download before it answers', async () => {
    const script = path.join(folder, 'lib/node_modules/pulumi/run.js');
    program(script, `touch ${folder}/was-run`);
    fs.mkdirSync(`${folder}/bin`);
    fs.symlinkSync(script, `${folder}/bin/pulumi`);
    await expect(ensure()).rejects.toThrow(/bin\/pulumi is the npm package's script/);
    expect(fs.existsSync(`${folder}/was-run`)).toBe(false);
  });
});
