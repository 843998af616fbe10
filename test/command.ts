/** `examsite …` as a process: started as a shell starts it, in a process group of its own, so that a test can interrupt or kill it. */
import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import type { z } from 'zod';
import { packageRoot } from '../src/core/home.ts';

export interface Ended {
  /** Null: ended by a signal. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

/** A command that hangs fails its test with what it has said so far, and not by the test's own time-out, which would lose that. */
const longestMs = 480_000;

export class Command {
  readonly ended: Promise<Ended>;
  readonly #child: ChildProcess;
  readonly #began = Date.now();
  #stdout = '';
  #stderr = '';

  /** @param home of the site */
  constructor(script: string, words: readonly string[], home: string) {
    this.#child = spawn(process.execPath, [path.join(packageRoot, script), ...words], {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, EXAMSITE_HOME: home },
    });
    this.#child.stdout?.on('data', (data: Buffer) => (this.#stdout += data.toString('utf8')));
    this.#child.stderr?.on('data', (data: Buffer) => (this.#stderr += data.toString('utf8')));
    const late = setTimeout(() => this.kill('SIGKILL', 'group'), longestMs);
    this.ended = new Promise((resolve, reject) => {
      this.#child.once('error', reject);
      this.#child.once('close', (code, signal) => {
        clearTimeout(late);
        const seconds = (Date.now() - this.#began) / 1000;
        resolve({ code, signal, stdout: this.#stdout, stderr: this.#stderr, seconds });
      });
    });
  }

  get isOver(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** @param whom `alone`: this process and none of its children; `group`: all that it has started, as Ctrl-C in a terminal reaches them */
  kill(signal: NodeJS.Signals, whom: 'alone' | 'group'): void {
    const { pid } = this.#child;
    if (pid === undefined) return;
    try {
      process.kill(whom === 'group' ? -pid : pid, signal);
    } catch (error) {
      // The last one of the group has ended by itself.
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
    }
  }
}

/** The one JSON value on a command's stdout. @throws Error with all that it said when there is none */
export function resultOf<T>(ended: Ended, shape: z.ZodType<T>): T {
  try {
    return shape.parse(JSON.parse(ended.stdout));
  } catch (error) {
    throw new Error(`expected a JSON result, got exit ${String(ended.code)}\n${said(ended)}`, { cause: error });
  }
}

export const said = ({ stdout, stderr }: Ended): string => `${stdout}\n${stderr}`;
