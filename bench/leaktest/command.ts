/** `examsite …` on the controller of an exam network, with what it cost this machine. */
import { once } from 'node:events';
import path from 'node:path';
import { packageRoot, type Home } from '../../src/core/home.ts';
import type { ExamNetwork } from '../../test/network/exam-network.ts';

export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
  /** Of the command and whatever it started. */
  readonly cpuSec: number;
}

/** A shell tells the times of its children (POSIX `times`): the second line, user and system. */
const timed = 'command=$1; shift; "$command" "$@"; code=$?; times >&3; exit $code';

export async function commandIn(
  { namespaces, controller }: ExamNetwork,
  home: Home,
  words: readonly string[],
): Promise<Run> {
  const began = performance.now();
  const script = path.join(packageRoot, 'src', 'cli', 'main.ts');
  const child = namespaces.start(
    controller,
    'sh',
    ['-c', timed, 'sh', process.execPath, script, ...words, '--lang', 'en'],
    { stdio: ['ignore', 'pipe', 'pipe', 'pipe'], env: { ...process.env, EXAMSITE_HOME: home.root } },
  );
  const said = ['', '', ''];
  for (const [index, stream] of child.stdio.slice(1).entries())
    stream?.on('data', (block: Buffer) => (said[index] = `${said[index] ?? ''}${block.toString('utf8')}`));
  const [code] = (await once(child, 'close')) as [number | null];
  const [stdout = '', stderr = '', times = ''] = said;
  return { code, stdout, stderr, seconds: (performance.now() - began) / 1000, cpuSec: childSeconds(times) };
}

/** `0m1.20s 0m0.31s` → 1.51 */
export const childSeconds = (times: string): number =>
  [...(times.split('\n')[1] ?? '').matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds),
    0,
  );
