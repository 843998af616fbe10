/** Runs a command to its end and says what it cost: time on the wall, and processor time of it and of every child it waited for. */
import { execa } from 'execa';

export interface Timed {
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
  /** User and system together. Unlike the wall's, it hardly depends on what else the machine is doing. */
  readonly cpuSeconds: number;
}

export interface TimedOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Exit codes that are no failure. @default 0 only */
  readonly expected?: readonly number[];
}

/** Node tells nothing of what its children used; a shell does, in its second line: `0m1.250s 0m0.330s`. */
const withTimes = '"$@"; code=$?; times >&3; exit $code';
const longestMs = 1_800_000;

/** @throws Error with what the command said when it ends as it must not */
export async function timed(argv: readonly string[], { env = {}, cwd, expected = [0] }: TimedOptions): Promise<Timed> {
  const began = performance.now();
  const ended = await execa('sh', ['-c', withTimes, 'sh', ...argv], {
    env,
    ...(cwd === undefined ? {} : { cwd }),
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    reject: false,
    timeout: longestMs,
  });
  const seconds = (performance.now() - began) / 1000;
  const { exitCode, stdout, stderr } = ended;
  if (exitCode === undefined || !expected.includes(exitCode)) {
    throw new Error(`${argv[0] ?? ''} ended with ${String(exitCode)}:\n${lastOf(stdout)}\n${lastOf(stderr)}`);
  }
  return { stdout, stderr, seconds, cpuSeconds: cpuOf(String(ended.stdio[3])) };
}

const lastOf = (text: string): string => text.slice(-3000);

function cpuOf(times: string): number {
  const children = times.split('\n')[1] ?? '';
  const parts = [...children.matchAll(/(\d+)m([\d.]+)s/g)].map(([, min, sec]) => Number(min) * 60 + Number(sec));
  if (parts.length !== 2) throw new Error(`expected the shell's times, got ${times}`);
  return parts.reduce((sum, part) => sum + part, 0);
}
