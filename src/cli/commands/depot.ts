/** `examsite depot …`: the files that PCs install, and whether they are what the lock says. */
import path from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import { formatProblem, UserError } from '../../core/errors.ts';
import type { DepotLock } from '../../depot/lock.ts';
import { readLock } from '../../depot/read.ts';
import { serveDepot } from '../../depot/serve.ts';
import { verifyDepot } from '../../depot/verify.ts';
import type { Io } from '../io.ts';
import { fillCommands } from './depot-fill.ts';
import { packCommands } from './depot-pack.ts';

/** @param end resolves when `serve` is to stop */
export function depotCommand(program: Command, io: Io, end: () => Promise<void> = interrupted): void {
  const depot = program
    .command('depot')
    .description('installers and wheels: lock them, fill the depot, serve it to the PCs');
  fillCommands(depot, io);
  packCommands(depot, io);
  depot
    .command('serve')
    .description('serve the files of depot.lock.yaml over HTTP until interrupted')
    .option('--host <address>', 'address to listen at', '0.0.0.0')
    .option('--port <number>', 'port to listen at; 0: any free one', port, 8080)
    .action(async (options: { host: string; port: number }) => serve(io, options, end));
  depot
    .command('verify')
    .description('compare size and SHA-256 of every file with depot.lock.yaml')
    .action(async () => verify(io));
}

function port(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > 65535) throw new InvalidArgumentError('expected a port from 0 to 65535');
  return value;
}

const lockOf = (io: Io): Promise<DepotLock> => readLock(path.join(io.home.inventories, 'depot.lock.yaml'));

async function verify(io: Io): Promise<void> {
  const lock = await lockOf(io);
  const problems = await verifyDepot(io.home.depot, lock);
  if (problems.length > 0) throw new UserError(problems);
  const count = lock.artifacts.length;
  io.print({ zh: `${count} 个文件均与锁定文件一致`, en: `${count} files are as the lock says` }[io.lang]);
  io.result({ files: count });
}

/** A depot with a damaged file still serves the others: a PC takes nothing whose hash is wrong. */
async function serve(io: Io, options: { host: string; port: number }, end: () => Promise<void>): Promise<void> {
  const lock = await lockOf(io);
  for (const problem of await verifyDepot(io.home.depot, lock)) io.note(formatProblem(problem, io.lang));
  const server = await serveDepot({ dir: io.home.depot, lock, ...options });
  const count = lock.artifacts.length;
  io.print(
    {
      zh: `${server.url} 提供 ${count} 个文件，按 Ctrl-C 结束`,
      en: `${server.url} serves ${count} files; Ctrl-C ends it`,
    }[io.lang],
  );
  await end();
  await server.close();
  io.result({ ...server.stats });
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}
