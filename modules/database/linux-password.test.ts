// Does not prove systemd, which test/linux.test.ts has: Debian's own MariaDB and Redis, with the ways in that a Debian PC has.
import { execFile, type ChildProcess } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, it, test } from 'vitest';
import { z } from 'zod';
import type { Args, PrimitiveName, Value } from '../../src/core/host.ts';
import { pythonEnvironment } from '../../test/python-environment.ts';
import { SecretSearch } from '../../test/secret-search.ts';
import { needs, toolPath } from '../../test/tools.ts';
import { ScriptedHost } from '../scripted-host.ts';
import { authenticationOf, givePasswordBack, nativeHash, setPassword } from './linux-password.ts';
import { freePort, listening, Running } from './testing.ts';

const minute = 60_000;
const password = 'a "quoted\\ one\' & 100%';
const drivers = { name: 'test-pymysql-1.0.2-redis-3.5.3', packages: ['PyMySQL==1.0.2', 'redis==3.5.3'] };

test.each([
  [
    "CREATE USER `root`@`localhost` IDENTIFIED VIA mysql_native_password USING 'invalid' OR unix_socket",
    "IDENTIFIED VIA mysql_native_password USING 'invalid' OR unix_socket",
  ],
  [
    "CREATE USER `root`@`localhost` IDENTIFIED BY PASSWORD '*0123' REQUIRE SSL WITH MAX_USER_CONNECTIONS 5",
    "IDENTIFIED BY PASSWORD '*0123'",
  ],
  ['CREATE USER `x`@`localhost`', undefined],
])('of %s takes how one logs in', (shown, how) => {
  expect(authenticationOf(`${shown}\n`)).toBe(how);
});

/** A PC that is this machine, but for systemd: its one service is the test's own process. */
class ThisMachine extends ScriptedHost {
  readonly ran: { exe: string; args: readonly string[] }[] = [];
  readonly #settings: { config: string; socket: string; restart: () => Promise<void> };

  constructor(settings: { config: string; socket: string; restart: () => Promise<void> }) {
    super([]);
    this.#settings = settings;
  }

  override async call<K extends PrimitiveName>(name: K, args: Args<K>): Promise<Value<K>> {
    return (await this.#answer(name, args)) as Value<K>;
  }

  async #answer(name: string, args: unknown): Promise<unknown> {
    if (name === 'service.write') {
      if (service.parse(args).status === 'Running') await this.#settings.restart();
      return {};
    }
    const { exe, args: words, stdin } = program.parse(args);
    this.ran.push({ exe, args: words });
    if (exe === '/usr/bin/systemctl') {
      const start = `/usr/bin/redis-server ${this.#settings.config} --supervised systemd`;
      const shown = `ExecStart={ path=/usr/bin/redis-server ; argv[]=${start} ; ignore_errors=no }\nUser=root\n`;
      return { exitCode: 0, stdout: shown, stderr: '' };
    }
    const own = exe === '/usr/bin/mariadb' ? [`--socket=${this.#settings.socket}`] : [];
    const { exitCode, stdout, stderr } = await execa(exe, [...words, ...own], { input: stdin, reject: false });
    return { exitCode, stdout, stderr };
  }
}

const service = z.looseObject({ status: z.string().optional() });
const program = z.looseObject({ exe: z.string(), args: z.array(z.string()), stdin: z.string().default('') });
const isRoot = process.getuid?.() === 0;
const onlyRoot = it.skipIf(!isRoot);

// The way in by MariaDB's socket is root's.
needs('mariadbd', 'mariadb-install-db', 'redis-server', 'python3').describe('on real servers, as root', () => {
  let folder: string;
  let config: string;
  let host: ThisMachine;
  let python: string;
  const running = new Running();
  const ports = { mysql: 0, redis: 0 };
  const original = '# Debian says so\nbind 127.0.0.1\nsave ""\n';

  beforeAll(async () => {
    if (!isRoot) return;
    folder = await mkdtemp(path.join(tmpdir(), 'examsite-passwords-'));
    const made = await pythonEnvironment({ ...drivers, proof: 'bin/pip' }, () => undefined);
    if (made === undefined) throw new Error('no Python environment: is a registry in reach?');
    python = made;
    Object.assign(ports, { mysql: await freePort(), redis: await freePort() });
    const [data, socket] = [path.join(folder, 'mysql'), path.join(folder, 's')];
    const asRoot = ['--no-defaults', '--user=root', `--datadir=${data}`];
    // Debian's way: root of the PC by the socket, nobody by a password.
    const way = ['--auth-root-authentication-method=socket', '--skip-test-db'];
    await promisify(execFile)(toolPath('mariadb-install-db'), [...asRoot, ...way]);
    const where = [`--socket=${socket}`, `--port=${ports.mysql}`, '--bind-address=127.0.0.1'];
    running.start(
      toolPath('mariadbd'),
      [...asRoot, ...where, '--general-log=1', '--general-log-file=general.log'],
      folder,
    );
    config = path.join(folder, 'redis.conf');
    await writeFile(config, `${original}port ${ports.redis}\n`, { mode: 0o644 });
    await chmod(config, 0o644);
    let redis: ChildProcess | undefined;
    const restart = async (): Promise<void> => {
      if (redis !== undefined) await running.end(redis);
      redis = running.start(toolPath('redis-server'), [config], folder);
      await listening(ports.redis);
    };
    await Promise.all([restart(), listening(ports.mysql)]);
    host = new ThisMachine({ config, socket, restart });
  }, 3 * minute);
  afterAll(async () => {
    await running.end();
    if (isRoot) await rm(folder, { recursive: true, force: true });
  }, minute);

  /** Errors by server; null: it lets the driver in. */
  async function logins(secret: string | null): Promise<Record<string, string | null | undefined>> {
    const asked = {
      mysql: { port: ports.mysql, drivers: ['pymysql'] },
      redis: { port: ports.redis, drivers: ['redis'] },
    };
    const script = await readFile(path.join(import.meta.dirname, 'login.py'), 'utf8');
    const input = JSON.stringify({ password: secret, servers: asked });
    const { stdout } = await execa(python, ['-I', '-B', '-c', script], { input });
    const said = JSON.parse(stdout) as Record<string, Record<string, { error: string | null }>>;
    return { mysql: said['mysql']?.['pymysql']?.error, redis: said['redis']?.['redis']?.error };
  }
  const set = async (secret: string): Promise<void> => {
    await setPassword(host, 'mysql', 'mariadb.service', secret);
    await setPassword(host, 'redis', 'redis-server.service', secret);
  };
  const giveBack = async (): Promise<void> => {
    await givePasswordBack(host, 'mysql', 'mariadb.service');
    await givePasswordBack(host, 'redis', 'redis-server.service');
  };
  const sql = async (statement: string): Promise<string> =>
    (
      await execa('/usr/bin/mariadb', ['--protocol=socket', `--socket=${path.join(folder, 's')}`, '-N', '-B'], {
        input: statement,
      })
    ).stdout;
  const mode = async (): Promise<string> => ((await stat(config)).mode & 0o777).toString(8);

  onlyRoot(
    'a password is set, proved by who gets in with it and who does not without, changed and taken away',
    async () => {
      const before = await sql("SHOW CREATE USER 'root'@'localhost';");
      expect(await logins(null)).toEqual({ mysql: expect.stringMatching(/1698|1045/) as string, redis: null });
      for (const secret of [password, 'another', password]) {
        await set(secret);
        expect(await logins(secret)).toEqual({ mysql: null, redis: null });
        expect(await logins(null)).toEqual({
          mysql: expect.stringMatching(/^OperationalError: \((?:1045|1698), /) as string,
          redis: expect.stringMatching(/^AuthenticationError: /) as string,
        });
        expect(await mode()).toBe('640');
      }
      expect(await sql(`SELECT PASSWORD('${password.replaceAll('\\', '\\\\').replaceAll("'", "''")}');`)).toBe(
        nativeHash(password),
      );
      await set('');
      expect(await logins(null)).toEqual({ mysql: null, redis: null });
      await giveBack();
      expect(await sql("SHOW CREATE USER 'root'@'localhost';")).toBe(before);
      expect(await sql("SELECT user FROM mysql.user WHERE user LIKE 'examsite%';")).toBe('');
      expect(await readFile(config, 'utf8')).toBe(`${original}port ${ports.redis}\n`);
      expect(await mode()).toBe('644');
    },
    minute,
  );

  onlyRoot(
    'a password of the school is given back to both, and giving back twice changes nothing',
    async () => {
      await sql(
        "ALTER USER 'root'@'localhost' IDENTIFIED VIA unix_socket OR mysql_native_password USING PASSWORD('school');",
      );
      const own = `${original}port ${ports.redis}\nrequirepass "school"\n`;
      await writeFile(config, own);
      await host.call('service.write', { name: 'redis-server.service', status: 'Running' });
      expect(await logins('school')).toEqual({ mysql: null, redis: null });
      await set(password);
      await set(password);
      expect(await logins('school')).not.toEqual(await logins(password));
      expect(await logins(password)).toEqual({ mysql: null, redis: null });
      for (let time = 0; time < 2; time += 1) {
        await giveBack();
        expect(await logins('school')).toEqual({ mysql: null, redis: null });
        expect(await readFile(config, 'utf8')).toBe(own);
      }
    },
    minute,
  );

  onlyRoot(
    'what no candidate may read has it, and nothing else: no command line, no log of statements',
    async () => {
      const search = new SecretSearch([{ name: 'root', value: password }]);
      await set(password);
      expect(host.ran.flatMap(({ exe, args }) => search.in(exe, [exe, ...args].join('\n')))).toEqual([]);
      expect(search.in('general.log', await readFile(path.join(folder, 'mysql', 'general.log')))).toEqual([]);
      // Redis' file has it in its own quoting, which is JSON's: there the search must find it.
      expect(search.in('redis.conf', await readFile(config)).length).toBeGreaterThan(0);
      const { leaks, files } = await search.below(folder, ['redis.conf']);
      expect(files).toBeGreaterThan(50);
      expect(leaks).toEqual([]);
      await giveBack();
    },
    minute,
  );
});
