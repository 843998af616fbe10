/**
 * A device without an agent, at the other end of a session: each call is one command on a channel of its own, one after the other, since two
 * at once would be two hands on one configuration. What an agent would time, this does.
 */
import type { ClientChannel } from 'ssh2';
import { HostError } from '../core/errors.ts';
import type { Args } from '../core/host.ts';
import type { Call, ConsolePlatform, Hello, StepResult } from '../core/primitives.ts';
import { agentHash } from './channel.ts';
import { collect, type Collected } from './collect.ts';
import { languageOf, type Look } from './consoles.ts';
import { LinkEnd, type Link } from './link.ts';
import { within, type Timing } from './timing.ts';

/** Runs a command on a new channel. `use` must listen before it returns. @throws HostError session-lost */
export type Exec = <T>(command: string, use: (stream: ClientChannel) => Promise<T>) => Promise<T>;

/** A list of a device may be long; what is longer than this is no list. */
export const mostOutputBytes = 4 * 1024 * 1024;
/** A channel that closed without an exit code closed with its session if that is gone this soon after. */
const goneMs = 250;

interface Session {
  readonly exec: Exec;
  readonly closed: Promise<undefined>;
}

export class ConsoleLink implements Link {
  readonly #platform: ConsolePlatform;
  readonly #session: Session;
  readonly #timing: Timing;
  readonly #closed = Promise.withResolvers<undefined>();
  readonly closed: Promise<undefined> = this.#closed.promise;
  #end: { readonly code: LinkEnd['code']; readonly message: string } | undefined;
  #look: Look | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(platform: ConsolePlatform, session: Session, timing: Timing) {
    this.#platform = platform;
    this.#session = session;
    this.#timing = timing;
    void session.closed.then(() => this.#finish('session-lost', 'the session ended'));
  }

  /** @throws LinkEnd; Error where the answer is not that of such a device */
  async start(): Promise<Hello> {
    const { greeting, look } = languageOf(this.#platform);
    const { stdout } = await this.#run({ command: greeting, timeoutSec: this.#timing.helloMs / 1000 });
    this.#look = look(stdout);
    const { osVersion, uptimeSec, macs } = this.#look;
    const boot = new Date(Date.now() - uptimeSec * 1000);
    const bootTime = `${boot.toISOString().slice(0, 19)}Z`;
    const agent = agentHash(Buffer.alloc(0));
    return { protocol: 1, agent, platform: this.#platform, osVersion, bootTime, machineId: macs[0] ?? '', pid: 0 };
  }

  macs(): Promise<readonly string[]> {
    return Promise.resolve(this.#look?.macs ?? []);
  }

  request(calls: readonly Call[]): Promise<StepResult[]> {
    const answer = this.#turn.then(() => this.#batch(calls));
    this.#turn = answer.catch(() => undefined);
    return answer;
  }

  get over(): boolean {
    return this.#end !== undefined;
  }

  close(): void {
    this.#finish('session-lost', 'the session was closed');
  }

  async #batch(calls: readonly Call[]): Promise<StepResult[]> {
    if (this.#end !== undefined) throw new LinkEnd(this.#end.code, this.#end.message, false);
    const results: StepResult[] = [];
    for (const call of calls) results.push(await this.#answer(call));
    return results;
  }

  async #answer(call: Call): Promise<StepResult> {
    if (!isLine(call))
      return { error: { code: 'unsupported', message: `${call.name}: there is no agent on ${this.#platform}` } };
    const { exitCode = null, stdout, stderr, tooMuch } = await this.#run(call.args);
    if (tooMuch) return { error: { code: 'failed', message: `more than ${mostOutputBytes} bytes of output` } };
    return { ok: { exitCode, stdout, stderr } };
  }

  async #run({ command, stdin, timeoutSec }: Args<'console.run'>): Promise<Collected & { tooMuch: boolean }> {
    if (this.#end !== undefined) throw this.#ended();
    const ms = timeoutSec * 1000;
    try {
      return await this.#session.exec(command, async (stream) => {
        const limit = limited(stream);
        const running = collect(stream, { stdin, onStdout: limit.count, onStderr: limit.count });
        if (!(await within(Promise.race([running, this.closed]), ms))) {
          this.#finish('request-timeout', `the command did not end within ${ms / 1000} s`);
          stream.destroy();
          throw this.#ended();
        }
        const collected = await Promise.race([running, this.closed]);
        if (collected === undefined || (collected.exitCode === undefined && !limit.tooMuch() && (await this.#isGone())))
          throw this.#ended();
        return { ...collected, tooMuch: limit.tooMuch() };
      });
    } catch (error) {
      if (!(error instanceof HostError)) throw error;
      this.#finish('session-lost', error.message);
      throw this.#ended();
    }
  }

  #isGone(): Promise<boolean> {
    return within(this.closed, goneMs);
  }

  #ended(): LinkEnd {
    return new LinkEnd(this.#end?.code ?? 'session-lost', this.#end?.message ?? 'the session ended', true);
  }

  #finish(code: LinkEnd['code'], message: string): void {
    if (this.#end !== undefined) return;
    this.#end = { code, message };
    this.#closed.resolve(undefined);
  }
}

const isLine = (call: Call): call is Call<'console.run'> => call.name === 'console.run';

/** Closes the channel of a command that says too much. */
function limited(stream: ClientChannel): { count: (chunk: Buffer) => void; tooMuch: () => boolean } {
  let bytes = 0;
  return {
    count: ({ length }) => {
      bytes += length;
      if (bytes > mostOutputBytes) stream.close();
    },
    tooMuch: () => bytes > mostOutputBytes,
  };
}
