/** Puts a rule set in force, and takes everything off again: files first, all checked by the programs that read them, then one transaction. */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { unlessGone } from '../../../src/core/errors.ts';
import type { Finding, Text } from '../../../src/core/finding.ts';
import { home } from '../../../src/core/home.ts';
import type { Host } from '../../../src/core/host.ts';
import type { Applied } from '../../../src/core/module.ts';
import type { Call, JobStatus } from '../../../src/core/primitives.ts';
import { leafOf } from '../../../src/inspection/load.ts';
import { forgetSaved, saveBefore, savedBefore } from '../../../src/core/undo.ts';
import { step, stopped } from '../../job.ts';
import type { Actual, Desired } from '../schema.ts';
import { current, folder, kernelFile, programs, rivals, ruleFile, tables, unitFile, units } from './places.ts';
import { filesOf, read, sha256 as hashOf } from './read.ts';
import { ruleSet, type RuleSet } from './render.ts';
import { transact } from './transaction.ts';

const name = 'whitelist-router';
const noRestart: Applied = { restartRequired: false };
const timeoutSec = 60;

/** What `apply` saves on the box: what it switches off, and what it sets. */
const saved = z.strictObject({
  services: z.record(z.string(), z.strictObject({ atBoot: z.boolean(), running: z.boolean() })),
  kernel: z.record(z.string(), z.string()),
});
type Saved = z.infer<typeof saved>;

export async function apply(
  host: Host,
  desired: Desired,
  actual: Actual,
  findings: readonly Finding[],
): Promise<Applied> {
  const set = ruleSet(desired);
  const services = Object.fromEntries(
    rivals.flatMap((unit) => (actual.services[unit] ? [[unit, actual.services[unit]]] : [])),
  );
  const before: Saved = { services, kernel: actual.kernel };
  await saveBefore(host, name, before);
  await write(host, set, findings);
  await accepted(host, set.policy, findings);
  const shrinks = narrower(desired, actual);
  const former = actual.policy;
  const end = await transact(host, {
    steps: [...switchOff(rivals, actual.services), ...point(set.policy), ...enforce(shrinks)],
    // There was another rule set before, or none.
    rollback: former === null ? takeOff(before) : [...point(former), ...enforce(true)],
    address: desired.management.address,
  });
  // Keys of a rule set that was taken back are not left behind.
  if (end.state === 'rolled-back') await forgetOthers(host, former ?? '').catch(unlessGone);
  if (end.state !== 'done') throw stopped(host, name, findings, refusal(end));
  await takenUp(host, desired, set.policy);
  await forgetOthers(host, set.policy);
  return noRestart;
}

/** Certificates come from the controller's own disk, and travel in no state, no job and no argument. */
async function write(host: Host, set: RuleSet, findings: readonly Finding[]): Promise<void> {
  const certificates = Object.entries(set.certificates).map(([file, { host: of, sha256 }]) => {
    const pem = leafOf(home(), of);
    if (pem !== undefined && hashOf(pem) === sha256) return { path: ruleFile(set.policy, file), text: pem };
    throw stopped(host, name, findings, {
      zh: `控制机上 ${of} 的证书已不是计划时的那一张；请再次运行 up`,
      en: `the controller's certificate for ${of} is not the one that was planned with; run up again`,
    });
  });
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  await Promise.all([
    ...Object.entries(filesOf(set)).map(([path, text]) => host.call('file.write', { path, base64: base64(text) })),
    ...certificates.map(({ path, text }) => host.call('secret.write', { path, base64: base64(text) })),
  ]);
}

/** A proxy that is reloaded takes over from its former self a moment after systemd has said so. The look that follows tells whether it has. */
async function takenUp(host: Host, desired: Desired, policy: string): Promise<void> {
  for (let tries = 0; tries < 20; tries += 1) {
    const { proxy, resolver } = await read(host, desired);
    if (proxy === policy && resolver === policy) return;
    await sleep(500);
  }
}

export async function undo(host: Host, desired: Desired): Promise<Applied> {
  const before = saved.optional().parse(await savedBefore(host, name));
  if (before === undefined) return noRestart;
  const end = await transact(host, { steps: takeOff(before), rollback: [], address: desired.management.address });
  if (end.state !== 'done') throw stopped(host, name, [], refusal(end));
  const files = [folder, kernelFile, ...units.map(unitFile)];
  await Promise.all(files.map((path) => host.call('file.delete', { path })));
  await host.call('process.run', { exe: '/usr/bin/systemctl', args: ['daemon-reload'], timeoutSec });
  await forgetSaved(host, name);
  return noRestart;
}

/** Something that was let through no longer is: then connections that are open are cut. */
function narrower(desired: Desired, actual: Actual): boolean {
  const wanted = ruleSet(desired).files;
  return Object.entries(actual.lists).some(([list, lines]) =>
    lines.some((line) => !(wanted[list] ?? '').split('\n').includes(line)),
  );
}

/** Each program reads its own file before anything is changed: a rule set that one of them refuses is never put in force. */
async function accepted(host: Host, policy: string, findings: readonly Finding[]): Promise<void> {
  const checks = [
    [programs.nft, '-c', '-f', ruleFile(policy, 'exam.nft')],
    [programs.haproxy, '-c', '-q', '-f', ruleFile(policy, 'haproxy.cfg')],
    [programs.dnsmasq, '--test', '-C', ruleFile(policy, 'dnsmasq.conf')],
  ] as const;
  const ends = await Promise.all(
    checks.map(([exe, ...args]) => host.call('process.run', { exe, args, timeoutSec, readOnly: true })),
  );
  for (const [index, { exitCode, stderr }] of ends.entries()) {
    if (exitCode === 0) continue;
    const why = `${checks[index]?.[0] ?? ''}: ${stderr.trim().split('\n').slice(0, 3).join(' ')}`;
    throw stopped(host, name, findings, { zh: `规则未被接受（${why}）`, en: `the rules were not accepted (${why})` });
  }
}

const run = (exe: string, ...args: string[]): Call => step('process.run', { exe, args, timeoutSec, expectExit: [0] });
/** Where what is taken off may not be there. */
const tryTo = (exe: string, ...args: string[]): Call => step('process.run', { exe, args, timeoutSec });
const systemctl = (...args: string[]): Call => run('/usr/bin/systemctl', ...args);

const switchOff = (some: readonly string[], services: Actual['services']): Call[] =>
  some
    .filter((unit) => services[unit]?.atBoot === true || services[unit]?.running === true)
    .map((unit) => systemctl('disable', '--now', unit));

/** One rename: there is no moment without a rule set, and none with half of one. */
const point = (policy: string): Call[] => [
  run('/bin/ln', '-sfn', policy, `${folder}/next`),
  run('/bin/mv', '-T', `${folder}/next`, current),
];

function enforce(cut: boolean): Call[] {
  const [firewall, resolver, proxy] = units;
  return [
    systemctl('daemon-reload'),
    systemctl('enable', '-q', ...units),
    systemctl('reload-or-restart', firewall),
    systemctl('restart', resolver),
    systemctl(cut ? 'restart' : 'reload-or-restart', proxy),
  ];
}

function takeOff({ services, kernel }: Saved): Call[] {
  return [
    tryTo('/usr/bin/systemctl', 'disable', '--now', '-q', ...units.toReversed()),
    ...Object.entries(kernel).map(([key, value]) => tryTo('/usr/sbin/sysctl', '-q', '-w', `${key}=${value}`)),
    ...tables.map(([family, table]) => tryTo(programs.nft, 'delete', 'table', family, table)),
    tryTo('/bin/rm', '-f', current),
    ...Object.entries(services).flatMap(([unit, { atBoot, running }]) => [
      ...(atBoot ? [tryTo('/usr/bin/systemctl', 'enable', '-q', unit)] : []),
      ...(running ? [tryTo('/usr/bin/systemctl', 'start', unit)] : []),
    ]),
  ];
}

/** Former rule sets: the one in force is kept, and no other. */
async function forgetOthers(host: Host, policy: string): Promise<void> {
  const { names } = await host.call('file.list', { path: folder, match: 'examsite-*' });
  await Promise.all(
    names.filter((one) => one !== policy).map((one) => host.call('file.delete', { path: `${folder}/${one}` })),
  );
}

function refusal({ state, error }: JobStatus): Text {
  const why = error?.message ?? state;
  return state === 'rolled-back'
    ? { zh: `路由器已自行恢复原规则（${why}）`, en: `the box has gone back to its former rules (${why})` }
    : { zh: `更改状态为 ${state}（${why}）`, en: `the change ended as ${state} (${why})` };
}
