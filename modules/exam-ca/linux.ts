/**
 * The same on Linux, where Chromium looks neither at the system's certificates nor at one store for all accounts: a policy of the machine names
 * what it trusts besides its own roots.
 */
import path from 'node:path';
import { z } from 'zod';
import { CallError } from '../../src/core/errors.ts';
import type { Finding } from '../../src/core/finding.ts';
import type { Host } from '../../src/core/host.ts';
import type { Applied, Module } from '../../src/core/module.ts';
import { forgetSaved, saveBefore, savedBefore } from '../../src/core/undo.ts';
import { judge } from '../judge.ts';
import { observe } from '../observe.ts';
import { compareVersions } from '../version.ts';
import { sha256Of, validityOf } from './certificate.ts';
import { requirement, trustFindings } from './plan.ts';
import { certificates, validities } from './schema.ts';

const name = 'exam-ca';
const noRestart: Applied = { restartRequired: false };
const policy = 'CACertificates';
/** Sources name 131 to 133 as the first that has the policy on Linux. */
const leastBrowser = '133.0';
const programSec = 60;

const desired = z.strictObject({
  certificates,
  program: z.string().meta({ description: 'path of the browser' }),
});
type Desired = z.infer<typeof desired>;

const actual = z.strictObject({
  trusted: z.array(z.string()).meta({ description: 'SHA-256 of what our policy names' }),
  others: z.array(z.string()).meta({ description: 'other files of policies that name certificates' }),
  browser: z
    .string()
    .nullable()
    .meta({ description: 'version that Chromium or Chrome prints; null: it is neither, or was not asked' }),
  validity: validities,
  unobserved: z.record(z.string(), z.string()).meta({ description: 'by part: why it could not be seen' }),
});
type Actual = z.infer<typeof actual>;

/** Chrome and Chromium as Debian builds it. */
export const policyFolder = (program: string): string =>
  /google[-/]chrome/.test(program) ? '/etc/opt/chrome/policies/managed' : '/etc/chromium/policies/managed';
const fileOf = ({ program }: Pick<Desired, 'program'>): string => `${policyFolder(program)}/examsite-exam-ca.json`;

async function read(host: Host, wanted: Desired): Promise<Actual> {
  const needed = wanted.certificates.length > 0;
  const [file, others, version, now] = await Promise.all([
    observe(contentOf(host, fileOf(wanted))),
    observe(needed ? othersIn(host, wanted) : Promise.resolve([])),
    observe(needed ? printed(host, wanted.program, ['--version']) : Promise.resolve('')),
    observe(needed ? printed(host, 'date', ['-u', '+%Y-%m-%dT%H:%M:%SZ']) : Promise.resolve('')),
  ]);
  const whys = { trusted: file.why, others: others.why, browser: version.why };
  const time = now.value?.trim() ?? '';
  return {
    trusted: file.value === null ? [] : named(file.value),
    others: others.value ?? [],
    browser: /^(?:Chromium|Google Chrome) (\d+(?:\.\d+)+)/.exec(version.value ?? '')?.[1] ?? null,
    validity: Object.fromEntries(wanted.certificates.map(({ sha256, der }) => [sha256, validityOf(der, time)])),
    unobserved: Object.fromEntries(Object.entries(whys).flatMap(([part, why]) => (why === null ? [] : [[part, why]]))),
  };
}

const content = z.strictObject({ [policy]: z.array(z.base64()) });

/** What nobody of us can have written counts as one certificate that is not wanted. */
function named(bytes: Buffer): string[] {
  try {
    const { [policy]: all } = content.parse(JSON.parse(bytes.toString('utf8')));
    return all.map((der) => sha256Of(Buffer.from(der, 'base64'))).sort();
  } catch {
    return [sha256Of(bytes)];
  }
}

async function contentOf(host: Host, file: string): Promise<Buffer | null> {
  try {
    return Buffer.from((await host.call('file.read', { path: file })).base64, 'base64');
  } catch (error) {
    if (error instanceof CallError && error.code === 'not-found') return null;
    throw error;
  }
}

/** Of two files that set the same policy the browser takes one. */
async function othersIn(host: Host, wanted: Desired): Promise<string[]> {
  const args = ['-rlsw', '--include=*.json', policy, policyFolder(wanted.program)];
  const found = await host.call('process.run', { exe: 'grep', args, timeoutSec: programSec, readOnly: true });
  const files = found.stdout.split('\n').filter((line) => line !== '');
  return files.filter((file) => file !== fileOf(wanted)).sort();
}

async function printed(host: Host, exe: string, args: readonly string[]): Promise<string> {
  try {
    return (await host.call('process.run', { exe, args, timeoutSec: programSec, readOnly: true })).stdout;
  } catch (error) {
    if (error instanceof CallError && error.code === 'not-found') return '';
    throw error;
  }
}

function plan(wanted: Desired, { trusted, others, browser, validity, unobserved }: Actual): Finding[] {
  const file = fileOf(wanted);
  const why = unobserved['trusted'] ?? null;
  const found = trustFindings({ wanted: wanted.certificates, trusted, validity, why }, { zh: ` ${file} `, en: file });
  if (wanted.certificates.length === 0) return found;
  const reads = browser !== null && compareVersions(browser, leastBrowser) >= 0;
  const about = { requirement, property: 'browser', expected: `≥ ${leastBrowser}` };
  const is = { zh: `Chromium ${browser ?? '未安装'}`, en: `chromium is ${browser ?? 'not installed'}` };
  return [
    ...found,
    judge({ requirement, property: 'others', expected: [] }, unobserved['others'], () => ({
      actual: others,
      verdict: others.length === 0 ? 'ok' : 'failed',
      sentence: {
        zh: `其他策略文件不应设置 ${policy}，${others.length === 0 ? '没有' : `实有 ${others.join('、')}；请手动删去其中该项`}`,
        en: `no other file of policies may set ${policy}, ${others.length === 0 ? 'none does' : `these do: ${others.join(', ')}; take it out of them by hand`}`,
      },
    })),
    judge(about, unobserved['browser'], () => ({
      actual: browser,
      verdict: reads ? 'ok' : 'failed',
      sentence: {
        zh: `${is.zh}，${leastBrowser} 起才读取 ${policy} 策略${reads ? '' : '；请换用更新的软件包，或去掉白名单中的 inspect'}`,
        en: `${is.en}, from ${leastBrowser} on it reads the policy ${policy}${reads ? '' : '; pin newer packages, or take inspect out of the whitelist'}`,
      },
    })),
  ];
}

const saved = z.strictObject({
  file: z.string(),
  /** Base64; null: there was none. */
  before: z.string().nullable(),
  /** The topmost folder that came into being with it; null: all were there. */
  made: z.string().nullable(),
});

async function apply(host: Host, wanted: Desired, _: Actual, findings: readonly Finding[]): Promise<Applied> {
  const open = findings.filter(({ verdict }) => verdict === 'drifted');
  if (open.length === 0) return noRestart;
  const file = fileOf(wanted);
  // The site has chosen another browser since.
  if ((await load(host))?.file !== file) await undo(host);
  const before = await contentOf(host, file);
  await saveBefore(host, name, {
    file,
    before: before?.toString('base64') ?? null,
    made: await topmostMissing(host, file),
  });
  // What is not good by the PC's clock is named all the same where it stands beside one that is.
  const text = `${JSON.stringify({ [policy]: wanted.certificates.map(({ der }) => der) })}\n`;
  await host.call('file.write', { path: file, base64: Buffer.from(text).toString('base64') });
  const made = (await load(host))?.made;
  if (typeof made === 'string') await openToAll(host, made);
  return noRestart;
}

/** Where root's umask keeps new folders to itself, no candidate's browser would find the policy. */
async function openToAll(host: Host, folder: string): Promise<void> {
  const args = ['--recursive', 'a+rX', folder];
  await host.call('process.run', { exe: 'chmod', args, timeoutSec: programSec, expectExit: [0] });
}

/** `/etc/chromium/policies` for a file in its folder `managed`, where only `/etc/chromium` is there. */
async function topmostMissing(host: Host, file: string): Promise<string | null> {
  const above: string[] = [];
  for (let one = path.posix.dirname(file); one !== '/'; one = path.posix.dirname(one)) above.push(one);
  const stats = await Promise.all(above.map((one) => host.call('file.stat', { path: one })));
  return stats.filter(({ exists }) => !exists).at(-1)?.path ?? null;
}

async function load(host: Host): Promise<z.infer<typeof saved> | undefined> {
  const known = await savedBefore(host, name);
  return known === undefined ? undefined : saved.parse(known);
}

async function undo(host: Host): Promise<Applied> {
  const known = await load(host);
  if (known === undefined) return noRestart;
  const { file, before, made } = known;
  if (before === null) await host.call('file.delete', { path: file });
  else await host.call('file.write', { path: file, base64: before });
  if (made !== null) await prune(host, path.posix.dirname(file), made);
  await forgetSaved(host, name);
  return noRestart;
}

/** Upwards, as long as each holds nothing. */
async function prune(host: Host, folder: string, top: string): Promise<void> {
  for (let one = folder; one.length >= top.length; one = path.posix.dirname(one)) {
    const { names } = await host.call('file.list', { path: one, match: '*' });
    if (names.length > 0) return;
    await host.call('file.delete', { path: one });
  }
}

export const linuxExamCa: Module<Desired, Actual> = {
  ...{ name, token: 'examsite:pc:LinuxExamCa', requirements: [requirement] },
  ...{ desired, actual, read, plan, apply, undo },
};
