/**
 * What a killed engine leaves running: its language host for up to five minutes (rpcutil.Healthcheck in pulumi-language-nodejs), and the
 * program, which waits for an answer of the engine. Neither knows any PC, but a person who looks finds them.
 */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Home } from '../core/home.ts';
import { isGone } from '../provider/lifetime.ts';

/**
 * Ends what was started for this site's home by an engine that is gone: nobody listens any more where it was. Linux only: elsewhere they end
 * by themselves.
 *
 * @returns how many
 */
export async function endOrphans(home: Home): Promise<number> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const orphans = await Promise.all(pids.map(async (pid) => ((await isOrphan(home, pid)) ? Number(pid) : undefined)));
  const ended = orphans.filter((pid) => pid !== undefined);
  for (const pid of ended) end(pid);
  return ended.length;
}

async function isOrphan(home: Home, pid: string): Promise<boolean> {
  const engine = engineOf(await nullSeparated(pid, 'cmdline'));
  if (engine === undefined) return false;
  if (!(await nullSeparated(pid, 'environ')).includes(`EXAMSITE_HOME=${home.root}`)) return false;
  const [address = '', port] = engine.split(':');
  return isGone({ address, port: Number(port) });
}

/** Where the engine is of a language host, of a program, or of one of our plugins; undefined for any other process. */
function engineOf(words: readonly string[]): string | undefined {
  const isLanguageHost = path.basename(words[0] ?? '') === 'pulumi-language-nodejs';
  const isProgram = words.some((word) => word.endsWith('@pulumi/pulumi/cmd/run/index.js'));
  const isPlugin = words.some((word) => /\/src\/(?:provider|command)\/main\.[jt]s$/.test(word));
  const named = isProgram ? words[words.indexOf('--engine') + 1] : undefined;
  const last = isLanguageHost || isPlugin ? words.findLast((word) => word !== '') : undefined;
  return [named, last].find((word) => word !== undefined && /^127\.0\.0\.1:\d+$/.test(word));
}

/** Empty for a process that has ended, and for one of somebody else. */
async function nullSeparated(pid: string, file: string): Promise<string[]> {
  const text = await readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
  return text.split('\0');
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGTERM');
  } catch {
    // It has ended by itself.
  }
}
