/** Where the servers are that examsite installs: short paths without spaces, because some tools of theirs break on anything else. */
import { onMachine } from '../../../src/core/undo.ts';
import type { ServerId } from '../servers.ts';

export const folders: Readonly<Record<ServerId, string>> = {
  mysql: 'C:\\MySQL',
  mongodb: 'C:\\MongoDB',
  redis: 'C:\\Redis',
};
/** `MySQL80` is what MySQL's own tools call the service of 8.0. */
export const serviceOf = (id: ServerId, version: string): string =>
  id === 'mysql' ? `MySQL${version.split('.').slice(0, 2).join('')}` : id === 'mongodb' ? 'MongoDB' : 'Redis';

export const isOurs = (id: ServerId, path: string | null): boolean =>
  path !== null && path.replaceAll('"', '').toLowerCase().startsWith(`${folders[id].toLowerCase()}\\`);

/** MySQL's zip has a folder of its own in it. */
export const mysqlHome = (version: string): string => `${folders.mysql}\\mysql-${version}-winx64`;
export const mysqlIni = `${folders.mysql}\\my.ini`;
export const mysqlData = `${folders.mysql}\\data`;
/** What a service of ours runs. */
export const programOf = (id: ServerId, version: string): string =>
  ({
    mysql: `${mysqlHome(version)}\\bin\\mysqld.exe`,
    mongodb: `${mongoHome}\\bin\\mongod.exe`,
    redis: `${folders.redis}\\redis-server.exe`,
  })[id];
export const redisConf = `${folders.redis}\\redis.windows-service.conf`;
export const mongoHome = `${folders.mongodb}\\server`;
export const mongoConf = `${mongoHome}\\bin\\mongod.cfg`;
export const mongoData = `${folders.mongodb}\\data`;

export const msiexec = 'C:\\Windows\\System32\\msiexec.exe';
export const sc = 'C:\\Windows\\System32\\sc.exe';
export const staged = (file: string): string => onMachine('windows', 'pkg', file);
/** Holds a password for as long as a server needs to start; the folder is open to administrators only. */
export const initFile = onMachine('windows', 'mysql-init.sql');
