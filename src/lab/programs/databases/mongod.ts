/** mongod.exe as the MSI registers it (windows-facts 7); OP_QUERY and OP_REPLY: MongoDB wire protocol. */
import { deserialize, serialize } from 'bson';
import { parse } from 'yaml';
import { z } from 'zod';
import { Refusal } from '../../pc/fault.ts';
import type { Listener, ServerModel, Serving } from '../../pc/listeners.ts';
import type { Machine, Program } from '../../pc/machine.ts';
import { exit, lines } from '../exit.ts';
import { hashed, readAccounts, write, writeAccount } from './accounts.ts';

const configuration = z.object({
  storage: z.object({ dbPath: z.string() }),
  net: z.object({ port: z.int().default(27017), bindIp: z.string().default('127.0.0.1') }).prefault({}),
  security: z.object({ authorization: z.enum(['enabled', 'disabled']) }).optional(),
});

export const mongod: Program = ({ facts, args }) =>
  Promise.resolve(
    args[0] === '--version'
      ? exit(0, lines(`db version v${String(facts['version'])}`))
      : exit(1, '', lines('a server in the foreground is not modelled')),
  );

function read({ machine, args }: Serving): z.infer<typeof configuration> | undefined {
  const file = /--config "([^"]+)"/.exec(args)?.[1];
  const text = file === undefined ? undefined : machine.files.read(file)?.content.toString('utf8');
  return text === undefined ? undefined : configuration.safeParse(parse(text)).data;
}

const usersOf = (dbPath: string): string => `${dbPath}\\users.wt`;

/** It does not make the folder that it is told to keep its data in. */
function start(serving: Serving): void {
  const conf = read(serving);
  const { machine } = serving;
  if (conf === undefined) throw new Refusal('failed', 'the service ended (48): no configuration that it understands');
  if (!machine.files.isDirectory(conf.storage.dbPath))
    throw new Refusal('failed', `the service ended (100): data directory ${conf.storage.dbPath} not found`);
  write(machine, `${conf.storage.dbPath}\\WiredTiger`, 'WiredTiger');
}

function listen(serving: Serving): Listener[] {
  const conf = read(serving);
  if (conf === undefined) return [];
  const version = String(serving.facts['version']);
  const users = usersOf(conf.storage.dbPath);
  const told = { version, databases: databasesIn(serving.machine, conf.storage.dbPath) };
  const login = (password: string | null) => {
    const root = readAccounts(serving.machine, users)['root'];
    if (password !== null) return root === hashed(password) ? told : { refused: 'Authentication failed.' };
    return conf.security?.authorization === 'enabled'
      ? { refused: 'command listDatabases requires authentication' }
      : told;
  };
  return [{ bind: conf.net.bindIp, port: conf.net.port, login, respond: (received) => reply(received, version) }];
}

/** The simulated one keeps each in a file of its name. */
const databasesIn = (machine: Machine, dbPath: string): string[] =>
  machine.files.list(dbPath).flatMap((name) => /^(.+)\.ns$/.exec(name)?.[1] ?? []);

const request = z.looseObject({ buildInfo: z.number() });

/** Only what needs no login. */
function reply(received: Buffer, version: string): Buffer | undefined {
  const end = received.indexOf(0, 20);
  if (received.length < 32 || received.readInt32LE(12) !== 2004 || end < 0) return undefined;
  const asked = request.safeParse(deserialize(received.subarray(end + 9, received.readInt32LE(0))));
  const answer = serialize(asked.success ? { version, ok: 1 } : { ok: 0, errmsg: 'no such command' });
  const head = Buffer.alloc(36);
  head.writeInt32LE(36 + answer.length, 0);
  head.writeInt32LE(received.readInt32LE(4), 8);
  head.writeInt32LE(1, 12);
  head.writeInt32LE(1, 32);
  return Buffer.concat([head, answer]);
}

/** What `createUser` and `updateUser` do, for whoever may: everybody while nobody has to log in. @returns why not; undefined when it is done */
export function setMongoUser(serving: Serving, user: string, password: string): string | undefined {
  const conf = read(serving);
  if (conf === undefined) return 'no configuration';
  if (conf.security?.authorization === 'enabled') return 'command createUser requires authentication';
  writeAccount(serving.machine, usersOf(conf.storage.dbPath), user, password);
  return undefined;
}

export const mongoServer: ServerModel = { listen, start };
