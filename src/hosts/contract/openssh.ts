/** A real OpenSSH server on 127.0.0.1, started for a test with keys of its own and stopped with it. */
import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';

import { newKeyPair } from '../key-pair.ts';
import { openTcp, type Endpoint } from '../tcp.ts';
import { sleep } from '../timing.ts';

export interface SshdOptions {
  /** An empty folder. */
  readonly folder: string;
  /** Path of sshd: it insists on being started by its full name. */
  readonly sshd: string;
  readonly authorizedKey: string;
  /** What every session finds in its environment. */
  readonly env: Readonly<Record<string, string>>;
  /** @default 127.0.0.1 */
  readonly address?: string;
  /** @default a free one */
  readonly port?: number;
  /** More lines of its configuration. @default a shell that talks before it runs a command, and no sftp */
  readonly settings?: readonly string[];
}

/** @param server process id of an sshd */
export async function dropSessionsOf(server: number): Promise<void> {
  // Each connection is a child of the server, and on most systems has one more below it that holds the socket too.
  const children = childrenOf(server);
  for (const pid of [...children, ...children.flatMap(childrenOf)].filter(isSshd)) kill(pid);
  await sleep(50);
}

/** The one among these processes that others of the same name come from. */
export const sshdAmong = (pids: readonly number[]): number | undefined =>
  pids.filter(isSshd).find((pid) => !isSshd(statOf(pid)?.parent ?? 0));

/** A shell whose profile talks: what it says must not be taken for an answer. */
const talking = [`ForceCommand echo 'welcome, @@ root'; echo '@ not an answer'; eval "$SSH_ORIGINAL_COMMAND"`];

export class Sshd {
  readonly port: number;
  /** `ssh-ed25519 AAAA…` */
  readonly hostKey: string;
  readonly #process: ChildProcess;

  private constructor(port: number, hostKey: string, child: ChildProcess) {
    this.port = port;
    this.hostKey = hostKey;
    this.#process = child;
  }

  static async start(options: SshdOptions): Promise<Sshd> {
    const { folder, sshd, authorizedKey, address = '127.0.0.1' } = options;
    const key = newKeyPair();
    const keyFile = path.join(folder, 'host_key');
    writeFileSync(keyFile, key.private, { mode: 0o600 });
    writeFileSync(path.join(folder, 'authorized_keys'), `${authorizedKey}\n`, { mode: 0o600 });
    const port = options.port ?? (await freePort());
    writeFileSync(path.join(folder, 'sshd_config'), configuration(options, port));
    // Started by root, it wants this folder for the process that talks to strangers; it is empty and belongs to the system.
    if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
    const child = spawn(sshd, ['-D', '-e', '-f', path.join(folder, 'sshd_config')], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (text: Buffer) => (said += text.toString()));
    await listening({ address, port }, () => (child.exitCode === null ? undefined : said));
    return new Sshd(port, key.public.split(' ').slice(0, 2).join(' '), child);
  }

  /** Kills what serves the open sessions, as a cut line or a crash would end them; the server itself goes on. */
  dropSessions(): Promise<void> {
    return dropSessionsOf(Number(this.#process.pid));
  }

  async stop(): Promise<void> {
    await this.dropSessions();
    if (this.#process.exitCode !== null) return;
    this.#process.kill('SIGTERM');
    await once(this.#process, 'exit');
  }
}

const configuration = ({ folder, env, settings = talking, address = '127.0.0.1' }: SshdOptions, port: number): string =>
  [
    `ListenAddress ${address}:${port}`,
    `HostKey ${path.join(folder, 'host_key')}`,
    `AuthorizedKeysFile ${path.join(folder, 'authorized_keys')}`,
    'PidFile none',
    'UsePAM no',
    // The folder is below the system's temporary one, which anybody may write to.
    'StrictModes no',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'PermitRootLogin prohibit-password',
    `SetEnv ${Object.entries(env)
      .map(([name, value]) => `${name}=${value}`)
      .join(' ')}`,
    ...settings,
    '',
  ].join('\n');

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('expected a TCP port');
  return address.port;
}

async function listening(at: Endpoint, ended: () => string | undefined): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const why = ended();
    if (why !== undefined) throw new Error(`sshd ended: ${why}`);
    const socket = await openTcp(at, 500).catch(() => undefined);
    socket?.destroy();
    if (socket !== undefined) return;
    await sleep(50);
  }
  throw new Error(`sshd does not listen at ${at.address}:${at.port}`);
}

function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => statOf(pid)?.parent === parent);
}

/** The agent itself is not to be killed: what becomes of it when its line is cut is for the agent to show. */
const isSshd = (pid: number): boolean => statOf(pid)?.name.startsWith('sshd') ?? false;

function statOf(pid: number): { name: string; parent: number } | undefined {
  try {
    const [, name = '', rest = ''] = /^\d+ \((.*)\) (.*)$/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
    return { name, parent: Number(rest.split(' ')[1]) };
  } catch {
    return undefined;
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It was faster.
  }
}

/** Process ids whose command line holds this text. */
export function processesWith(text: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(text);
      } catch {
        return false;
      }
    })
    .map(Number);
}

export const currentUser = (): string => execFileSync('id', ['-un'], { encoding: 'utf8' }).trim();
