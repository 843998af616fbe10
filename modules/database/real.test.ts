// Does not prove MongoDB, which Debian has no server of, nor the databases' own Windows builds: MariaDB and Redis as Debian builds them.
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { openTcp } from '../../src/hosts/tcp.ts';
import { pythonEnvironment } from '../../test/python-environment.ts';
import { needs, toolPath } from '../../test/tools.ts';
import { servers } from './servers.ts';
import { freePort, listening, Running } from './testing.ts';

const minute = 60_000;
const password = 'a "quoted\\ one\' & 100%';
const drivers = { name: 'test-pymysql-1.0.2-redis-3.5.3', packages: ['PyMySQL==1.0.2', 'redis==3.5.3'] };
const answers = z.record(
  z.string(),
  z.record(
    z.string(),
    z.object({ version: z.string().nullable(), databases: z.array(z.string()), error: z.string().nullable() }),
  ),
);

/** The module's own question, and what comes back first. */
async function heard(id: 'mysql' | 'redis', port: number) {
  const { ask, understand } = servers[id];
  const socket = await openTcp({ address: '127.0.0.1', port }, 2000);
  if (ask.length > 0) socket.write(ask);
  const [block] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return understand(block);
}

needs('mariadbd', 'mariadb-install-db', 'redis-server', 'python3').describe('real servers', () => {
  let folder: string;
  let python: string;
  let script: string;
  const running = new Running();
  const ports = { mysql: 0, redis: 0 };

  const start = (program: string, args: readonly string[]) => running.start(program, args, folder);

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'examsite-databases-'));
    script = await readFile(path.join(import.meta.dirname, 'login.py'), 'utf8');
    const made = await pythonEnvironment({ ...drivers, proof: 'bin/pip' }, () => undefined);
    if (made === undefined) throw new Error('no Python environment: is a registry in reach?');
    python = made;
    Object.assign(ports, { mysql: await freePort(), redis: await freePort() });
    const data = path.join(folder, 'mysql');
    const who = process.getuid?.() === 0 ? ['--user=root'] : [];
    await promisify(execFile)(toolPath('mariadb-install-db'), [
      '--no-defaults',
      ...who,
      `--datadir=${data}`,
      '--auth-root-authentication-method=normal',
      '--skip-test-db',
    ]);
    const own = [
      `--datadir=${data}`,
      `--socket=${path.join(folder, 's')}`,
      `--port=${ports.mysql}`,
      '--bind-address=127.0.0.1',
    ];
    start(toolPath('mariadbd'), ['--no-defaults', ...who, ...own]);
    start(toolPath('redis-server'), [
      '--port',
      String(ports.redis),
      '--bind',
      '127.0.0.1',
      '--save',
      '',
      '--requirepass',
      password,
    ]);
    await Promise.all([listening(ports.mysql), listening(ports.redis)]);
  }, 3 * minute);
  afterAll(async () => {
    await running.end();
    await rm(folder, { recursive: true, force: true });
  }, minute);

  async function login(secret: string | null) {
    const asked = {
      mysql: { port: ports.mysql, drivers: ['pymysql', 'MySQLdb'] },
      redis: { port: ports.redis, drivers: ['redis'] },
    };
    const { stdout } = await execa(python, ['-I', '-B', '-c', script], {
      input: JSON.stringify({ password: secret, servers: asked }),
    });
    return answers.parse(JSON.parse(stdout));
  }

  it('are recognised by their first words, without any client', async () => {
    expect(await heard('mysql', ports.mysql)).toEqual({
      version: expect.stringMatching(/^(?:5\.5\.5-)?\d+\.\d+\.\d+-MariaDB/) as string,
      why: null,
    });
    // It wants a password first, and is the right server all the same.
    expect(await heard('redis', ports.redis)).toEqual({ version: '', why: null });
  });

  it('let the exam’s drivers in with the right password, and say why not with another', async () => {
    // MariaDB's root has none yet, Redis has.
    const open = await login(null);
    expect(open['mysql']?.['pymysql']).toMatchObject({
      version: expect.stringContaining('MariaDB') as string,
      databases: [],
      error: null,
    });
    expect(open['mysql']?.['MySQLdb']).toEqual({
      version: null,
      databases: [],
      error: "ModuleNotFoundError: No module named 'MySQLdb'",
    });
    expect(open['redis']?.['redis']?.error).toMatch(/^AuthenticationError: /);
    const locked = await login(password);
    expect(locked['redis']?.['redis']).toMatchObject({
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/) as string,
      databases: [],
      error: null,
    });
    expect(locked['mysql']?.['pymysql']?.error).toMatch(/^OperationalError: \(1045, /);
  });
});
