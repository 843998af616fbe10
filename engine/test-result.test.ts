// Does not prove that CI looks at the exit code.
import { execa } from 'execa';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { root } from './packages.mjs';

/** Runs `npm test` on one test file with this body, inside the clone, where vitest finds its configuration. */
async function npmTest(body: string, ci = 'false') {
  fs.mkdirSync(path.join(root, '.examsite'), { recursive: true, mode: 0o700 });
  const folder = fs.mkdtempSync(path.join(root, '.examsite/test-'));
  onTestFinished(() => fs.rmSync(folder, { recursive: true, force: true }));
  fs.writeFileSync(
    path.join(folder, 'inner.test.ts'),
    `import { it } from 'vitest';\nimport { choose } from '../../test/tools.ts';\n${body}`,
  );
  const args = ['engine/test.mjs', path.relative(root, folder)];
  const { stdout, stderr, exitCode } = await execa(process.execPath, args, {
    cwd: root,
    reject: false,
    env: { CI: ci, NO_COLOR: '1' },
  });
  return { last: stdout.split('\n').at(-1), stdout, stderr, exitCode };
}

describe('npm test', () => {
  it('ends with the figures, and well when something passed and nothing failed', async () => {
    const { last, exitCode } = await npmTest("it('a', () => {}); it('b', () => {}); it.skip('c', () => {});");
    expect([last, exitCode]).toEqual(['2 passed, 0 failed, 1 skipped', 0]);
  });

  it.each([
    ['a failing test', "it('a', () => { throw new Error('x'); });", '0 passed, 1 failed, 0 skipped'],
    ['a file that cannot be loaded', "import './nowhere.ts';", '0 passed, 1 failed, 0 skipped'],
    [
      'a promise nobody awaits',
      "it('a', () => { void Promise.reject(new Error('x')); });",
      '1 passed, 1 failed, 0 skipped',
    ],
    ['a test that prints', "it('a', () => { console.log('x'); });", '0 passed, 1 failed, 0 skipped'],
    ['nothing but skipped tests', "it.skip('a', () => {});", '0 passed, 0 failed, 1 skipped'],
  ])('fails for %s', async (_what, body, figures) => {
    const { last, exitCode } = await npmTest(body);
    expect([last, exitCode]).toEqual([figures, 1]);
  });

  const lacking =
    "choose(['sshd'], process.env.CI === 'true').describe('s', () => { it('a', () => {}); }); it('b', () => {});";

  it('says which tests it skipped for want of a tool', async () => {
    const { stdout, last } = await npmTest(lacking);
    expect(stdout).toMatch(/^skipped: .*inner\.test\.ts s \(sshd is missing: apt-get install openssh-server\) > a$/m);
    expect(last).toBe('1 passed, 0 failed, 1 skipped');
  });

  it('fails in CI for want of a tool', async () => {
    const { stderr, last } = await npmTest(lacking, 'true');
    expect(stderr).toContain('sshd is missing: apt-get install openssh-server [TEST002]');
    expect(last).toBe('1 passed, 1 failed, 0 skipped');
  });
}, 60_000);
