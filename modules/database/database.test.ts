// Does not prove that real servers install as the simulated ones do; login.py and the handshakes meet real ones in real.test.ts.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { wheelLock } from '../../handbook/wheels.ts';
import { versionOf } from '../../handbook/handbook.ts';
import { converge } from '../../src/core/converge.ts';
import { isOk } from '../../src/core/finding.ts';
import type { Level } from '../../src/inventory/schema.ts';
import { simulatedDepot } from '../../src/lab/packages/build.ts';
import { preinstall } from '../../src/lab/packages/preinstall.ts';
import { software } from '../../src/lab/software.ts';
import { simulatedPc, type SimulatedPc } from '../../src/lab/testing.ts';
import { runCases } from '../cases.ts';
import { machineState } from '../machine-state.ts';
import { database } from './module.ts';
import type { DatabaseDesired } from './schema.ts';
import * as at from './windows/places.ts';

runCases(database, import.meta.dirname);

const secret = 'a "quoted\\ one\' & 100%';
const variable = 'EXAMSITE_TEST_DATABASE_PASSWORD';
beforeEach(() => vi.stubEnv(variable, secret));
afterEach(() => vi.unstubAllEnvs());

const depot = simulatedDepot({
  products: { mysql: ['8.0.27', '5.7.36'], mongodb: ['4.0.27'], redis: ['5.0.10'] },
  wheels: { L2: wheelLock('L2'), L3: wheelLock('L3') },
});

function wantedFor(level: Level, more: Partial<DatabaseDesired> = {}): DatabaseDesired {
  const ids = ['mysql', 'mongodb', 'redis'] as const;
  const servers = Object.fromEntries(ids.map((id) => [id, versionOf(level, id)]));
  return database.desired.parse({
    ...{ level, servers, interpreters: ['C:\\Python37\\python.exe'], address: '10.30.1.101' },
    password: { env: variable },
    ...more,
  });
}

/** With what the modules before this one bring: the runtime, Python and the level's packages. */
async function pc(level: Level = 'L2', runtime = true): Promise<SimulatedPc> {
  const made = await simulatedPc({ software, depot });
  made.machine.journal.act('machine', () => {
    if (runtime) preinstall(made.machine, { product: 'vc-redist', version: '14.29.30139.0' });
    preinstall(made.machine, {
      product: 'python',
      version: '3.7.9',
      folder: 'C:\\Python37',
      packages: wheelLock(level),
    });
  });
  await made.machine.configure({ dhcp: false, address: '10.30.1.101', prefix: 24, gateway: '10.30.1.1', dns: [] });
  return made;
}

async function faults({ host }: SimulatedPc, desired: DatabaseDesired): Promise<Record<string, string>> {
  const findings = database.plan(desired, await database.read(host, desired));
  return Object.fromEntries(findings.filter((one) => !isOk(one)).map((one) => [one.property, one.sentence.en]));
}

test.each(['L2', 'L3'] as const)(
  'sets up a fresh PC for %s, is then done, and takes everything back',
  async (level) => {
    const made = await pc(level);
    const desired = wantedFor(level);
    const before = machineState(made.machine);
    expect((await converge(database, made.host, desired)).findings.every(isOk)).toBe(true);

    const { writes } = made.machine.journal;
    expect((await converge(database, made.host, desired)).passes).toBe(0);
    expect(made.machine.journal.writes).toBe(writes);

    await made.machine.restart();
    expect(await faults(made, desired)).toEqual({});

    await database.undo(made.host, desired);
    expect(machineState(made.machine)).toStrictEqual(before);
    await database.undo(made.host, desired);
    expect(machineState(made.machine)).toStrictEqual(before);
  },
);

test('reads in one round trip', async () => {
  const { host } = await pc();
  const before = host.roundTrips;
  await database.read(host, wantedFor('L2'));
  expect(host.roundTrips - before).toBe(1);
});

test('without the VC++ runtime says which program ended how', async () => {
  const made = await pc('L2', false);
  await expect(converge(database, made.host, wantedFor('L2'))).rejects.toThrow(
    /mysqld\.exe.*3221225781|mysqld\.exe.*0xc0000135/,
  );
});

describe('the password', () => {
  test('is nowhere on the PC but in the one file that Redis has for it, and not in state or notes', async () => {
    const made = await pc();
    const { actual, findings } = await converge(database, made.host, wantedFor('L2'));
    expect(JSON.stringify([actual, findings])).not.toContain('quoted');
    const { files } = made.machine;
    const holding = files.walk('C:\\').filter((file) => files.read(file)?.content.toString('utf8').includes('quoted'));
    expect(holding).toEqual([at.redisConf]);
    expect(made.machine.journal.events.filter(({ what }) => what.includes('quoted'))).toEqual([]);
  });

  test('that PyMySQL could not send is refused before anything is changed', async () => {
    const made = await pc();
    vi.stubEnv(variable, '密码');
    await expect(converge(database, made.host, wantedFor('L2'))).rejects.toThrow(/ASCII.*\[SEC005\]/);
    expect(made.machine.services.read('MySQL80').exists).toBe(false);
  });

  test('that somebody has changed, and one that is set where none was, are put right', async () => {
    const made = await pc();
    const open = wantedFor('L2', { password: undefined });
    await converge(database, made.host, open);
    const locked = wantedFor('L2');
    expect(Object.keys(await faults(made, locked))).toEqual(['mysql.login', 'mongodb.login', 'redis.login']);
    await converge(database, made.host, locked);
    vi.stubEnv(variable, 'another');
    expect((await faults(made, locked))['mysql.login']).toMatch(
      /^pymysql and MySQLdb must log in to MySQL, got pymysql: .*1045.*; MySQLdb: /,
    );
    await converge(database, made.host, locked);
    expect(await faults(made, locked)).toEqual({});
  });
});

describe('what is wrong is named, and put right', () => {
  test.each([
    ['a service that was stopped', (one: SimulatedPc) => one.machine.services.stop('MySQL80'), 'mysql.service'],
    [
      'a service that no longer starts',
      (one: SimulatedPc) => one.machine.services.setStartType('Redis', 'Manual'),
      'redis.service',
    ],
    [
      'a server that is open to other PCs',
      (one: SimulatedPc) => {
        const file = one.machine.files.read(at.mysqlIni);
        const content = Buffer.from(String(file?.content).replace('bind-address=127.0.0.1', 'bind-address=*'));
        one.machine.files.write(at.mysqlIni, { content, size: content.length });
        one.machine.services.stop('MySQL80');
        one.machine.services.start('MySQL80');
      },
      'mysql.exposed',
    ],
    [
      'a program that is gone',
      (one: SimulatedPc) => {
        one.machine.services.stop('MongoDB');
        one.machine.files.delete(`${at.mongoHome}\\bin\\mongod.exe`);
      },
      'mongodb.version',
    ],
  ])('%s', async (_, damage, property) => {
    const made = await pc();
    const desired = wantedFor('L2');
    await converge(database, made.host, desired);
    made.machine.journal.act('person', () => {
      damage(made);
    });
    expect(Object.keys(await faults(made, desired))).toContain(property);
    await converge(database, made.host, desired);
    expect(await faults(made, desired)).toEqual({});
  });
});

test('a server that somebody else has installed in a wrong version is left alone, with what to do', async () => {
  const made = await pc();
  const foreign = 'C:\\wamp\\mysql\\bin\\mysqld.exe';
  made.machine.journal.act('person', () => {
    const put = (path: string, text: string): void => {
      made.machine.files.write(path, { content: Buffer.from(text), size: text.length });
    };
    put(foreign, JSON.stringify({ program: 'mysqld', version: '5.5.62' }));
    put('C:\\wamp\\my.ini', '[mysqld]\ndatadir=C:/wamp/data\n');
    put('C:\\wamp\\data\\mysql\\user.ibd', '{"root":"x"}');
    made.machine.services.register('MySQL', {
      startType: 'Automatic',
      path: `"${foreign}" --defaults-file=C:\\wamp\\my.ini MySQL`,
    });
    made.machine.services.start('MySQL');
  });
  const before = machineState(made.machine).filter((line) => line.includes('wamp'));
  const desired = wantedFor('L2');
  await expect(converge(database, made.host, desired)).rejects.toThrow(
    /mysql\.version: the version of MySQL is 5\.5\.62, required is 8\.0\.x; the service MySQL was not installed by examsite/,
  );
  expect(machineState(made.machine).filter((line) => line.includes('wamp'))).toEqual(before);
});

test('leaves the data of a server in which somebody has made databases', async () => {
  const made = await pc();
  const desired = wantedFor('L2');
  await converge(database, made.host, desired);
  const table = `${at.mysqlData}\\shop\\orders.ibd`;
  made.machine.files.write(table, { content: Buffer.from('rows'), size: 4 });
  await database.undo(made.host, desired);
  expect(made.machine.files.read(table)?.content.toString()).toBe('rows');
  expect(made.machine.files.isDirectory(at.mysqlHome('8.0.27'))).toBe(false);
  expect(made.machine.files.isDirectory(at.folders.redis)).toBe(false);
});
