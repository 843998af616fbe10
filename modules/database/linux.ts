/** L*.mysql and L*.redis on Linux: MariaDB, which stands for MySQL, and Redis from the distribution's packages, as services of systemd. */
import { z } from 'zod';
import type { Finding } from '../../src/core/finding.ts';
import type { Host } from '../../src/core/host.ts';
import type { Applied, Module } from '../../src/core/module.ts';
import { drifted } from '../../src/core/work.ts';
import { withSecret } from '../../src/core/secrets.ts';
import { forgetSaved, replaceSaved, saveBefore, savedBefore } from '../../src/core/undo.ts';
import { formerVersions, installPackages, readPackages, removePackages, wrongPackages } from '../debian.ts';
import { joinJob, runJob, step, stopped } from '../job.ts';
import { observe, type Observed } from '../observe.ts';
import { mustBeUsable } from './apply.ts';
import { givePasswordBack, setPassword } from './linux-password.ts';
import { database as onWindows } from './module.ts';
import { plan } from './linux-plan.ts';
import { actual, desired, ids, wantedOf, type Actual, type Desired, type Found, type Id } from './linux-schema.ts';
import { both, heardFrom, logInAs } from './read.ts';
import { driversOf } from './schema.ts';

const name = 'database';

async function read(host: Host, wanted: Desired): Promise<Actual> {
  const own = wantedOf(wanted);
  const [packages, services, talks, logins, without] = await Promise.all([
    readPackages(host, wanted.packages),
    observe(host.call('service.read', { names: own.map((id) => wanted.services[id] ?? '') })),
    observe(host.call('net.exchange', { exchanges: own.flatMap((id) => both(id, wanted.address)) })),
    observe(logIn(host, wanted)),
    // That somebody gets in with a password says nothing of one who has none.
    wanted.password === undefined ? nobody : observe(logInAs(host, [wanted.interpreter], wanted.drivers)),
  ]);
  const whys = {
    packages: packages.why,
    services: services.why,
    handshake: talks.why,
    login: logins.why ?? without.why,
  };
  const results = talks.value?.results ?? [];
  const one = (id: Id, index: number): Found => {
    const service = services.value?.services[index];
    return {
      startType: service?.startType ?? null,
      running: service?.status === 'Running',
      ...heardFrom(id, results.slice(index * 2, index * 2 + 2)),
      logins: logins.value?.[id] ?? {},
      open: Object.entries(without.value?.[id] ?? {}).flatMap(([driver, { error }]) =>
        error === null ? [driver] : [],
      ),
    };
  };
  return {
    packages: packages.value ?? {},
    servers: Object.fromEntries(own.map((id, index) => [id, one(id, index)])),
    unobserved: Object.fromEntries(Object.entries(whys).flatMap(([part, why]) => (why === null ? [] : [[part, why]]))),
  };
}

const nobody: Promise<Observed<Awaited<ReturnType<typeof logInAs>>>> = Promise.resolve({ value: {}, why: null });

function logIn(host: Host, { interpreter, drivers, password }: Desired): ReturnType<typeof logInAs> {
  const ask = (secret: string | null): ReturnType<typeof logInAs> => logInAs(host, [interpreter], drivers, secret);
  return password === undefined ? ask(null) : withSecret(password, ask);
}

const startType = z.enum(['Boot', 'System', 'Automatic', 'Manual', 'Disabled']);
const saved = z.strictObject({
  packages: z.record(z.string(), z.string().nullable()),
  services: z.record(z.string(), z.strictObject({ startType, running: z.boolean() })),
  /** Servers whose root has another password than before. */
  passwords: z.array(z.enum(ids)).default([]),
});

async function apply(host: Host, wanted: Desired, seen: Actual, findings: readonly Finding[]): Promise<Applied> {
  if (await joinJob(host, name)) return { restartRequired: false };
  await mustBeUsable(wanted);
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
  await giveLogin(host, wanted);
  return { restartRequired: false };
}

/** Looked at again, because most logins fail only while their server does not run. Debian lets root of MariaDB in by its Unix socket alone. */
async function giveLogin(host: Host, wanted: Desired): Promise<void> {
  const now = await read(host, wanted);
  const open = drifted(plan(wanted, now));
  const theirs = wantedOf(wanted).filter((id) => open.has(`${id}.login`) && now.servers[id]?.running === true);
  if (theirs.length === 0) return;
  const known = saved.parse(await savedBefore(host, name));
  await replaceSaved(host, name, { ...known, passwords: [...new Set([...known.passwords, ...theirs])] });
  const set = async (password: string): Promise<void> => {
    for (const id of theirs) await setPassword(host, id, wanted.services[id] ?? '', password);
  };
  await (wanted.password === undefined ? set('') : withSecret(wanted.password, set));
}

/** Left behind: data and accounts of a server (/var/lib/mysql, users mysql and redis), which its package leaves too. */
async function undo(host: Host, wanted: Desired): Promise<Applied> {
  await joinJob(host, name);
  const known = await savedBefore(host, name);
  if (known === undefined) return { restartRequired: false };
  const { packages, services, passwords } = saved.parse(known);
  for (const id of passwords) await backAsItWas(host, id, wanted.services[id] ?? '', services);
  const ours = Object.entries(packages).flatMap(([one, before]) => (before === null ? [one] : []));
  const back = Object.entries(services).map(([unit, was]) =>
    step('service.write', { name: unit, startType: was.startType, status: was.running ? 'Running' : 'Stopped' }),
  );
  const end = await runJob(host, name, [...back, ...removePackages(ours)]);
  if (!end.done) throw stopped(host, name, plan(wanted, await read(host, wanted)), end.why);
  await forgetSaved(host, name);
  return { restartRequired: false };
}

/** A server that has come with examsite goes, whatever its password is; one that was there must be as it was. */
async function backAsItWas(host: Host, id: Id, unit: string, before: Readonly<Record<string, unknown>>): Promise<void> {
  const { services } = await host.call('service.read', { names: [unit] });
  if (unit in before) {
    if (services[0]?.status !== 'Running') await host.call('service.write', { name: unit, status: 'Running' });
    return givePasswordBack(host, id, unit);
  }
  if (services[0]?.status === 'Running') await observe(givePasswordBack(host, id, unit));
}

/** @returns modules of the level's packages that there are on Linux */
export const linuxDrivers = (of: Desired['level'], packages: Readonly<Record<string, string>>): Desired['drivers'] =>
  Object.fromEntries(ids.map((id) => [id, driversOf(of, id).filter((one) => one in packages)]));

export const linuxDatabase: Module<Desired, Actual> = {
  ...{ name, token: 'examsite:pc:LinuxDatabase', requirements: onWindows.requirements },
  ...{ desired, actual, read, plan, apply, undo },
};
