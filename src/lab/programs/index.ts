/** The program models, by the name that an executable's content gives (`{ "program": "msiexec" }`). */
import type { Servers } from '../pc/listeners.ts';
import type { Program } from '../pc/machine.ts';
import type { Software } from '../pc/pc.ts';
import { installer } from './burn.ts';
import { chrome, chromeSetup } from './chrome.ts';
import { chromedriver } from './chromedriver.ts';
import { mongod, mongoServer } from './databases/mongod.ts';
import { mysqld, mysqlServer } from './databases/mysqld.ts';
import { redisServer, redisServerModel } from './databases/redis-server.ts';
import { dfc } from './dfc.ts';
import { icacls } from './icacls.ts';
import { msiexec } from './msiexec.ts';
import { powershell } from './powershell.ts';
import { pipLauncher, python } from './python/python.ts';
import { sc } from './sc.ts';
import { inno, innoUninstaller, nsis, nsisUninstaller } from './standalone.ts';
import { uwfmgr } from './uwf.ts';
import { webdriverSession } from './webdriver.ts';
import { where } from './where.ts';
import { sevenZip, window } from './windows.ts';

export const programs: Readonly<Record<string, Program>> = {
  '7z': sevenZip,
  chrome,
  'chrome-setup': chromeSetup,
  chromedriver,
  dfc,
  icacls,
  inno,
  'inno-uninstaller': innoUninstaller,
  installer,
  mongod,
  msiexec,
  mysqld,
  nsis,
  'nsis-uninstaller': nsisUninstaller,
  pip: pipLauncher,
  powershell,
  python,
  'redis-server': redisServer,
  sc,
  uwfmgr,
  where,
  window,
};

/** What listens when it runs as a service. */
export const servers: Servers = { mysqld: mysqlServer, mongod: mongoServer, 'redis-server': redisServerModel };

/** What runs on a simulated PC: `createMachine({ name, software })`. */
export const software: Software = { programs, servers, webdriver: webdriverSession };
