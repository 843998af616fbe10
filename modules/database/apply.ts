import { UserError } from '../../src/core/errors.ts';
import type { Finding } from '../../src/core/finding.ts';
import type { Host } from '../../src/core/host.ts';
import type { Applied } from '../../src/core/module.ts';
import type { Call } from '../../src/core/primitives.ts';
import { withSecret } from '../../src/core/secrets.ts';
import { joinJob, runJob, step, stopped } from '../job.ts';
import { plan } from './plan.ts';
import { read } from './read.ts';
import { load, save } from './saved.ts';
import { wanted, type DatabaseActual, type DatabaseDesired, type Found } from './schema.ts';
import type { ServerId } from './servers.ts';
import { mysqlData, programOf, serviceOf } from './windows/places.ts';
import { setPassword } from './windows/password.ts';
import { installSteps, removeSteps } from './windows/steps.ts';

export const job = 'database';

export async function apply(
  host: Host,
  desired: DatabaseDesired,
  actual: DatabaseActual,
  findings: readonly Finding[],
): Promise<Applied> {
  if (await joinJob(host, job)) {
    // The job of an earlier controller has just ended: what was seen before is no longer so.
    const now = await read(host, desired);
    return applyNow(host, desired, now, plan(desired, now));
  }
  return applyNow(host, desired, actual, findings);
}

async function applyNow(
  host: Host,
  desired: DatabaseDesired,
  actual: DatabaseActual,
  findings: readonly Finding[],
): Promise<Applied> {
  const open = new Set(findings.filter((one) => one.verdict === 'drifted').map((one) => one.property));
  // Which version of ours is there is asked before the new one is written down.
  const former = (await load(host))?.installed ?? {};
  const works: { id: ServerId; found: Found; work: Work }[] = [];
  for (const id of wanted(desired)) {
    const found = actual.servers[id];
    const work = found === undefined ? 'nothing' : await chosen(host, id, found, open, former[id]);
    if (found !== undefined && work !== 'nothing') works.push({ id, found, work });
  }
  if (works.length === 0) return { restartRequired: false };
  const installs = works.filter(({ work }) => work === 'install').map(({ id }) => id);
  await mustBeUsable(desired);
  await save(host, desired, actual, installs);
  const steps = (
    await Promise.all(works.map(({ id, found, work }) => stepsOf(host, desired, id, found, work, former[id])))
  ).flat();
  const end = steps.length === 0 ? undefined : await runJob(host, job, steps);
  if (end?.done === false) throw stopped(host, 'database', findings, end.why);
  for (const { id, found, work } of works) if (work !== 'start') await giveLogin(host, desired, id, found, work);
  return { restartRequired: false };
}

/** PyMySQL 1.0.2 sends a password in Latin-1, and mysqlclient in the connection's own character set: only ASCII is the same to both. */
export async function mustBeUsable({ password }: Pick<DatabaseDesired, 'password'>): Promise<void> {
  if (password === undefined) return;
  const usable = await withSecret(password, (secret) => Promise.resolve(/^[\x20-\x7e]+$/.test(secret)));
  if (usable) return;
  const where = 'env' in password ? `$${password.env}` : password.file;
  throw new UserError([
    {
      where,
      expected: { zh: '只含 ASCII 字符的密码', en: 'a password of ASCII characters' },
      got: '***',
      fix: {
        zh: '换一个密码：考试用的 PyMySQL 发送不了其他字符',
        en: "choose another: the exam's PyMySQL cannot send other characters",
      },
      code: 'SEC005',
    },
  ]);
}

/** install: nothing of ours, or it cannot be mended; reset: configuration and password anew; start: only the service. */
type Work = 'nothing' | 'install' | 'reset' | 'start';

/** One of ours that is only stopped answers nothing either: it is started first, and then looked at. */
async function chosen(
  host: Host,
  id: ServerId,
  found: Found,
  open: ReadonlySet<string>,
  former: string | undefined,
): Promise<Work> {
  const work = workFor(id, found, open);
  if (work !== 'install' || !found.ours || found.running || former === undefined) return work;
  const { exists } = await host.call('file.stat', { path: programOf(id, former) });
  return exists ? 'start' : 'install';
}

export function workFor(id: ServerId, { service, ours }: Found, open: ReadonlySet<string>): Work {
  const wrong = (property: string): boolean => open.has(`${id}.${property}`);
  if (service === null || wrong('version')) return 'install';
  if (ours && (wrong('exposed') || wrong('login'))) return 'reset';
  return wrong('service') ? 'start' : 'nothing';
}

async function stepsOf(
  host: Host,
  desired: DatabaseDesired,
  id: ServerId,
  { service, ours }: Found,
  work: Work,
  former?: string,
): Promise<Call[]> {
  const version = desired.servers[id] ?? '';
  const start: Call[] =
    service === null ? [] : [step('service.write', { name: service, startType: 'Automatic', status: 'Running' })];
  if (work !== 'install') return start;
  // Ours in another version, or one that does not answer any more: it goes, its data stay for the new one to take over.
  const removal = service !== null && ours ? removeSteps(id, service, former ?? version, host.depot, true) : [];
  const { exists } = await host.call('file.stat', { path: `${mysqlData}\\mysql` });
  return [...removal, ...installSteps(id, version, host.depot, exists)];
}

async function giveLogin(
  host: Host,
  desired: DatabaseDesired,
  id: ServerId,
  { service }: Found,
  work: Work,
): Promise<void> {
  const version = desired.servers[id] ?? '';
  const name = work === 'install' || service === null ? serviceOf(id, version) : service;
  const set = (password: string): Promise<void> => setPassword(host, id, version, name, password, desired);
  await (desired.password === undefined ? set('') : withSecret(desired.password, set));
}
