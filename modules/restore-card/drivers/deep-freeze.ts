/**
 * Deep Freeze Enterprise through its command line, DFC.exe (Faronics, "Deep Freeze Command Line Control"): `get /ISFROZEN` needs no
 * password; switching needs one, and only as an argument. Exit codes: 0 success or FALSE, 1 TRUE, 2 no administrator, 3 not valid on this
 * installation, 4 invalid command, 5 and above internal error.
 */
import type { z } from 'zod';
import { CallError } from '../../../src/core/errors.ts';
import type { Host } from '../../../src/core/host.ts';
import { withSecret } from '../../../src/core/secrets.ts';
import type { deepFreeze, Desired } from '../schema.ts';
import { refused, type Driver } from './driver.ts';

/** 32-bit program: on 64-bit Windows some versions are installed in the second folder. */
const executables = ['C:\\Windows\\System32\\DFC.exe', 'C:\\Windows\\SysWOW64\\DFC.exe'];
const timeoutSec = 30;

const exitCodes: Readonly<Record<number, { zh: string; en: string }>> = {
  2: { zh: '当前账户没有管理员权限', en: 'the account has no administrator rights' },
  3: { zh: '此安装版本不支持该命令', en: 'not valid on this installation' },
  4: { zh: '命令无效', en: 'invalid command' },
};
const otherError = { zh: '内部错误，或密码不正确', en: 'internal error, or a wrong password' };
const meaning = (code: number) => exitCodes[code] ?? otherError;

type DeepFreeze = z.output<typeof deepFreeze>;

/** @returns null: not installed. @throws CallError when it is there and does not say. */
export async function detectDeepFreeze(host: Host): Promise<DeepFreeze | null> {
  const [{ services }, ...answers] = await Promise.all([
    host.call('service.read', { names: ['DFServ'] }),
    ...executables.map((exe) => isFrozen(host, exe)),
  ]);
  const code = answers.find((answer) => answer !== null) ?? null;
  const installed = services.some((service) => service.exists);
  if (code === 0 || code === 1) return { state: code === 1 ? 'frozen' : 'thawed' };
  if (code === 3 || (code === null && installed)) return { state: 'no-command-line' };
  if (code === null) return null;
  throw new CallError('DFC.exe get /ISFROZEN', { code: 'failed', message: `exit code ${code}, ${meaning(code).en}` });
}

/** @returns the exit code; null: there is no such program. */
async function isFrozen(host: Host, exe: string): Promise<number | null> {
  const answer = await run(host, exe, ['get', '/ISFROZEN'], true);
  return answer?.exitCode ?? null;
}

export const deepFreezeDriver: Driver = {
  open: (host, desired) => tell(host, desired, '/THAWNEXTBOOT'),
  close: (host, desired) => tell(host, desired, '/FREEZENEXTBOOT'),
};

async function tell(host: Host, { password }: Desired, command: string): Promise<void> {
  if (password === undefined) throw new Error('the schema lets no deep-freeze pass without a password');
  const code = await withSecret(password, async (secret) => {
    for (const exe of executables) {
      const answer = await run(host, exe, [secret, command], false);
      if (answer !== null) return answer.exitCode;
    }
    return null;
  });
  if (code === 0) return;
  const why = code === null ? { zh: '没有 DFC.exe', en: 'no DFC.exe' } : meaning(code);
  const got = code === null ? why : { zh: `退出码 ${code}（${why.zh}）`, en: `exit code ${code} (${why.en})` };
  throw refused(host, {
    zh: `DFC.exe 应接受 ${command}，实为${got.zh}；请核对 Deep Freeze 的命令行密码及其权限`,
    en: `expected DFC.exe to accept ${command}, got ${got.en}; check Deep Freeze's command-line password and its rights`,
  });
}

async function run(
  host: Host,
  exe: string,
  args: readonly string[],
  readOnly: boolean,
): Promise<{ exitCode: number } | null> {
  try {
    return await host.call('process.run', { exe, args, timeoutSec, ...(readOnly ? { readOnly: true as const } : {}) });
  } catch (error) {
    if (error instanceof CallError && error.code === 'not-found') return null;
    throw error;
  }
}
