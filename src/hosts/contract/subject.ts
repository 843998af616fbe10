/** What the contract suite is run against, and the few words it is written in. Knows vitest and the contracts, and nothing of any host. */
import { describe, expect, it } from 'vitest';
import { CallError } from '../../core/errors.ts';
import type { Args, Host, PrimitiveName, Value } from '../../core/host.ts';
import type { ErrorCode } from '../../core/primitives.ts';

export interface Program {
  readonly exe: string;
  readonly args: readonly string[];
}

export interface Subject {
  readonly host: Host;
  readonly platform: 'windows' | 'linux';
  /** An empty folder on the machine, ours alone. */
  readonly scratch: string;
  readonly programs: {
    /** Prints the JSON `{ args, stdin }` of what follows its own arguments and of what it was fed. */
    readonly echo: Program;
    /** Prints `out`, `err` on stderr, and ends with 3. */
    readonly fails: Program;
    /** Runs for a minute with a child of its own, unless it is ended. */
    readonly hangs: Program;
  };
  /** Puts a file on a web server that the machine can reach. @returns its URL */
  readonly serve: (name: string, content: Buffer) => string;
  /** Ends the session under the host, as a pulled cable or a killed sshd would. Where there are sessions. */
  readonly dropSession?: () => Promise<void>;
  /** Names of programs that the machine still runs, of those above. */
  readonly leftovers?: () => Promise<string[]>;
  cleanup(): Promise<void>;
}

export interface Capabilities {
  /** The host talks over sessions that can die. */
  readonly sessions: boolean;
  /** The machine may be restarted by a test. */
  readonly restart: boolean;
  /** Services can be read and switched. */
  readonly services: boolean;
  /** It has at least one network card of its own. */
  readonly adapters: boolean;
}

/** The subject of the test that runs. */
export type Get = () => Subject;
export type Family = (get: Get, capabilities: Capabilities) => void;

/** `it` where the machine can do it; else a test that is skipped, and says why. */
export const where = (can: boolean, why: string) => (name: string, body: () => Promise<void>) =>
  can ? it(name, body) : it.skip(`${name} (${why})`, body);

export const base64 = (content: string | Buffer): string => Buffer.from(content).toString('base64');
export const text = (encoded: string): string => Buffer.from(encoded, 'base64').toString('utf8');

/** A path in the scratch folder. */
export const inside = ({ platform, scratch }: Subject, ...parts: readonly string[]): string =>
  [scratch, ...parts].join(platform === 'windows' ? '\\' : '/');

export function run(
  { host }: Subject,
  program: Program,
  more: Partial<Args<'process.run'>> = {},
): Promise<Value<'process.run'>> {
  const { args = [], ...options } = more;
  return host.call('process.run', {
    exe: program.exe,
    args: [...program.args, ...args],
    timeoutSec: 20,
    ...options,
  });
}

/** The call is refused with this code. @returns the refusal's facts */
export async function refused(call: Promise<unknown>, code: ErrorCode): Promise<NonNullable<CallError['detail']>> {
  const error = await call.then(
    (value) => Promise.reject(new Error(`expected ${code}, got ${JSON.stringify(value)}`)),
    (caught: unknown) => caught,
  );
  if (!(error instanceof CallError)) throw error;
  expect(error.code).toBe(code);
  expect(error.message).not.toBe('');
  return error.detail ?? {};
}

/** Asks until it is so. @returns the last answer */
export async function until<K extends PrimitiveName>(
  host: Host,
  name: K,
  args: Args<K>,
  isSo: (value: Value<K>) => boolean,
): Promise<Value<K>> {
  for (let tries = 0; ; tries++) {
    const value = await host.call(name, args);
    if (isSo(value) || tries === 100) return value;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

export { describe, expect, it };
