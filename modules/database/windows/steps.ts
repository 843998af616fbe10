/** How each server is installed and taken off, as steps of a detached job. No step holds a password: what a job is told lies on the PC's disk. */
import type { Artifact, DepotView } from '../../../src/core/host.ts';
import type { Call } from '../../../src/core/primitives.ts';
import { step } from '../../job.ts';
import type { ServerId } from '../servers.ts';
import * as at from './places.ts';

const installSec = 900;
/** Windows Installer: done, and done with a restart wanted. */
const installed = [0, 1641, 3010] as const;

/** @param hasData MySQL's data folder is initialised already, by an installation that was interrupted or taken off before */
export function installSteps(id: ServerId, version: string, depot: DepotView, hasData: boolean): Call[] {
  const artifact = depot.artifact(id, version);
  const fetched = step('download', { files: [{ ...artifact, path: at.staged(artifact.file) }] });
  const how = { mysql: mysqlSteps, mongodb: mongoSteps, redis: redisSteps }[id];
  return [fetched, ...how(version, artifact, hasData), step('file.delete', { path: at.staged(artifact.file) })];
}

export function removeSteps(
  id: ServerId,
  service: string,
  version: string,
  depot: DepotView,
  keepData: boolean,
): Call[] {
  const stop = step('service.write', { name: service, status: 'Stopped' });
  const take = { mysql: serviceRemoval, mongodb: mongoRemoval, redis: serviceRemoval }[id];
  return [stop, ...take(service, version, depot), ...leftSteps(id, version, keepData)];
}

/** Files of ours, with the data or without. */
export function leftSteps(id: ServerId, version: string, keepData: boolean): Call[] {
  const programs = {
    mysql: [at.mysqlHome(version), at.mysqlIni],
    mongodb: [at.mongoHome],
    redis: [`${at.folders.redis}\\redis-server.exe`, at.redisConf],
  }[id];
  return (keepData ? programs : [at.folders[id]]).map((path) => step('file.delete', { path }));
}

/**
 * By Windows, and not by the server's own `--remove`: that does not start where the VC++ runtime has gone before it, or the program is damaged.
 * 1060: there is no such service any more.
 */
const serviceRemoval = (service: string): Call[] => [run(at.sc, ['delete', service], [0, 1060])];

const run = (exe: string, args: readonly string[], expectExit: readonly number[] = [0]): Call =>
  step('process.run', { exe, args, timeoutSec: installSec, expectExit });
const file = (path: string, lines: readonly string[]): Call =>
  step('file.write', { path, base64: Buffer.from(lines.map((line) => `${line}\r\n`).join('')).toString('base64') });
const start = (name: string): Call => step('service.write', { name, startType: 'Automatic', status: 'Running' });

/** `--install` takes the service's name right behind it, and everything else after that (windows-facts 7). */
function mysqlSteps(version: string, { file: name }: Artifact, hasData: boolean): Call[] {
  const mysqld = `${at.mysqlHome(version)}\\bin\\mysqld.exe`;
  const defaults = `--defaults-file=${at.mysqlIni}`;
  const service = at.serviceOf('mysql', version);
  return [
    step('archive.extract', { path: at.staged(name), to: at.folders.mysql }),
    file(at.mysqlIni, mysqlIni(version)),
    ...(hasData ? [] : [run(mysqld, [defaults, '--initialize-insecure', '--console'])]),
    run(mysqld, ['--install', service, defaults]),
    start(service),
  ];
}

/** @param initFile statements that the server runs at its next start */
export function mysqlIni(version: string, initFile?: string): string[] {
  const slashes = (path: string): string => path.replaceAll('\\', '/');
  return [
    '[mysqld]',
    `basedir=${slashes(at.mysqlHome(version))}`,
    `datadir=${slashes(at.mysqlData)}`,
    'bind-address=127.0.0.1',
    'port=3306',
    'character-set-server=utf8mb4',
    // PyMySQL and mysqlclient of the handbook's age; the newer plug-in wants TLS or a key exchange of them.
    'default_authentication_plugin=mysql_native_password',
    ...(initFile === undefined ? [] : [`init-file=${slashes(initFile)}`]),
  ];
}

/** `--service-install` must be the first argument (tporadowski/redis, Windows Service Documentation). */
function redisSteps(version: string, { file: name }: Artifact): Call[] {
  const service = at.serviceOf('redis', version);
  const args = ['--service-install', at.redisConf, '--loglevel', 'notice', '--service-name', service];
  return [
    step('archive.extract', { path: at.staged(name), to: at.folders.redis }),
    file(at.redisConf, redisConf()),
    run(`${at.folders.redis}\\redis-server.exe`, args),
    start(service),
  ];
}

export const redisConf = (password?: string): string[] => [
  'bind 127.0.0.1',
  'port 6379',
  'protected-mode yes',
  `dir ${at.folders.redis.replaceAll('\\', '/')}`,
  'logfile "redis.log"',
  ...(password === undefined ? [] : [`requirepass ${JSON.stringify(password)}`]),
];

/** Compass is downloaded during the installation, which a room without internet waits for in vain. */
function mongoSteps(version: string, { file: name }: Artifact): Call[] {
  const options = ['ADDLOCAL=ServerService,Client', 'SHOULD_INSTALL_COMPASS=0', `INSTALLLOCATION=${at.mongoHome}`];
  const service = at.serviceOf('mongodb', version);
  return [
    run(at.msiexec, ['/i', at.staged(name), '/qn', '/norestart', ...options], installed),
    step('service.write', { name: service, status: 'Stopped' }),
    // mongod does not make the folder of its data; the installer's own goes with the program.
    file(`${at.mongoData}\\README.txt`, ['Data of the exam PC. Written by MongoDB; this file keeps the folder.']),
    file(at.mongoConf, mongoConf(false)),
    start(service),
  ];
}

export const mongoConf = (authorization: boolean): string[] => [
  'storage:',
  `  dbPath: ${at.mongoData}`,
  'systemLog:',
  '  destination: file',
  '  logAppend: true',
  `  path: ${at.mongoHome}\\log\\mongod.log`,
  'net:',
  '  port: 27017',
  '  bindIp: 127.0.0.1',
  ...(authorization ? ['security:', '  authorization: enabled'] : []),
];

/** Windows Installer wants the very package again; 1605: it knows of no such product any more. */
function mongoRemoval(_service: string, version: string, depot: DepotView): Call[] {
  const artifact = depot.artifact('mongodb', version);
  const staged = at.staged(artifact.file);
  return [
    step('download', { files: [{ ...artifact, path: staged }] }),
    run(at.msiexec, ['/x', staged, '/qn', '/norestart'], [...installed, 1605]),
    step('file.delete', { path: staged }),
  ];
}
