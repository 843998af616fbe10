/** A command on this machine. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readable } from '../hosts/lines.ts';
import type { Ended, Job } from './run.ts';

const hasGroups = process.platform !== 'win32';
const shell: readonly string[] = process.platform === 'win32' ? ['cmd', '/C'] : ['/bin/sh', '-c'];

export class LocalRunner {
  readonly #running = new Set<ChildProcess>();

  /**
   * @param interpreter program and arguments that the command is the last argument of. @default the system's shell
   * @param folder @default the program's
   */
  run(job: Job, interpreter: readonly string[] | undefined, folder: string | undefined): Promise<Ended> {
    const [program = '', ...args] = interpreter !== undefined && interpreter.length > 0 ? interpreter : shell;
    const child = spawn(program, [...args, job.command], {
      cwd: folder ?? process.cwd(),
      env: { ...process.env, ...job.environment, ...job.previous },
      stdio: 'pipe',
      // A group of its own, so that what the shell has started can be stopped with it.
      detached: hasGroups,
    });
    this.#running.add(child);
    // A command that does not read its input may be gone before it was written.
    child.stdin.on('error', () => undefined).end(job.stdin ?? '');
    return ended(child, job, whyNot(program, folder)).finally(() => this.#running.delete(child));
  }

  /** Ctrl-C, or the engine is gone: nothing is left running that nobody watches. */
  stop(): void {
    for (const child of this.#running) stop(child);
  }
}

function stop(child: ChildProcess): void {
  if (!hasGroups || child.pid === undefined) child.kill();
  else process.kill(-child.pid);
}

function ended(child: ChildProcess, job: Job, whyNot: (error: Error) => string): Promise<Ended> {
  const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
  child.stdout?.on('data', (chunk: Buffer) => {
    stdout.push(chunk);
    job.onStdout(chunk);
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr.push(chunk);
    job.onStderr(chunk);
  });
  return new Promise((resolve) => {
    const end = (failure: string | undefined): void =>
      resolve({ failure, stdout: readable(Buffer.concat(stdout)), stderr: readable(Buffer.concat(stderr)) });
    child.on('error', (error) => end(whyNot(error)));
    child.on('close', (code, signal) => end(failureOf(code, signal)));
  });
}

/** The system says ENOENT of a missing program and of a missing folder alike. */
const whyNot =
  (program: string, folder: string | undefined) =>
  (error: Error): string =>
    folder !== undefined && !existsSync(folder)
      ? `dir: expected a folder, got ${folder}, which does not exist`
      : `interpreter: cannot start ${program} (${'code' in error ? String(error.code) : error.message})`;

/** In the official plugin's words. */
function failureOf(code: number | null, signal: NodeJS.Signals | null): string | undefined {
  if (signal !== null) return `signal: ${signal}`;
  return code === 0 ? undefined : `exit status ${code ?? 'unknown'}`;
}
