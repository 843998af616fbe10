/** What the drivers of the exam's Python get from the servers of the same PC, in the drivers' own words. */
import { z } from 'zod';
import { servingAt, type Listener } from '../../pc/listeners.ts';
import { importer, type Interpreter } from '../python/imports.ts';
import type { Output } from '../python/probe.ts';
import { setMongoUser } from './mongod.ts';

const asked = z.strictObject({
  password: z.string().nullable(),
  servers: z.record(z.string(), z.strictObject({ port: z.int(), drivers: z.array(z.string()) })),
});
interface Attempt {
  readonly version: string | null;
  readonly databases: readonly string[];
  readonly error: string | null;
}

const none = { version: null, databases: [] } as const;

/** Error classes: nobody there, and not let in. */
const errors: Readonly<Record<string, readonly [absent: string, refused: string]>> = {
  pymysql: [
    "OperationalError: (2003, \"Can't connect to MySQL server on '127.0.0.1' ([WinError 10061])\")",
    'OperationalError: ',
  ],
  MySQLdb: ["OperationalError: (2002, \"Can't connect to server on '127.0.0.1' (10061)\")", 'OperationalError: '],
  pymongo: ['ServerSelectionTimeoutError: 127.0.0.1:27017: [WinError 10061]', 'OperationFailure: '],
  redis: ['ConnectionError: Error 10061 connecting to 127.0.0.1:6379', 'AuthenticationError: '],
};

/** modules' login script, `database-1`. */
export function logIn(python: Interpreter, stdin: string): Output {
  const { password, servers } = asked.parse(JSON.parse(stdin));
  const load = importer(python);
  const listeners = python.machine.listeners();
  const attempt = (driver: string, port: number): Attempt => {
    const broken = load(driver);
    if (broken !== null) return { ...none, error: broken };
    const [absent, refused] = errors[driver] ?? ['', ''];
    return answered(
      listeners.find((one) => one.port === port),
      password,
      absent,
      refused,
    );
  };
  const result = Object.fromEntries(
    Object.entries(servers).map(([name, { port, drivers }]) => [
      name,
      Object.fromEntries(drivers.map((driver) => [driver, attempt(driver, port)])),
    ]),
  );
  return { stdout: `${JSON.stringify(result)}\r\n`, stderr: '' };
}

function answered(listener: Listener | undefined, password: string | null, absent: string, refused: string): Attempt {
  const answer = listener?.login?.(password);
  if (answer === undefined) return { ...none, error: absent };
  return 'version' in answer ? { ...answer, error: null } : { ...none, error: refused + answer.refused };
}

const user = z.strictObject({ port: z.int(), password: z.string() });

/** `mongodb-user-1`. */
export function makeUser(python: Interpreter, stdin: string): Output {
  const { password } = user.parse(JSON.parse(stdin));
  const broken = importer(python)('pymongo');
  const serving = servingAt(python.machine, 'MongoDB');
  const failed = broken ?? (serving ? setMongoUser(serving, 'root', password) : errors['pymongo']?.[0]);
  return failed === undefined
    ? { stdout: '', stderr: '' }
    : { exitCode: 1, stdout: '', stderr: `Traceback (most recent call last):\r\n${failed}\r\n` };
}
