/** What one command on a channel of its own says, and how it ends. */
import type { ClientChannel } from 'ssh2';
import { readable } from './lines.ts';

export interface ExecResult {
  /** All 32 bits of it from Windows (3010 is 3010); null when a signal ended the command. */
  readonly exitCode: number | null;
  /** `SIGTERM`; Windows never gives one. */
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CollectOptions {
  readonly stdin?: string | Buffer | undefined;
  /** Output as it comes. */
  readonly onStdout?: ((chunk: Buffer) => void) | undefined;
  readonly onStderr?: ((chunk: Buffer) => void) | undefined;
}

/** What was said, though the channel closed without saying how the command ended. */
export type Collected = Pick<ExecResult, 'stdout' | 'stderr'> & Partial<Pick<ExecResult, 'exitCode' | 'signal'>>;

export function collect(stream: ClientChannel, { stdin, onStdout, onStderr }: CollectOptions): Promise<Collected> {
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  let exit: Pick<ExecResult, 'exitCode' | 'signal'> | undefined;
  stream.on('data', (chunk: Buffer) => {
    stdout.push(chunk);
    onStdout?.(chunk);
  });
  stream.stderr.on('data', (chunk: Buffer) => {
    stderr.push(chunk);
    onStderr?.(chunk);
  });
  stream.on('exit', (exitCode: number | null, signal?: string) => (exit = { exitCode, signal: signal ?? null }));
  // An input that stays open keeps Windows 7 waiting for Enter (Win32-OpenSSH#780), so it always ends.
  stream.end(stdin);
  return new Promise((resolve) => {
    stream
      .on('error', () => undefined)
      .on('close', () => {
        resolve({ ...exit, stdout: readable(Buffer.concat(stdout)), stderr: readable(Buffer.concat(stderr)) });
      });
  });
}
