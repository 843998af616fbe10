/** The prepare kit: fixed scripts from `templates/prepare/`, and what differs between sites beside them as data that no script runs. */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { unzipSync } from 'fflate';
import { UserError } from '../core/errors.ts';
import type { Text } from '../core/finding.ts';
import { packageRoot } from '../core/home.ts';

export interface KitOptions {
  /** Local account that the controller signs in with. */
  readonly user: string;
  readonly port: number;
  readonly publicKey: string;
  /** Whether a PC that does not have the account gets it. */
  readonly createAccount: boolean;
  /** OpenSSH for Windows, as its project publishes it. */
  readonly opensshZip?: string;
}

const templates = path.join(packageRoot, 'templates', 'prepare');
const template = (name: string): string => readFileSync(path.join(templates, name), 'utf8');

/** Name on the stick → template. The names are for whoever stands at the PC. */
const copies = {
  'prepare-pc.cmd': 'prepare-pc.cmd',
  'README.txt': 'readme.en.txt',
  '说明.txt': 'readme.zh.txt',
  'texts.en.txt': 'texts.en.txt',
  'texts.zh.txt': 'texts.zh.txt',
};

/**
 * @returns the names of the files written. What else is in the folder (`prepared.csv` of an earlier round) stays.
 * @throws UserError PRE001 (account name), PRE002 (not OpenSSH for Windows), PRE003 (a file cannot be read or written).
 */
export function writeKit(folder: string, options: KitOptions): string[] {
  if (!accountName.test(options.user))
    throw fault('PRE001', 'site.yaml ssh.user', anAccount, options.user, anotherName);
  const zip = options.opensshZip === undefined ? undefined : opensshFrom(options.opensshZip);
  const files = new Map<string, string | Uint8Array>([
    ['prepare-pc.ps1', windowsText(script())],
    ...Object.entries(copies).map(([name, from]): [string, string] => [name, windowsText(marked(from))]),
    ['examsite.pub', `${options.publicKey}\n`],
    ['settings.txt', windowsText(settings(options, zip))],
    ...(zip ? [['openssh.zip', zip] as const] : []),
  ]);
  attempt(folder, () => {
    mkdirSync(folder, { recursive: true });
    for (const [name, content] of files) writeFileSync(path.join(folder, name), content);
  });
  return [...files.keys()];
}

/** The script in one piece: its files joined in the order of their names. */
export function script(): string {
  const parts = readdirSync(path.join(templates, 'script')).toSorted();
  return parts.map((name) => template(path.join('script', name))).join('\n');
}

/** Notepad of Windows 7 needs the line ends, and takes UTF-8 for what it is only with a mark. cmd.exe and sshd want none. */
const windowsText = (text: string): string => text.replaceAll('\n', '\r\n');
const marked = (name: string): string => (name.startsWith('readme.') ? `\uFEFF${template(name)}` : template(name));

function settings({ user, port, createAccount }: KitOptions, zip: Uint8Array | undefined): string {
  const sha256 = zip && createHash('sha256').update(zip).digest('hex');
  const pairs = { user, port, createAccount: createAccount ? 'yes' : 'no', opensshSha256: sha256 ?? '' };
  return Object.entries(pairs)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

/** All that the script starts out of the archive. */
const needed = ['sshd.exe', 'install-sshd.ps1', 'uninstall-sshd.ps1', 'sshd_config_default'];

function opensshFrom(file: string): Uint8Array {
  const bytes = attempt(file, () => readFileSync(file));
  const names = namesIn(bytes);
  const missing = needed.filter((name) => !names.includes(name));
  if (missing.length === 0) return bytes;
  const got = names.length === 0 ? 'no zip archive' : `an archive without ${missing.join(', ')}`;
  throw fault('PRE002', file, openssh, got, takeOpenssh);
}

/** File names without their folders; none for what is not an archive. */
function namesIn(bytes: Uint8Array): string[] {
  const names: string[] = [];
  try {
    // Nothing is unpacked: the filter sees every name and wants none.
    unzipSync(bytes, {
      filter: ({ name }) => {
        names.push(path.posix.basename(name.replaceAll('\\', '/')));
        return false;
      },
    });
  } catch {
    return [];
  }
  return names;
}

function attempt<T>(where: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    throw fault('PRE003', where, readable, String(error.code), otherPlace);
  }
}

/** What Windows allows for a local account. */
const accountName = /^[^\s"/\\[\]:;|=,+*?<>@]{1,20}$/;

const anAccount: Text = { zh: 'Windows 本地账户名（最多 20 个字符）', en: 'the name of a local Windows account' };
const anotherName: Text = { zh: '请改用其他名称', en: 'write at most 20 characters, none of "/\\[]:;|=,+*?<>@' };
const openssh: Text = { zh: 'OpenSSH for Windows 压缩包', en: 'an archive of OpenSSH for Windows' };
const takeOpenssh: Text = {
  zh: '请使用 PowerShell/Win32-OpenSSH 发布的 OpenSSH-Win64.zip',
  en: 'take OpenSSH-Win64.zip as the project PowerShell/Win32-OpenSSH publishes it',
};
const readable: Text = { zh: '可读写的文件或文件夹', en: 'a file or folder that can be used' };
const otherPlace: Text = { zh: '请检查路径和权限', en: 'look at the path and its permissions' };

function fault(code: string, where: string, expected: Text, got: string, fix: Text): UserError {
  return new UserError([{ where, expected, got, fix, code }]);
}
