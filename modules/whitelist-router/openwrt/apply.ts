/** Puts a rule set in force, and takes everything off again: files first, checked by the programs that read them, then one transaction. */
import { setTimeout as sleep } from 'node:timers/promises';
import path from 'node:path';
import { CallError } from '../../../src/core/errors.ts';
import type { Finding, Text } from '../../../src/core/finding.ts';
import type { Host } from '../../../src/core/host.ts';
import type { Applied } from '../../../src/core/module.ts';
import { stopped } from '../../job.ts';
import { folder, ruleFile } from '../linux/places.ts';
import { sha256 } from '../linux/read.ts';
import type { Desired } from '../schema.ts';
import { ask, run } from './console.ts';
import { boxScript, executables, filesOf, openWrtSet, ownFiles } from './places.ts';
import { command, word } from './quote.ts';
import { read } from './read.ts';
import type { Actual } from './schema.ts';
import { transact } from './transaction.ts';
import { inTheWay, moved } from './web.ts';

const name = 'openwrt-router';
const noRestart: Applied = { restartRequired: false };

export async function apply(
  host: Host,
  desired: Desired,
  actual: Actual,
  findings: readonly Finding[],
): Promise<Applied> {
  const set = openWrtSet(desired);
  const files = Object.entries(filesOf(set)).filter(([file, text]) => actual.files[file] !== sha256(text));
  if (files.length > 0) await run(host, 'sh -s', writing(files));
  await run(host, `${boxScript} save`);
  await accepted(host, set.policy, findings);
  const pages = inTheWay(desired, actual.web);
  if (pages.length > 0) await move(host, moved(pages));
  const cut = narrower(set.files, actual) ? 'restart' : 'reload';
  const end = await transact(host, ['to', set.policy, cut], desired.management.address);
  if (end !== 'done') throw stopped(host, name, findings, refusal(end));
  await takenUp(host, desired, set.policy);
  await run(host, `cd ${folder} && for one in examsite-*; do [ "$one" = ${word(set.policy)} ] || rm -rf "$one"; done`);
  return noRestart;
}

export async function undo(host: Host, desired: Desired): Promise<Applied> {
  const there = await ask(host, `[ -e ${folder}/undo/done ] && echo saved || true`);
  if (there.trim() !== 'saved') return noRestart;
  const end = await transact(host, ['off'], desired.management.address);
  if (end !== 'done') throw stopped(host, name, [], refusal(end));
  await run(host, command('rm', '-rf', ...ownFiles));
  return noRestart;
}

/**
 * A script that writes them all in one go, each by one rename: nobody reads half a file. The texts travel as here-documents (POSIX.1, Shell
 * Command Language, 2.7.4), within which nothing means anything while the delimiter is quoted.
 *
 * @throws Error for a text that a here-document cannot hold: with NUL, or a last line without an end
 */
export function writing(files: readonly (readonly [path: string, text: string])[]): string {
  const steps = files.map(([file, text]) => {
    if (!/^(?:[^\0]*\n)?$/.test(text)) throw new Error(`${file}: its last line has no end, or it holds NUL`);
    const [to, part, until] = [word(file), word(`${file}.part`), `end-${sha256(text)}`];
    const mode = executables.includes(file) ? `chmod 755 ${part}\n` : '';
    return `mkdir -p ${word(path.posix.dirname(file))}\ncat >${part} <<'${until}'\n${text}${until}\n${mode}mv ${part} ${to}\n`;
  });
  return `set -e\n${steps.join('')}`;
}

/** "The UCI system": batch reads commands line by line; what it has changed counts from the commit on. */
const move = (host: Host, lines: readonly string[]): Promise<string> =>
  run(host, 'uci batch && uci commit uhttpd && /etc/init.d/uhttpd reload', `${lines.join('\n')}\n`);

/** Something that was let through no longer is: then connections that are open are cut. */
function narrower(wanted: Readonly<Record<string, string>>, { lists }: Actual): boolean {
  return Object.entries(lists).some(([list, lines]) =>
    lines.some((line) => !(wanted[list] ?? '').split('\n').includes(line)),
  );
}

/** Each program reads its own file before anything is changed: a rule set that one of them refuses is never put in force. */
async function accepted(host: Host, policy: string, findings: readonly Finding[]): Promise<void> {
  const checks = [
    command('nft', '-c', '-f', ruleFile(policy, 'exam.nft')),
    command('haproxy', '-c', '-q', '-f', ruleFile(policy, 'haproxy.cfg')),
    command('dnsmasq', '--test', '-C', ruleFile(policy, 'dnsmasq.conf')),
  ];
  try {
    await ask(host, checks.join(' && '));
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    const why = error.message;
    throw stopped(host, name, findings, { zh: `规则未被接受（${why}）`, en: `the rules were not accepted (${why})` });
  }
}

/** A proxy that is reloaded takes over from its former self a moment later. The look that follows tells whether it has. */
async function takenUp(host: Host, desired: Desired, policy: string): Promise<void> {
  for (let tries = 0; tries < 20; tries += 1) {
    const { proxy, resolver } = await read(host, desired);
    if (proxy === policy && resolver === policy) return;
    await sleep(500);
  }
}

function refusal(end: string): Text {
  const why = end.replace(/^rolled-back ?/, '');
  return end.startsWith('rolled-back')
    ? { zh: `路由器已自行恢复原规则（${why}）`, en: `the box has gone back to its former rules (${why})` }
    : { zh: `更改状态为 ${end}`, en: `the change ended as ${end}` };
}
