/** Secrets are references until the moment of use. What is resolved here goes to the machine and nowhere else: no state, no log, no error. */
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { CallError, UserError, type Problem } from './errors.ts';
import type { Json } from './finding.ts';
import { home } from './home.ts';

/** Where a secret is to be had. A relative file is relative to the site's home. */
export type SecretRef = { readonly env: string } | { readonly file: string };

/** @throws UserError SEC001 (not set), SEC002 (no such file), SEC003 (others may read the file), SEC004 (empty). */
export async function resolveSecret(ref: SecretRef): Promise<string> {
  const secret = 'env' in ref ? fromEnvironment(ref.env) : await fromFile(path.resolve(home().root, ref.file));
  if (secret !== '') return secret;
  throw fault(ref, 'SEC004', ['有内容', 'a secret'], 'nothing', ['请填入密钥', 'put the secret there']);
}

/**
 * Resolves, uses and forgets. An error that `use` throws has every occurrence of the secret replaced: a machine's answer may quote the
 * command line it was given.
 */
export async function withSecret<T>(ref: SecretRef, use: (secret: string) => Promise<T>): Promise<T> {
  const secret = await resolveSecret(ref);
  try {
    return await use(secret);
  } catch (error) {
    throw redacted(error, secret);
  }
}

function fromEnvironment(name: string): string {
  const value = process.env[name];
  if (value !== undefined) return value;
  throw fault({ env: name }, 'SEC001', ['已设置的环境变量', 'an environment variable that is set'], 'none', [
    `请先设置 ${name}`,
    `set ${name}`,
  ]);
}

/** Without the newline that every editor puts at the end. */
async function fromFile(file: string): Promise<string> {
  const found = await stat(file).catch(() => undefined);
  if (found?.isFile() !== true) {
    throw fault({ file }, 'SEC002', ['存在的文件', 'a file'], 'none', [
      '请创建该文件，权限 0600',
      'create it with mode 0600',
    ]);
  }
  const mode = found.mode & 0o777;
  // Windows keeps its permissions elsewhere; the mode bits there mean nothing.
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    throw fault({ file }, 'SEC003', ['权限 0600', 'mode 0600'], `0${mode.toString(8)}`, [
      `请运行 chmod 600 ${file}`,
      `run chmod 600 ${file}`,
    ]);
  }
  return (await readFile(file, 'utf8')).replace(/\r?\n$/, '');
}

function fault(ref: SecretRef, code: string, expected: Pair, got: string, fix: Pair): UserError {
  const where = 'env' in ref ? `$${ref.env}` : ref.file;
  const problem: Problem = { where, expected: text(expected), got, fix: text(fix), code };
  return new UserError([problem]);
}

type Pair = readonly [zh: string, en: string];
const text = ([zh, en]: Pair): { zh: string; en: string } => ({ zh, en });

/** A new error, not the old one changed: its stack holds the message too. */
function redacted(error: unknown, secret: string): unknown {
  if (!(error instanceof Error) || !JSON.stringify([error.message, detailOf(error)]).includes(quoted(secret)))
    return error;
  const clean = (value: string): string => value.replaceAll(secret, '***');
  if (error instanceof CallError) {
    const detail = JSON.parse(JSON.stringify(error.detail ?? {}).replaceAll(quoted(secret), '***')) as Record<
      string,
      Json
    >;
    const [call = '', ...rest] = clean(error.message).split(': ');
    return new CallError(call, { code: error.code, message: rest.join(': '), detail });
  }
  return new Error(clean(error.message));
}

const detailOf = (error: Error): unknown => (error instanceof CallError ? error.detail : undefined);
/** As it stands inside JSON: a secret may hold quotes and backslashes. */
const quoted = (secret: string): string => JSON.stringify(secret).slice(1, -1);
