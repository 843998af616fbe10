/** L*.mysql and L*.redis on Linux: MariaDB, which stands for MySQL, and Redis from the distribution's packages, as services of systemd. */
import { z } from 'zod';
import { CallError } from '../../src/core/errors.ts';
import type { Finding } from '../../src/core/finding.ts';
import type { Host } from '../../src/core/host.ts';
import type { Applied, Module } from '../../src/core/module.ts';
import { forgetSaved, saveBefore, savedBefore } from '../../src/core/undo.ts';
import { formerVersions, installPackages, readPackages, removePackages, wrongPackages } from '../debian.ts';
import { joinJob, runJob, step, stopped } from '../job.ts';
import { observe } from '../observe.ts';
import { database as onWindows } from './module.ts';
import { plan } from './linux-plan.ts';
import { actual, desired, ids, wantedOf, type Actual, type Desired, type Found, type Id } from './linux-schema.ts';
import { both, heardFrom, logInAs } from './read.ts';
import { driversOf } from './schema.ts';

const name = 'database';
const setSec = 60;

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
