/** Everything about the box in one round trip: what is on its disk, what is in force, and what the two daemons say that they work by. */
import { createHash } from 'node:crypto';
import type { Host } from '../../../src/core/host.ts';
import type { Exchange, ExchangeResult } from '../../../src/core/exchange.ts';
import type { FileStat } from '../../../src/core/primitives.ts';
import { observe, type Observed } from '../../observe.ts';
import type { Actual, Desired } from '../schema.ts';
import {
  current,
  kernelFile,
  kernelKeys,
  policyName,
  programs,
  rivals,
  ruleFile,
  statsPort,
  tables,
  trustStore,
  unitFile,
  units,
} from './places.ts';
import { lists, ruleSet, source, type RuleSet } from './render.ts';
import { jobId } from './transaction.ts';

const sh = '/bin/sh';
const timeoutSec = 20;
/** Fixed text: what it works on comes as arguments and on standard input. */
const listTables = tables.map(([family, name]) => `nft -s -t list table ${family} ${name}`).join(' && ');

export async function read(host: Host, desired: Desired): Promise<Actual> {
  const set = ruleSet(desired);
  const names = Object.keys(lists(desired));
  const run = (exe: string, args: readonly string[], stdin = '') =>
    observe(host.call('process.run', { exe, args, stdin, timeoutSec, readOnly: true }));
  const tools = toolsOf(desired);
  const [link, stats, found, texts, live, wanted, talk, services, kernel, job, others] = await Promise.all([
    run('/usr/bin/readlink', [current]),
    Promise.all(pathsOf(set).map((path) => observe(host.call('file.stat', { path, sha256: true })))),
    Promise.all(Object.values(tools).map((path) => observe(host.call('file.stat', { path })))),
    Promise.all(names.map((name) => observe(host.call('file.read', { path: `${current}/${name}` })))),
    run(sh, ['-c', listTables]),
    run('/usr/bin/unshare', ['-n', sh, '-c', `nft -f - && ${listTables}`], set.files['exam.nft']),
    observe(host.call('net.exchange', { exchanges: questions(desired) })),
    observe(host.call('service.read', { names: [...units, ...rivals] })),
    run('/usr/sbin/sysctl', ['-n', ...kernelKeys]),
    observe(host.call('job.status', { id: jobId })),
    desired.inspection === null ? undefined : run('/usr/bin/find', readableByOthers(set)),
  ]);
  const [info, answer] = talk.value?.results ?? [];
  return {
    missing: Object.keys(tools).filter((_, index) => found[index]?.value?.exists === false),
    policy: link.value?.exitCode === 0 ? link.value.stdout.trim() : null,
    files: Object.fromEntries(pathsOf(set).map((path, index) => [path, hashOf(stats[index])])),
    lists: Object.fromEntries(names.map((name, index) => [name, linesOf(texts[index]?.value?.base64 ?? '')])),
    firewall: { live: rulesOf(live), wanted: rulesOf(wanted) },
    proxy: said(info, /^description: (\S+)/im),
    resolver: said(answer, /(examsite-[0-9a-f]{32})/),
    services: Object.fromEntries(
      (services.value?.services ?? []).map(({ name, startType, status }) => [
        name,
        { atBoot: startType === 'Automatic', running: status === 'Running' },
      ]),
    ),
    kernel: settingsOf(kernel.value?.stdout ?? ''),
    unconfirmed: job.value?.state === 'awaiting-confirmation' || job.value?.state === 'running',
    ...(others === undefined ? {} : { exposed: pathsIn(others.value?.stdout ?? '') }),
    unobserved: reasons({
      ...{ services, kernel, firewall: wanted, confirmed: job, daemons: talk },
      ...(others === undefined ? {} : { exposed: others }),
    }),
  };
}

/** What the box must have: for the servers behind opened TLS also something to judge them by. */
const toolsOf = ({ inspection }: Desired): Readonly<Record<string, string>> =>
  inspection === null ? programs : { ...programs, trustStore };

/** Arguments of find(1): certificates with a mode that lets somebody else than their owner in, or with another owner than root. */
const readableByOthers = ({ policy }: RuleSet): string[] => [
  ...[ruleFile(policy, 'certificates'), '-type', 'f'],
  ...['(', '-perm', '/077', '-o', '!', '-user', 'root', ')'],
];
const pathsIn = (stdout: string): string[] => stdout.split('\n').filter(Boolean).toSorted();

/** Every file that must be as it is rendered, with where it lies. */
export const filesOf = (set: RuleSet): Readonly<Record<string, string>> => ({
  ...Object.fromEntries(Object.entries(set.files).map(([name, text]) => [ruleFile(set.policy, name), text])),
  ...Object.fromEntries(units.map((unit) => [unitFile(unit), source(unit)])),
  [kernelFile]: source('90-examsite.conf'),
});
/** Where they lie, with their SHA-256. */
export const certificatesOf = ({ policy, certificates }: RuleSet): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(certificates).map(([name, { sha256 }]) => [ruleFile(policy, name), sha256]));
const pathsOf = (set: RuleSet): string[] => [...Object.keys(filesOf(set)), ...Object.keys(certificatesOf(set))];
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The proxy's own description of itself, and a record that only this rule set's resolver has. */
function questions({ lan }: Desired): Exchange[] {
  const name = policyName.split('.').map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)]));
  const question = Buffer.concat([
    Buffer.from([0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]),
    ...name,
    Buffer.from([0, 0, 16, 0, 1]),
  ]);
  return [
    {
      protocol: 'tcp',
      address: '127.0.0.1',
      port: statsPort,
      send: base64('show info\n'),
      receiveBytes: 65_536,
      timeoutMs: 2000,
    },
    {
      protocol: 'udp',
      address: lan.address,
      port: 53,
      send: question.toString('base64'),
      receiveBytes: 512,
      timeoutMs: 2000,
    },
  ];
}
const base64 = (text: string): string => Buffer.from(text).toString('base64');

const said = (result: ExchangeResult | undefined, pattern: RegExp): string | null =>
  pattern.exec(Buffer.from(result?.received ?? '', 'base64').toString('latin1'))?.[1] ?? null;

const hashOf = (stat: Observed<FileStat> | undefined): string | null => stat?.value?.sha256 ?? null;

const linesOf = (text: string): string[] =>
  Buffer.from(text, 'base64')
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '');

/** Without what depends on the version of nft: how deep a line stands. */
const rulesOf = ({ value }: Observed<{ exitCode: number; stdout: string }>): string[] | null =>
  value?.exitCode === 0 ? value.stdout.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim()])) : null;

function settingsOf(stdout: string): Record<string, string> {
  const values = stdout.trim().split('\n');
  return Object.fromEntries(
    kernelKeys.flatMap((key, index) => (values[index] === undefined ? [] : [[key, values[index]]])),
  );
}

function reasons(looks: Readonly<Record<string, Observed<unknown>>>): Record<string, string> {
  return Object.fromEntries(Object.entries(looks).flatMap(([name, { why }]) => (why === null ? [] : [[name, why]])));
}
