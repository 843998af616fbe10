// Does not prove that nobody else logs what a machine is told: that is the hosts' part.
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { CallError, UserError } from './errors.ts';
import { resolveSecret, withSecret } from './secrets.ts';

let folder: string;
beforeEach(async () => (folder = await mkdtemp(path.join(tmpdir(), 'secrets-'))));
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

async function secretFile(content: string, mode: number): Promise<string> {
  const file = path.join(folder, 'password');
  await writeFile(file, content);
  await chmod(file, mode);
  return file;
}
const code = async (work: Promise<unknown>): Promise<string | undefined> => {
  const error: unknown = await work.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(UserError);
  return (error as UserError).problems[0]?.code;
};

test('takes a secret from the environment, or from a file without its last newline', async () => {
  vi.stubEnv('EXAMSITE_TEST_SECRET', 'from env');
  expect(await resolveSecret({ env: 'EXAMSITE_TEST_SECRET' })).toBe('from env');
  expect(await resolveSecret({ file: await secretFile('from file\r\n', 0o600) })).toBe('from file');
});

test('a relative file is looked for in the home of the site', async () => {
  await secretFile('at home', 0o600);
  vi.stubEnv('EXAMSITE_HOME', folder);
  expect(await resolveSecret({ file: 'password' })).toBe('at home');
});

test('says what is missing', async () => {
  expect(await code(resolveSecret({ env: 'EXAMSITE_TEST_NOT_SET' }))).toBe('SEC001');
  expect(await code(resolveSecret({ file: path.join(folder, 'none') }))).toBe('SEC002');
  expect(await code(resolveSecret({ file: await secretFile('', 0o600) }))).toBe('SEC004');
});

test.skipIf(process.platform === 'win32')('refuses a file that others may read', async () => {
  expect(await code(resolveSecret({ file: await secretFile('open', 0o640) }))).toBe('SEC003');
});

test('takes the secret out of what a machine says about a failed call', async () => {
  const secret = 'a "quoted\\ one';
  vi.stubEnv('EXAMSITE_TEST_SECRET', secret);
  const failed = withSecret({ env: 'EXAMSITE_TEST_SECRET' }, (used) =>
    Promise.reject(
      new CallError('process.run', { code: 'timeout', message: `DFC.exe ${used} timed out`, detail: { args: [used] } }),
    ),
  );
  const error: unknown = await failed.catch((reason: unknown) => reason);
  expect(error).toMatchObject({
    code: 'timeout',
    message: 'process.run: DFC.exe *** timed out',
    detail: { args: ['***'] },
  });
  expect((error as Error).stack).not.toContain('quoted');
});

test('leaves an error alone that does not quote the secret', async () => {
  vi.stubEnv('EXAMSITE_TEST_SECRET', 'unheard of');
  const original = new Error('the cable is out');
  const failed = withSecret({ env: 'EXAMSITE_TEST_SECRET' }, () => Promise.reject(original));
  await expect(failed).rejects.toBe(original);
});
