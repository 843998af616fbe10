/** Hosts on one machine: network namespaces that a test makes itself, wired with veth pairs, and taken down with everything that runs in them. */
import { execFile, execFileSync, spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** `es<process>x<random>-<name>`: a test that was killed leaves its namespaces, and the next one finds them by their process being gone. */
const ours = /^es(\d+)x[0-9a-f]{4}-/;

export class Namespaces {
  readonly #prefix = `es${process.pid}x${randomBytes(2).toString('hex')}-`;
  readonly #names: string[] = [];
  readonly #children = new Set<ChildProcess>();
  #links = 0;

  constructor() {
    for (const name of listed()) {
      const pid = ours.exec(name)?.[1];
      if (pid !== undefined && !existsSync(`/proc/${pid}`)) remove(name);
    }
  }

  /** @returns its name for `ip netns exec`. */
  add(name: string): string {
    const full = this.#prefix + name;
    ip('netns', 'add', full);
    this.#names.push(full);
    ip('-n', full, 'link', 'set', 'lo', 'up');
    return full;
  }

  /** A cable between two namespaces. An address makes its end a host's; without one it is a switch's port. */
  link(a: End, b: End): void {
    const id = `${process.pid.toString(36)}${(this.#links += 1).toString(36)}`;
    const [left, right] = [`ea${id}`, `eb${id}`];
    ip('link', 'add', left, 'type', 'veth', 'peer', 'name', right);
    for (const [device, { namespace, name, address }] of [
      [left, a],
      [right, b],
    ] as const) {
      ip('link', 'set', device, 'netns', namespace, 'name', name);
      if (address !== undefined) ip('-n', namespace, 'addr', 'add', address, 'dev', name);
      ip('-n', namespace, 'link', 'set', name, 'up');
    }
  }

  /** @returns what it printed. @throws when it fails */
  run(namespace: string, command: string, ...args: string[]): string {
    return execFileSync('ip', ['netns', 'exec', namespace, command, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  /** The same, without waiting in place. */
  async exec(namespace: string, command: string, ...args: string[]): Promise<string> {
    return (await execute('ip', ['netns', 'exec', namespace, command, ...args])).stdout;
  }

  start(namespace: string, command: string, args: readonly string[], options: SpawnOptions = {}): ChildProcess {
    const child = spawn('ip', ['netns', 'exec', namespace, command, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      ...options,
    });
    this.#children.add(child);
    child.once('exit', () => this.#children.delete(child));
    return child;
  }

  async close(): Promise<void> {
    const running = [...this.#children];
    const ended = running.map(async (child) => {
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    });
    for (const child of running) child.kill('SIGKILL');
    await Promise.all(ended);
    for (const name of this.#names) remove(name);
    this.#names.length = 0;
  }
}

export interface End {
  readonly namespace: string;
  /** Of the interface, in its namespace. */
  readonly name: string;
  /** `10.30.1.1/24` */
  readonly address?: string;
}

const ip = (...args: string[]): string =>
  execFileSync('ip', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

const listed = (): string[] =>
  ip('netns', 'list')
    .split('\n')
    .flatMap((line) => line.split(' ')[0] ?? [])
    .filter((name) => name !== '');

/** What still runs in it goes with it: a namespace lives as long as a process does. */
function remove(name: string): void {
  for (const pid of ip('netns', 'pids', name).split('\n')) if (pid !== '') stop(Number(pid));
  ip('netns', 'del', name);
}

function stop(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
