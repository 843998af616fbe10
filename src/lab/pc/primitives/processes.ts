/** Running programs, and driving a browser with one of them. */
import type { Args, Value } from '../../../core/host.ts';
import { Refusal } from '../fault.ts';
import type { Pc } from '../pc.ts';
import type { Handlers } from './perform.ts';

const outputLimit = 256 * 1024;

async function run(pc: Pc, args: Args<'process.run'>): Promise<Value<'process.run'>> {
  const { exe, args: list, stdin = '', timeoutSec, expectExit } = args;
  const { exitCode, stdout, stderr } = await within(timeoutSec, exe, pc.run(exe, list, stdin));
  const result = { exitCode, stdout: stdout.slice(0, outputLimit), stderr: stderr.slice(0, outputLimit) };
  if (expectExit && !expectExit.includes(exitCode)) {
    throw new Refusal('failed', `${exe} ended with ${exitCode}, expected ${expectExit.join(' or ')}`, result);
  }
  return result;
}

async function within<T>(timeoutSec: number, what: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const message = `${what} did not end within ${timeoutSec} s`;
    timer = setTimeout(() => reject(new Refusal('timeout', message)), timeoutSec * 1000);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

export const processPrimitives: Handlers<'process.run' | 'process.list' | 'webdriver.session'> = {
  'process.run': run,
  'process.list': (pc) => ({ names: pc.processes() }),
  'webdriver.session': (pc, args) => within(args.timeoutSec, 'the browser session', pc.webdriver(pc, args)),
};
