/** What tests of real servers have in common. */
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { openTcp } from '../../src/hosts/tcp.ts';

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

export async function listening(port: number): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    const socket = await openTcp({ address: '127.0.0.1', port }, 500).catch(() => undefined);
    socket?.destroy();
    if (socket !== undefined) return;
    await sleep(100);
  }
  throw new Error(`nobody listens at port ${port}`);
}

/** Programs that a test has started, and ends. */
export class Running {
  readonly #all: ChildProcess[] = [];

  start(program: string, args: readonly string[], cwd: string): ChildProcess {
    const child = spawn(program, args, { stdio: 'ignore', cwd });
    this.#all.push(child);
    return child;
  }

  /** @param children all of them when none is named */
  async end(...children: readonly ChildProcess[]): Promise<void> {
    const mine = children.length === 0 ? this.#all : children;
    const alive = mine.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null);
    const gone = alive.map((child) => once(child, 'exit'));
    for (const child of alive) child.kill('SIGKILL');
    await Promise.all(gone);
  }
}
