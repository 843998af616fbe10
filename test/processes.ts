/** What of a site is still running, whoever its parent is by now. Linux only: it reads /proc. */
import { readdir, readFile, readlink } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Running {
  readonly pid: number;
  /** Arguments, separated by spaces. */
  readonly commandLine: string;
  /** `NAME=value` */
  readonly environment: readonly string[];
}

/** Every process that works for the site in this folder: `EXAMSITE_HOME` is handed down to engine, language host and plugins. */
export async function processesOf(home: string): Promise<Running[]> {
  const names = await readdir('/proc');
  const all = await Promise.all(
    names
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .map(read),
  );
  return all.filter((one) => one !== undefined).filter((one) => one.environment.includes(`EXAMSITE_HOME=${home}`));
}

/** A process may end while it is looked at; a kernel thread and a zombie have no program. */
async function read(pid: number): Promise<Running | undefined> {
  try {
    const [commandLine, environment] = await Promise.all([
      readFile(`/proc/${pid}/cmdline`, 'utf8'),
      readFile(`/proc/${pid}/environ`, 'utf8'),
      readlink(`/proc/${pid}/exe`),
    ]);
    return { pid, commandLine: commandLine.split('\0').join(' ').trim(), environment: environment.split('\0') };
  } catch {
    return undefined;
  }
}

/** @returns what is left when the time is over, empty as soon as nothing is */
export async function leftOver(home: string, withinMs: number): Promise<Running[]> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const left = await processesOf(home);
    if (left.length === 0 || Date.now() > deadline) return left;
    await sleep(100);
  }
}
