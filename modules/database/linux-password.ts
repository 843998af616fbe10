/**
 * Sets the password of root on a Linux PC, whatever it is now, and gives the former one back. The way in is root's own: MariaDB's socket, and
 * Redis' file of settings. MariaDB is given the hash only, and Redis' script gets the password on standard input: no command line, no job's step
 * and no file beside redis.conf ever has it, and redis.conf is for nobody but the server to read.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { CallError } from '../../src/core/errors.ts';
import type { Host } from '../../src/core/host.ts';
import type { Id } from './linux-schema.ts';

export const redisScript = readFileSync(path.join(import.meta.dirname, 'redis-password.py'), 'ascii');
/** The agent's own. */
const python = '/usr/bin/python3';
const client = '/usr/bin/mariadb';
const setSec = 60;
/** What root's login was, in an account that nobody can log in to: a hash of the school's own stays where hashes are. */
const stash = "'examsite-before'@'localhost'";
const root = "'root'@'localhost'";

/** @param password empty: none is to be asked for. @param unit of systemd */
export async function setPassword(host: Host, id: Id, unit: string, password: string): Promise<void> {
  if (id === 'redis') return redisPassword(host, unit, password, false);
  await keepFormer(host);
  await statements(host, [loginStatement(password)]);
}

/** Nothing to give back is no error: a server that has come since has nothing of ours. */
export async function givePasswordBack(host: Host, id: Id, unit: string): Promise<void> {
  if (id === 'redis') return redisPassword(host, unit, '', true);
  const former = await authentication(host, stash);
  if (former === undefined) return;
  await statements(host, [`ALTER USER ${root} ${former};`, `DROP USER ${stash};`]);
}

/** What mysql_native_password keeps of a password: `*` and SHA-1 of SHA-1, in hex; nothing for none. */
export const nativeHash = (password: string): string =>
  password === ''
    ? ''
    : `*${createHash('sha1').update(createHash('sha1').update(password).digest()).digest('hex').toUpperCase()}`;

/** Root of the PC keeps its way in by the socket; the exam's drivers come over TCP. */
export const loginStatement = (password: string): string =>
  `ALTER USER ${root} IDENTIFIED VIA unix_socket OR mysql_native_password USING '${nativeHash(password)}';`;

/** Only the first time: what comes later is our own. */
async function keepFormer(host: Host): Promise<void> {
  if ((await authentication(host, stash)) !== undefined) return;
  const former = await authentication(host, root);
  if (former !== undefined) await statements(host, [`CREATE USER ${stash} ${former} ACCOUNT LOCK;`]);
}

/** `IDENTIFIED VIA …` of an account; undefined: there is no such account. */
async function authentication(host: Host, account: string): Promise<string | undefined> {
  const { exitCode, stdout, stderr } = await host.call('process.run', {
    ...{ exe: client, args: ['--protocol=socket', '--batch', '--raw', '--skip-column-names'] },
    ...{ stdin: `SHOW CREATE USER ${account};\n`, timeoutSec: setSec, readOnly: true },
  });
  if (exitCode === 0) return authenticationOf(stdout);
  // ER_PASSWORD_NO_MATCH: no such account
  if (/ERROR (?:1133|1141|1269)\b/.test(stderr)) return undefined;
  throw refused(stderr);
}

/** What SHOW CREATE USER says of how an account logs in: the rest of the line up to what else it may say. */
export const authenticationOf = (shown: string): string | undefined =>
  / (IDENTIFIED .+?)(?: REQUIRE | WITH MAX_| ACCOUNT | PASSWORD EXPIRE|$)/m.exec(shown)?.[1];

async function statements(host: Host, lines: readonly string[]): Promise<void> {
  const args = ['--protocol=socket', '--batch'];
  // A log of changes would carry them to nobody.
  const stdin = ['SET SESSION sql_log_bin = 0;', ...lines, ''].join('\n');
  const { exitCode, stderr } = await host.call('process.run', { exe: client, args, stdin, timeoutSec: setSec });
  if (exitCode !== 0) throw refused(stderr);
}

/** Without the statement, which has a hash in it. */
const refused = (stderr: string): CallError =>
  new CallError('MariaDB', {
    code: 'failed',
    message: (stderr.trim().split('\n')[0] ?? '').replaceAll(/'\*[0-9A-F]{40}'/g, "'***'"),
  });

async function redisPassword(host: Host, unit: string, password: string, undo: boolean): Promise<void> {
  const asked = { ...(await redisOf(host, unit)), password: password === '' ? null : password, undo };
  const run = { exe: python, args: ['-I', '-B', '-c', redisScript], stdin: JSON.stringify(asked), timeoutSec: setSec };
  const { exitCode, stderr } = await host.call('process.run', run);
  if (exitCode !== 0) {
    const last = stderr.trim().split('\n').at(-1) ?? '';
    throw new CallError('Redis', { code: 'failed', message: `its settings cannot be written: ${last}` });
  }
  await host.call('service.write', { name: unit, status: 'Stopped' });
  await host.call('service.write', { name: unit, status: 'Running' });
}

/** Its file of settings is the first argument (redis.conf of every distribution's unit). */
async function redisOf(host: Host, unit: string): Promise<{ config: string; user: string }> {
  const { stdout } = await host.call('process.run', {
    ...{ exe: '/usr/bin/systemctl', args: ['show', '--property=ExecStart,User', '--', unit] },
    ...{ timeoutSec: setSec, readOnly: true },
  });
  const config = /argv\[\]=\S+ (\/\S+)/.exec(stdout)?.[1];
  if (config === undefined) {
    throw new CallError('Redis', { code: 'not-found', message: `${unit} names no file of settings` });
  }
  return { config, user: /^User=(.*)$/m.exec(stdout)?.[1] ?? '' };
}
