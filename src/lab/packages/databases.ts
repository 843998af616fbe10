/** What the archives and installers of the databases hold (docs: windows-facts 7). */
import { effects, guid, type Installer } from './format.ts';
import { zip } from './zip.ts';

const mebibyte = 1024 * 1024;
const text = (data: string): { type: 'REG_SZ'; data: string } => ({ type: 'REG_SZ', data });

/** The "noinstall" archive: everything in one folder, and no data. */
export function mysqlZip(version: string): Buffer {
  const folder = `mysql-${version}-winx64`;
  return zip({
    [`${folder}/bin/mysqld.exe`]: JSON.stringify({ program: 'mysqld', version }),
    [`${folder}/bin/mysql.exe`]: JSON.stringify({ program: 'window', version }),
    [`${folder}/README`]: `MySQL ${version}\n`,
  });
}

export function redisZip(version: string): Buffer {
  return zip({
    'redis-server.exe': JSON.stringify({ program: 'redis-server', version }),
    'redis-cli.exe': JSON.stringify({ program: 'window', version }),
    'redis.windows-service.conf': 'bind 127.0.0.1\nport 6379\n',
  });
}

/** Registers and configures the service; bound to 127.0.0.1 by its own configuration. */
export function mongoMsi(version: string): Installer {
  const name = `MongoDB ${version} 2008R2Plus SSL (64 bit)`;
  const productCode = guid(name);
  const bin = '[INSTALLLOCATION]\\bin';
  const entry = { DisplayName: text(name), DisplayVersion: text(version), Publisher: text('MongoDB Inc.') };
  const config = 'storage:\n  dbPath: [INSTALLLOCATION]\\data\nnet:\n  port: 27017\n  bindIp: 127.0.0.1\n';
  return {
    kind: 'msi',
    product: name,
    version,
    productCode,
    upgradeCode: guid(`MongoDB ${version.split('.').slice(0, 2).join('.')}`),
    // 4.0 is the last series for Windows 7.
    minimumOs: version.startsWith('4.0.') ? '6.1.7601' : '10.0.0',
    properties: { INSTALLLOCATION: `C:\\Program Files\\MongoDB\\Server\\${version.split('.').slice(0, 2).join('.')}` },
    allUsers: {},
    effects: effects.parse({
      files: [
        { path: `${bin}\\mongod.exe`, size: 30 * mebibyte, version, executable: { program: 'mongod', version } },
        { path: `${bin}\\mongo.exe`, size: 20 * mebibyte, version, executable: { program: 'window', version } },
        { path: `${bin}\\mongod.cfg`, text: config },
        { path: '[INSTALLLOCATION]\\data\\mongod.lock', text: '' },
        { path: '[INSTALLLOCATION]\\log\\mongod.log', text: '' },
      ],
      registry: [
        { key: `HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\${productCode}`, values: entry },
      ],
      services: [
        {
          name: 'MongoDB',
          startType: 'Automatic',
          path: `"${bin}\\mongod.exe" --config "${bin}\\mongod.cfg" --service`,
        },
      ],
      owns: ['[INSTALLLOCATION]'],
    }),
  };
}
