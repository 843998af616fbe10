import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { CallError } from '../../src/core/errors.ts';
import type { Exchange, ExchangeResult } from '../../src/core/exchange.ts';
import type { Host, Value } from '../../src/core/host.ts';
import type { ServiceState } from '../../src/core/primitives.ts';
import { withSecret } from '../../src/core/secrets.ts';
import { observe } from '../observe.ts';
import {
  driversOf,
  login,
  wanted,
  type DatabaseActual,
  type DatabaseDesired,
  type Found,
  type Login,
} from './schema.ts';
import { serverIds, servers, type ServerId } from './servers.ts';
import { isOurs } from './windows/places.ts';

const script = readFileSync(path.join(import.meta.dirname, 'login.py'), 'ascii');
const greetingMs = 3000;
/** Three logins of ten seconds each, and a cold start of Python. */
const loginSec = 60;

const logins = z.record(z.string(), z.record(z.string(), login));
type Logins = z.infer<typeof logins>;

/** One round trip: services, both sides of every port, and the logins of the exam's own Python. */
export async function read(host: Host, desired: DatabaseDesired): Promise<DatabaseActual> {
  const ids = wanted(desired);
  const [services, talks, answers] = await Promise.all([
    observe(host.call('service.read', { names: ids.map((id) => servers[id].services) })),
    observe(host.call('net.exchange', { exchanges: ids.flatMap((id) => both(id, desired.address)) })),
    observe(logIn(host, desired)),
  ]);
  const results = talks.value?.results ?? [];
  return {
    servers: Object.fromEntries(
      ids.map((id, index) => {
        const service = services.value === null ? undefined : serviceOf(id, services.value.services);
        return [id, found(id, service, results.slice(index * 2, index * 2 + 2), answers.value?.[id] ?? {})];
      }),
    ),
    unobserved: reasons({ services: services.why, handshake: talks.why, login: answers.why }),
  };
}

/** On the PC itself, and from where another PC would come. */
export function both(id: ServerId, address: string): Exchange[] {
  const { port, ask } = servers[id];
  const talk = {
    protocol: 'tcp',
    port,
    send: ask.toString('base64'),
    receiveBytes: 4096,
    timeoutMs: greetingMs,
  } as const;
  return [
    { ...talk, address: '127.0.0.1' },
    { ...talk, address, send: '', receiveBytes: 0 },
  ];
}

/** Of several, the one that runs; a name that only begins alike (MySQLRouter) has another program. */
function serviceOf(id: ServerId, all: readonly ServiceState[]): ServiceState | undefined {
  const programs: Readonly<Record<ServerId, RegExp>> = { mysql: /mysqld/i, mongodb: /mongod/i, redis: /redis-server/i };
  const mine = all.filter(({ exists, path: command }) => exists && programs[id].test(command ?? ''));
  return mine.find(({ status }) => status === 'Running') ?? mine.find((one) => isOurs(id, one.path)) ?? mine[0];
}

function found(
  id: ServerId,
  service: ServiceState | undefined,
  talk: readonly ExchangeResult[],
  known: Record<string, Login>,
): Found {
  return {
    service: service?.name ?? null,
    ours: service !== undefined && isOurs(id, service.path),
    startType: service?.startType ?? null,
    running: service?.status === 'Running',
    ...heardFrom(id, talk),
    logins: known,
  };
}

/** @param talk what came of `both` */
export function heardFrom(
  id: ServerId,
  [own, outside]: readonly ExchangeResult[],
): Pick<Found, 'greeting' | 'silence' | 'exposed'> {
  const heard =
    own?.outcome === 'answered'
      ? servers[id].understand(Buffer.from(own.received, 'base64'))
      : { version: null, why: own?.outcome ?? 'not asked' };
  const exposed = outside?.outcome === 'connected' || outside?.outcome === 'answered';
  return { greeting: heard.version, silence: heard.why, exposed };
}

/** With the first interpreter that runs. The password travels on standard input: a command line can be read by everybody on the PC. */
async function logIn(host: Host, desired: DatabaseDesired): Promise<Logins> {
  const { password, interpreters } = desired;
  const drivers = Object.fromEntries(wanted(desired).map((id) => [id, driversOf(desired.level, id)]));
  const ask = (secret: string | null): Promise<Logins> => logInAs(host, interpreters, drivers, secret);
  return password === undefined ? ask(null) : withSecret(password, ask);
}

/** @param drivers modules by server */
export function logInAs(
  host: Host,
  interpreters: readonly string[],
  drivers: Readonly<Partial<Record<ServerId, readonly string[]>>>,
  password: string | null = null,
): Promise<Logins> {
  const asked = Object.fromEntries(
    Object.entries(drivers).map(([id, own]) => [id, { port: servers[serverId.parse(id)].port, drivers: own }]),
  );
  return firstThatRuns(host, interpreters, JSON.stringify({ password, servers: asked }));
}

const serverId = z.enum(serverIds);

async function firstThatRuns(host: Host, interpreters: readonly string[], stdin: string): Promise<Logins> {
  const args = ['-I', '-B', '-c', script];
  const runs = await Promise.allSettled(
    interpreters.map((exe) => host.call('process.run', { exe, args, stdin, timeoutSec: loginSec, readOnly: true })),
  );
  const ran = runs.find((one) => one.status === 'fulfilled');
  if (ran !== undefined) return understood(ran.value);
  const [first] = runs;
  if (first?.status !== 'rejected') return {};
  // No Python is no login, and no failure of the look.
  if (first.reason instanceof CallError && first.reason.code === 'not-found') return {};
  throw first.reason;
}

function understood({ exitCode, stdout, stderr }: Value<'process.run'>): Logins {
  if (exitCode === 0) return logins.parse(JSON.parse(stdout));
  const last = stderr.trim().split(/\r?\n/).at(-1) ?? '';
  throw new CallError('database login', { code: 'failed', message: `exit code ${exitCode >>> 0}: ${last}` });
}

const reasons = (whys: Record<string, string | null>): Record<string, string> =>
  Object.fromEntries(Object.entries(whys).flatMap(([part, why]) => (why === null ? [] : [[part, why]])));
