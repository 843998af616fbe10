/** L*.mysql and L*.redis on Linux: MariaDB, which stands for MySQL, and Redis from the distribution's packages, as services of systemd. */
import { z } from 'zod';
import { CallError } from '../../src/core/errors.ts';
import type { Finding, Json, Verdict } from '../../src/core/finding.ts';
import type { Host } from '../../src/core/host.ts';
import type { Applied, Module } from '../../src/core/module.ts';
import { forgetSaved, saveBefore, savedBefore } from '../../src/core/undo.ts';
import { debianPackages } from '../../src/inventory/linux.ts';
import { level } from '../../src/inventory/schema.ts';
import {
  formerVersions,
  installPackages,
  packageFindings,
  packageState,
  readPackages,
  removePackages,
  wrongPackages,
} from '../debian.ts';
import { joinJob, runJob, step, stopped } from '../job.ts';
import { observe } from '../observe.ts';
import { database as onWindows } from './module.ts';
import { both, heardFrom, logInAs } from './read.ts';
import { driversOf, login } from './schema.ts';
import { servers } from './servers.ts';

const name = 'database';
const ids = ['mysql', 'redis'] as const;
type Id = (typeof ids)[number];
const setSec = 60;

const desired = z.strictObject({
  level,
  services: z.partialRecord(z.enum(ids), z.string()).meta({ description: 'unit of systemd, by server' }),
  packages: debianPackages.meta({ description: 'packages that bring them: version by name' }),
  interpreter: z.string().meta({ description: "the exam's Python, which logs in" }),
  drivers: z.partialRecord(z.enum(ids), z.array(z.string())).meta({ description: 'modules that log in, by server' }),
  address: z.ipv4().meta({ description: "the PC's own address, at which no server may be reached" }),
});
type Desired = z.infer<typeof desired>;

const found = z.strictObject({
  startType: z.string().nullable().meta({ description: 'Automatic, Manual, Disabled; null: no such service' }),
  running: z.boolean().meta({ description: 'the service runs' }),
  greeting: z
    .string()
    .nullable()
    .meta({ description: 'version by the protocol handshake; null: no such server answers' }),
  silence: z.string().nullable().meta({ description: 'why the handshake failed' }),
  exposed: z.boolean().meta({ description: "answers at the PC's own address, so other PCs reach it" }),
  logins: z.record(z.string(), login).meta({ description: "by driver: a login from the exam's Python" }),
});
type Found = z.infer<typeof found>;

const actual = z.strictObject({
  packages: z.record(z.string(), packageState).meta({ description: 'state by package' }),
  servers: z.partialRecord(z.enum(ids), found).meta({ description: 'what was found of each server' }),
  unobserved: z.record(z.string(), z.string()).meta({ description: 'by part: why it could not be seen' }),
});
type Actual = z.infer<typeof actual>;

const wantedOf = ({ services }: Desired): Id[] => ids.filter((id) => services[id] !== undefined);

async function read(host: Host, wanted: Desired): Promise<Actual> {
  const own = wantedOf(wanted);
  const [packages, services, talks, logins] = await Promise.all([
    readPackages(host, wanted.packages),
    observe(host.call('service.read', { names: own.map((id) => wanted.services[id] ?? '') })),
    observe(host.call('net.exchange', { exchanges: own.flatMap((id) => both(id, wanted.address)) })),
    observe(logInAs(host, [wanted.interpreter], wanted.drivers)),
  ]);
  const whys = { packages: packages.why, services: services.why, handshake: talks.why, login: logins.why };
  const results = talks.value?.results ?? [];
  const one = (id: Id, index: number): Found => {
    const service = services.value?.services[index];
    return {
      startType: service?.startType ?? null,
      running: service?.status === 'Running',
      ...heardFrom(id, results.slice(index * 2, index * 2 + 2)),
      logins: logins.value?.[id] ?? {},
    };
  };
  return {
    packages: packages.value ?? {},
    servers: Object.fromEntries(own.map((id, index) => [id, one(id, index)])),
    unobserved: Object.fromEntries(Object.entries(whys).flatMap(([part, why]) => (why === null ? [] : [[part, why]]))),
  };
}

type Said = readonly [actual: Json, verdict: Verdict, zh: string, en: string];

function plan(wanted: Desired, seen: Actual): Finding[] {
  const [first] = wantedOf(wanted);
  const about = { value: seen.packages, why: seen.unobserved['packages'] };
  return [
    ...packageFindings(`${wanted.level}.${first ?? 'mysql'}`, wanted.packages, about),
    ...wantedOf(wanted).flatMap((id) => serverFindings(wanted, seen, id)),
  ];
}

function serverFindings(wanted: Desired, seen: Actual, id: Id): Finding[] {
  const one = seen.servers[id];
  const finding = (property: string, part: string, expected: Json, say: (server: Found) => Said): Finding => {
    const about = { requirement: `${wanted.level}.${id}`, property: `${id}.${property}`, expected };
    const why = seen.unobserved[part] ?? (one === undefined ? 'not looked at' : undefined);
    if (why !== undefined || one === undefined) {
      const sentence = { zh: `未能观察（${why ?? ''}）`, en: `could not be observed (${why ?? ''})` };
      return { ...about, actual: null, verdict: 'unknown', sentence };
    }
    const [value, verdict, zh, en] = say(one);
    return { ...about, actual: value, verdict, sentence: { zh, en } };
  };
  const [unit, port] = [wanted.services[id] ?? '', servers[id].port];
  const drivers = wanted.drivers[id] ?? [];
  return [
    finding('service', 'services', 'Automatic', ({ startType, running }) => [
      startType,
      startType === 'Automatic' && running ? 'ok' : 'drifted',
      `服务 ${unit} 启动类型为 ${startType ?? '无'}、${running ? '运行中' : '已停止'}，要求自动启动并运行`,
      `service ${unit} is ${startType ?? 'absent'} and ${running ? 'running' : 'stopped'}, required is automatic and running`,
    ]),
    finding('version', 'handshake', 'an answer', ({ greeting, silence }) => [
      greeting,
      greeting === null ? 'drifted' : 'ok',
      `端口 ${port} 握手：${greeting ?? `无应答（${silence ?? ''}）`}`,
      `the handshake at port ${port} tells ${greeting ?? `nothing (${silence ?? ''})`}`,
    ]),
    finding('exposed', 'handshake', false, ({ exposed }) => [
      exposed,
      exposed ? 'failed' : 'ok',
      `端口 ${port} 只能从本机访问，${exposed ? '实为其他电脑也能访问' : '确认如此'}`,
      `port ${port} must be reached from this PC only, ${exposed ? 'and is open to other PCs' : 'and is'}`,
    ]),
    finding('login', 'login', drivers, ({ logins }) => loginSaid(drivers, logins)),
  ];
}

function loginSaid(drivers: readonly string[], logins: Found['logins']): Said {
  // That nobody was refused proves nothing where nobody has tried.
  if (drivers.length === 0) return [[], 'unknown', '没有可用来登录的驱动包', 'there is no driver to log in with'];
  const good = drivers.filter((driver) => logins[driver]?.error === null);
  const why = drivers
    .filter((driver) => !good.includes(driver))
    .map((driver) => `${driver}: ${(logins[driver]?.error ?? 'no Python, or no driver').replace(/\.$/, '')}`)
    .join('; ');
  if (why === '') return [good, 'ok', `${good.join('、')} 可登录`, `${good.join(' and ')} can log in`];
  return [
    good,
    'drifted',
    `${drivers.join('、')} 应能登录，实为 ${why}`,
    `${drivers.join(' and ')} must log in, got ${why}`,
  ];
}

const startType = z.enum(['Boot', 'System', 'Automatic', 'Manual', 'Disabled']);
const saved = z.strictObject({
  packages: z.record(z.string(), z.string().nullable()),
  services: z.record(z.string(), z.strictObject({ startType, running: z.boolean() })),
});

async function apply(host: Host, wanted: Desired, seen: Actual, findings: readonly Finding[]): Promise<Applied> {
  if (await joinJob(host, name)) return { restartRequired: false };
  await saveBefore(host, name, {
    packages: formerVersions(Object.keys(wanted.packages), seen.packages),
    services: Object.fromEntries(
      wantedOf(wanted).flatMap((id) => {
        const type = startType.safeParse(seen.servers[id]?.startType).data;
        return type === undefined
          ? []
          : [[wanted.services[id] ?? '', { startType: type, running: seen.servers[id]?.running === true }]];
      }),
    ),
  });
  const names = wrongPackages(wanted.packages, seen.packages);
  const steps = [
    ...installPackages(host, wanted.packages, names),
    ...wantedOf(wanted).map((id) =>
      step('service.write', { name: wanted.services[id] ?? '', startType: 'Automatic', status: 'Running' }),
    ),
  ];
  const end = await runJob(host, name, steps);
  if (!end.done) throw stopped(host, name, findings, end.why);
  const open = findings.some(({ property, verdict }) => property === 'mysql.login' && verdict === 'drifted');
  if (open) await openMysql(host);
  return { restartRequired: false };
}

/** Debian lets root in by its Unix socket only, and the exam's drivers come over TCP. */
async function openMysql(host: Host): Promise<void> {
  const stdin =
    "ALTER USER 'root'@'localhost' IDENTIFIED VIA unix_socket OR mysql_native_password USING PASSWORD('');\n";
  const run = { exe: '/usr/bin/mariadb', args: ['--protocol=socket'], stdin, timeoutSec: setSec, expectExit: [0] };
  await host.call('process.run', run).catch((error: unknown) => {
    // The next look tells that nobody can log in, and why.
    if (!(error instanceof CallError)) throw error;
  });
}

/** Left behind: data and accounts of a server (/var/lib/mysql, users mysql and redis), which its package leaves too. */
async function undo(host: Host, wanted: Desired): Promise<Applied> {
  await joinJob(host, name);
  const known = await savedBefore(host, name);
  if (known === undefined) return { restartRequired: false };
  const { packages, services } = saved.parse(known);
  const ours = Object.entries(packages).flatMap(([one, before]) => (before === null ? [one] : []));
  const back = Object.entries(services).map(([unit, was]) =>
    step('service.write', { name: unit, startType: was.startType, status: was.running ? 'Running' : 'Stopped' }),
  );
  const end = await runJob(host, name, [...back, ...removePackages(ours)]);
  if (!end.done) throw stopped(host, name, plan(wanted, await read(host, wanted)), end.why);
  await forgetSaved(host, name);
  return { restartRequired: false };
}

/** @returns modules of the level's packages that there are on Linux */
export const linuxDrivers = (of: Desired['level'], packages: Readonly<Record<string, string>>): Desired['drivers'] =>
  Object.fromEntries(ids.map((id) => [id, driversOf(of, id).filter((one) => one in packages)]));

export const linuxDatabase: Module<Desired, Actual> = {
  ...{ name, token: 'examsite:pc:LinuxDatabase', requirements: onWindows.requirements },
  ...{ desired, actual, read, plan, apply, undo },
};
