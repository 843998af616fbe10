/** mysqld.exe: initialise, register, serve (windows-facts 7; packet layout: MySQL internals, HandshakeV10). */
import { Refusal } from '../../pc/fault.ts';
import type { Listener, ServerModel, Serving } from '../../pc/listeners.ts';
import type { Machine, Program } from '../../pc/machine.ts';
import { exit, lines } from '../exit.ts';
import { compareVersions } from '../versions.ts';
import { hashed, readAccounts, windowsPath, write, writeAccount } from './accounts.ts';

const mebibyte = 1024 * 1024;
/** STATUS_DLL_NOT_FOUND and _ENTRYPOINT_NOT_FOUND: mysqld needs the VC++ runtime of 2019. */
const dllNotFound = 0xc0000135;
const entryNotFound = 0xc0000139;
const runtime = ['msvcp140.dll', 'vcruntime140.dll'].map((name) => `C:\\Windows\\System32\\${name}`);

/** @returns what the loader ends it with; undefined: it starts */
function loaderFault(machine: Machine): number | undefined {
  const found = runtime.map((path) => machine.files.read(path));
  if (found.includes(undefined)) return dllNotFound;
  const old = found.some((file) => file?.version !== undefined && compareVersions(file.version, '14.20') < 0);
  return old ? entryNotFound : undefined;
}

type Options = ReadonlyMap<string, string>;

/** `[mysqld]` of an option file; undefined where there is none. */
function optionsOf(machine: Machine, file: string | undefined): Options | undefined {
  const text = file === undefined ? undefined : machine.files.read(file)?.content.toString('utf8');
  if (text === undefined) return undefined;
  const pairs = text.split(/\r?\n/).flatMap((line) => {
    const { key, value } = /^(?<key>[a-z_-]+)\s*=\s*(?<value>.*)$/.exec(line.trim())?.groups ?? {};
    return key === undefined ? [] : [[key.replaceAll('_', '-'), (value ?? '').trim()] as const];
  });
  return new Map(pairs);
}

const defaultsFile = (args: string): string | undefined => {
  const found = /--defaults-file=(?:"([^"]+)"|(\S+))/.exec(args);
  return found === null ? undefined : windowsPath(found[1] ?? found[2] ?? '');
};
const dataOf = (options: Options): string => windowsPath(options.get('datadir') ?? 'C:\\none');
const usersOf = (options: Options): string => `${dataOf(options)}\\mysql\\user.ibd`;

export const mysqld: Program = ({ machine, exe, facts, args }) => {
  const fault = loaderFault(machine);
  if (fault !== undefined) return Promise.resolve(exit(fault));
  const version = String(facts['version']);
  const [first = '', name = ''] = args;
  const options = optionsOf(machine, defaultsFile(args.join(' ')));
  if (first === '--version')
    return Promise.resolve(exit(0, lines(`${exe}  Ver ${version} for Win64 on x86_64 (MySQL Community Server - GPL)`)));
  if (first === '--install') return Promise.resolve(install(machine, exe, name, args.slice(2)));
  if (first === '--remove') return Promise.resolve(remove(machine, name));
  // Anything else starts a server, which ends at once here: nobody stands at a console.
  const initialise = args.includes('--initialize-insecure');
  // --defaults-file counts only as the first option.
  if (!initialise || options === undefined || !first.startsWith('--defaults-file='))
    return Promise.resolve(exit(1, '', lines('[ERROR] [MY-010119] [Server] Aborting')));
  return Promise.resolve(initialiseData(machine, options));
};

function initialiseData(machine: Machine, options: Options) {
  const data = dataOf(options);
  if (machine.files.isDirectory(data) && machine.files.list(data).length > 0) {
    return exit(
      1,
      '',
      lines('[ERROR] [MY-010457] [Server] --initialize specified but the data directory has files in it. Aborting.'),
    );
  }
  write(machine, `${data}\\ibdata1`, 'ibdata', 12 * mebibyte);
  for (const name of ['performance_schema\\accounts.sdi', 'sys\\sys_config.ibd'])
    write(machine, `${data}\\${name}`, name);
  writeAccount(machine, usersOf(options), 'root', '');
  return exit(0);
}

function install(machine: Machine, exe: string, name: string, rest: readonly string[]) {
  if (name === '' || name.startsWith('-')) return exit(1, '', lines('[ERROR] service name expected after --install'));
  if (machine.services.read(name).exists) return exit(1, lines('The service already exists!'));
  machine.services.register(name, { startType: 'Automatic', path: `"${exe}" ${rest.join(' ')} ${name}` });
  return exit(0, lines('Service successfully installed.'));
}

function remove(machine: Machine, name: string) {
  if (!machine.services.read(name).exists) return exit(1, lines("The service doesn't exist!"));
  machine.services.stop(name);
  machine.services.unregister(name);
  return exit(0, lines('Service successfully removed.'));
}

/** Error 1067: the process ended unexpectedly. */
const ended = (why: string): Refusal => new Refusal('failed', `the service ended unexpectedly (1067): ${why}`);

function start({ machine, args }: Serving): void {
  const options = optionsOf(machine, defaultsFile(args));
  if (loaderFault(machine) !== undefined) throw ended('no VC++ runtime that fits');
  if (options === undefined || Object.keys(readAccounts(machine, usersOf(options))).length === 0)
    throw ended('no data');
  const initFile = options.get('init-file');
  if (initFile === undefined) return;
  const statements = machine.files.read(windowsPath(initFile))?.content.toString('utf8');
  if (statements === undefined) throw ended('no init file');
  const alter = /^ALTER USER '(\w+)'@'localhost' IDENTIFIED WITH mysql_native_password BY '((?:[^'\\]|\\.)*)';/m.exec(
    statements,
  );
  if (alter !== null) writeAccount(machine, usersOf(options), alter[1] ?? '', (alter[2] ?? '').replace(/\\(.)/g, '$1'));
}

function listen({ machine, args, facts }: Serving): Listener[] {
  const options = optionsOf(machine, defaultsFile(args)) ?? new Map<string, string>();
  const version = String(facts['version']);
  const bind = options.get('bind-address') ?? '0.0.0.0';
  const login = (password: string | null) =>
    readAccounts(machine, usersOf(options))['root'] === hashed(password ?? '')
      ? { version, databases: databasesIn(machine, dataOf(options)) }
      : { refused: `(1045, "Access denied for user 'root'@'localhost' (using password: ${password ? 'YES' : 'NO'})")` };
  return [
    {
      bind: bind === '*' ? '0.0.0.0' : bind,
      port: Number(options.get('port') ?? 3306),
      greeting: greeting(version),
      login,
    },
  ];
}

const own = ['mysql', 'performance_schema', 'sys'];

/** Each is a folder. */
const databasesIn = (machine: Machine, data: string): string[] =>
  machine.files.list(data).filter((name) => machine.files.isDirectory(`${data}\\${name}`) && !own.includes(name));

/** Protocol 10: version, thread, salt and flags. */
function greeting(version: string): Buffer {
  const body = Buffer.concat([
    Buffer.from([10]),
    Buffer.from(`${version}\0`),
    Buffer.from([8, 0, 0, 0]),
    Buffer.alloc(9, 0x41),
    Buffer.alloc(42),
  ]);
  const head = Buffer.alloc(4);
  head.writeUIntLE(body.length, 0, 3);
  return Buffer.concat([head, body]);
}

export const mysqlServer: ServerModel = { listen, start };
