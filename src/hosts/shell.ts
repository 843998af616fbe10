/** Plain commands and file copies, for what is a command and not a state. They travel on the connection that the agent uses too. */
import { stat } from 'node:fs/promises';
import type { SFTPWrapper } from 'ssh2';
import type { NodeSSH } from 'node-ssh';
import { HostError } from '../core/errors.ts';
import { collect, type ExecResult } from './collect.ts';
import type { Session } from './session.ts';
import { reason } from './tcp.ts';
import { within } from './timing.ts';

export type { ExecResult } from './collect.ts';

/** Documented by ssh2, and missing from its types. */
declare module 'ssh2' {
  interface Client {
    sftp(env: Readonly<Record<string, string>>, callback: (error: Error | undefined, sftp: SFTPWrapper) => void): this;
  }
}

export interface ExecOptions {
  readonly stdin?: string | Buffer;
  /** sshd takes only what its AcceptEnv allows, and Windows' sshd takes none; it does not say so. */
  readonly env?: Readonly<Record<string, string>>;
  /** @default 3600 */
  readonly timeoutSec?: number;
  /** Output as it comes. */
  readonly onStdout?: (chunk: Buffer) => void;
  readonly onStderr?: (chunk: Buffer) => void;
}

const usualSec = 3600;
/** ssh2's words for it; it has no code for that. */
const refusedVariable = 'Unable to set environment';

/** What a shell needs of the machine it is a shell of: `SshHost`, or a host that was never enrolled. */
export interface ShellHost {
  readonly name: string;
  session(): Promise<Pick<Session, 'withChannel' | 'withCopies' | 'closed'>>;
}

export class RemoteShell {
  readonly #host: ShellHost;

  constructor(host: ShellHost) {
    this.#host = host;
  }

  get name(): string {
    return this.#host.name;
  }

  /**
   * Runs a command line in the machine's own shell. It is never repeated.
   *
   * @throws HostError; `session-lost` and `request-timeout` have `mayHaveHappened`.
   */
  async exec(command: string, options: ExecOptions = {}): Promise<ExecResult> {
    const session = await this.#host.session();
    return session.withChannel(command, { env: { ...options.env } }, async (stream) => {
      const running = collect(stream, options);
      const ms = (options.timeoutSec ?? usualSec) * 1000;
      if (!(await within(running, ms))) {
        stream.destroy();
        throw this.#lost('request-timeout', `the command did not end within ${ms / 1000} s`);
      }
      const { exitCode, signal, stdout, stderr } = await running;
      if (exitCode === undefined || signal === undefined) return this.#fail('the session ended under the command');
      return { exitCode, signal, stdout, stderr };
    });
  }

  /**
   * Copies a local file, a local folder with all it holds, or bytes to a path on the machine; parent folders are made.
   *
   * @param remotePath the machine's own form: `C:\ProgramData\examsite\agent.ps1`, `/var/lib/examsite/agent.py`.
   * @throws HostError session-lost; the error of the local file.
   */
  async copy(source: string | Buffer, remotePath: string, timeoutSec = usualSec): Promise<void> {
    const isFolder = typeof source === 'string' && (await stat(source)).isDirectory();
    const session = await this.#host.session();
    const target = sftpPath(remotePath);
    const copying = session.withCopies(async (ssh) => {
      if (typeof source !== 'string') await putBytes(ssh, source, target);
      else if (!isFolder) await ssh.putFile(source, target);
      else await putFolder(ssh, source, target);
    });
    const done = copying.catch((error: unknown) => this.#fail(`${remotePath}: ${reason(error)}`));
    if (
      await within(
        Promise.race([done, session.closed.then(() => this.#fail('the session ended under the copy'))]),
        timeoutSec * 1000,
      )
    )
      return;
    throw this.#lost('request-timeout', `${remotePath} was not copied within ${timeoutSec} s`);
  }

  /**
   * Runs `use` with the machine's files; its paths are `sftpPath`s.
   *
   * @throws HostError session-lost; what `use` throws.
   */
  async withFiles<T>(use: (sftp: SFTPWrapper) => Promise<T>): Promise<T> {
    const session = await this.#host.session();
    const working = session.withCopies(async (ssh) => {
      const sftp = await ssh.requestSFTP();
      return use(sftp).finally(() => sftp.end());
    });
    return Promise.race([working, session.closed.then(() => this.#fail('the session ended under the copy'))]);
  }

  /**
   * Whether the machine's sshd takes this environment variable. A command's own request for one goes unanswered, so it is asked for on a channel
   * that runs nothing.
   */
  async takesVariable(name: string): Promise<boolean> {
    const session = await this.#host.session();
    return session.withCopies(
      ({ connection }) =>
        new Promise((resolve) => {
          connection?.sftp({ [name]: '' }, (error, sftp) => {
            // The type does not say so, but there is no sftp where there is an error.
            if (error === undefined) sftp.end();
            resolve(error?.message !== refusedVariable);
          });
        }),
    );
  }

  #lost(code: 'session-lost' | 'request-timeout', message: string): HostError {
    return new HostError(this.#host.name, code, message, true);
  }

  #fail(message: string): never {
    throw this.#lost('session-lost', message);
  }
}

async function putBytes(ssh: NodeSSH, bytes: Buffer, target: string): Promise<void> {
  await ssh.withSFTP(async (sftp) => {
    await ssh.mkdir(target.replace(/\/[^/]*$/, '') || '/', 'sftp', sftp);
    await new Promise<void>((resolve, reject) =>
      sftp.writeFile(target, bytes, (error) => (error ? reject(error) : resolve())),
    );
  });
}

async function putFolder(ssh: NodeSSH, source: string, target: string): Promise<void> {
  const failures: string[] = [];
  const tick = (local: string, _remote: string, error: Error | null): void => {
    if (error !== null) failures.push(`${local}: ${error.message}`);
  };
  await ssh.putDirectory(source, target, { recursive: true, concurrency: 4, tick });
  if (failures.length > 0) throw new Error(failures.join('; '));
}

/** Windows' sftp-server takes `/C:/x`; backslashes only from some versions on. */
export const sftpPath = (native: string): string =>
  /^[A-Za-z]:[\\/]/.test(native) ? `/${native.replaceAll('\\', '/')}` : native;
