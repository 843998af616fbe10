/**
 * Sets the password of root, whatever it is now. Not in a job: its steps lie on the PC's disk until it ends. Each server has its own way in
 * for whoever may write its files, so a password that somebody has changed is no obstacle.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CallError } from '../../../src/core/errors.ts';
import type { Host } from '../../../src/core/host.ts';
import type { DatabaseDesired } from '../schema.ts';
import { servers, type ServerId } from '../servers.ts';
import * as at from './places.ts';
import { mongoConf, mysqlIni, redisConf } from './steps.ts';

const createUser = readFileSync(path.join(import.meta.dirname, 'create-user.py'), 'ascii');
const startMs = 60_000;

/** @param password empty: none is to be set. @param service as the server is registered */
export async function setPassword(
  host: Host,
  id: ServerId,
  version: string,
  service: string,
  password: string,
  desired: DatabaseDesired,
): Promise<void> {
  const ways = { mysql: mysqlPassword, redis: redisPassword, mongodb: mongoPassword };
  await ways[id](host, service, version, password, desired);
}

const write = (host: Host, file: string, lines: readonly string[]): Promise<unknown> =>
  host.call('file.write', {
    path: file,
    base64: Buffer.from(lines.map((line) => `${line}\r\n`).join('')).toString('base64'),
  });

/** Waits until it answers: what it does at its start is done by then. */
async function restart(host: Host, id: ServerId, service: string): Promise<void> {
  await host.call('service.write', { name: service, status: 'Stopped' });
  await host.call('service.write', { name: service, status: 'Running' });
  const { port, ask, understand } = servers[id];
  const talk = {
    protocol: 'tcp',
    address: '127.0.0.1',
    port,
    send: ask.toString('base64'),
    receiveBytes: 4096,
    timeoutMs: 2000,
  } as const;
  const deadline = Date.now() + startMs;
  for (;;) {
    const { results } = await host.call('net.exchange', { exchanges: [talk] });
    const [result] = results;
    if (result?.outcome === 'answered' && understand(Buffer.from(result.received, 'base64')).version !== null) return;
    if (Date.now() > deadline)
      throw new CallError(service, { code: 'timeout', message: `does not answer ${startMs / 1000} s after its start` });
    await sleep(200);
  }
}

/** MySQL runs a file of statements at its start, as root; the file is gone as soon as it has. */
async function mysqlPassword(host: Host, service: string, version: string, password: string): Promise<void> {
  const quoted = password.replaceAll('\\', '\\\\').replaceAll("'", "\\'");
  try {
    await write(host, at.initFile, [
      `ALTER USER 'root'@'localhost' IDENTIFIED WITH mysql_native_password BY '${quoted}';`,
    ]);
    await write(host, at.mysqlIni, mysqlIni(version, at.initFile));
    await restart(host, 'mysql', service);
  } finally {
    await write(host, at.mysqlIni, mysqlIni(version));
    await host.call('file.delete', { path: at.initFile });
  }
}

/** Redis has no other place for it than its own configuration. */
async function redisPassword(host: Host, service: string, _version: string, password: string): Promise<void> {
  await write(host, at.redisConf, redisConf(password === '' ? undefined : password));
  await restart(host, 'redis', service);
}

/** Without authorisation anybody on the PC may make the user; with it nobody else may. */
async function mongoPassword(
  host: Host,
  service: string,
  _version: string,
  password: string,
  { interpreters }: DatabaseDesired,
): Promise<void> {
  await write(host, at.mongoConf, mongoConf(false));
  await restart(host, 'mongodb', service);
  if (password === '') return;
  const stdin = JSON.stringify({ port: servers.mongodb.port, password });
  await withPython(host, interpreters, stdin);
  await write(host, at.mongoConf, mongoConf(true));
  await restart(host, 'mongodb', service);
}

async function withPython(host: Host, interpreters: readonly string[], stdin: string): Promise<void> {
  for (const [index, exe] of interpreters.entries()) {
    try {
      const args = ['-I', '-B', '-c', createUser];
      const { exitCode, stderr } = await host.call('process.run', { exe, args, stdin, timeoutSec: 60 });
      if (exitCode === 0) return;
      const last = stderr.trim().split(/\r?\n/).at(-1) ?? '';
      throw new CallError('MongoDB user', { code: 'failed', message: `exit code ${exitCode >>> 0}: ${last}` });
    } catch (error) {
      const next = index < interpreters.length - 1;
      if (!(next && error instanceof CallError && error.code === 'not-found')) throw error;
    }
  }
}
