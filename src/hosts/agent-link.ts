/**
 * One running agent at the other end of a channel: its hello, then batches of calls and their answers. The agent works through them one by
 * one, so answers come in the order of the requests; any number may be on the way.
 */
import type { ClientChannel } from 'ssh2';
import { z } from 'zod';
import { CallError } from '../core/errors.ts';
import type { AgentPlatform, Call, Hello, StepResult } from '../core/primitives.ts';
import { channelOf } from './channel.ts';
import type { Channel } from './channel.ts';
import { batchMs } from './deadline.ts';
import { LineSplitter, readable } from './lines.ts';
import { LinkEnd, type Link } from './link.ts';
import { answerPrefix, parseAnswer, toAscii } from './protocol.ts';
import type { Answer } from './protocol.ts';
import type { Timing } from './timing.ts';

interface Waiting {
  readonly id: number;
  readonly calls: readonly Call[];
  readonly resolve: (results: StepResult[]) => void;
  readonly reject: (error: LinkEnd) => void;
}

const noiseLines = 20;
const adapters = z.object({ adapters: z.array(z.object({ mac: z.string() })) });

export class AgentLink implements Link {
  readonly #stream: ClientChannel;
  readonly #channel: Channel;
  readonly #timing: Timing;
  readonly #waiting: Waiting[] = [];
  readonly #noise: string[] = [];
  readonly #hello = Promise.withResolvers<Hello>();
  readonly #closed = Promise.withResolvers<undefined>();
  #end: { readonly code: LinkEnd['code']; readonly message: string } | undefined;
  #clock: NodeJS.Timeout | undefined;
  #lastId = 0;
  /** Settles when the link is over, for whatever reason; never rejects. */
  readonly closed: Promise<undefined> = this.#closed.promise;

  /** @param stream the channel on which sshd runs `channelOf(platform).command`. */
  constructor(stream: ClientChannel, platform: AgentPlatform, timing: Timing) {
    this.#stream = stream;
    this.#channel = channelOf(platform);
    this.#timing = timing;
    const answers = new LineSplitter();
    const errors = new LineSplitter();
    stream.on('data', (chunk: Buffer) => this.#read(answers, chunk, (line) => this.#line(line)));
    stream.stderr.on('data', (chunk: Buffer) => this.#read(errors, chunk, (line) => this.#remember(line)));
    stream.on('error', (error: Error) => this.#finish('session-lost', error.message));
    stream.on('close', () => this.#finish('session-lost', 'the session ended'));
  }

  /** Sends the agent and waits for its hello. @throws LinkEnd */
  start(source: Buffer): Promise<Hello> {
    this.#startClock(this.#timing.helloMs, 'hello');
    this.#write(this.#channel.opening(source));
    return this.#hello.promise;
  }

  /** @returns one result per call, in their order. @throws LinkEnd */
  request(calls: readonly Call[]): Promise<StepResult[]> {
    if (this.#end !== undefined) return Promise.reject(new LinkEnd(this.#end.code, this.#end.message, false));
    const id = ++this.#lastId;
    const answer = new Promise<StepResult[]>((resolve, reject) => this.#waiting.push({ id, calls, resolve, reject }));
    if (this.#waiting.length === 1) this.#timeHead();
    this.#write(this.#channel.request(toAscii({ id, calls })));
    return answer;
  }

  async macs(): Promise<string[]> {
    const [result] = await this.request([{ name: 'net.read', args: {} }]);
    if (result === undefined || 'error' in result)
      throw new CallError('net.read', result?.error ?? { code: 'no-answer', message: 'no answer' });
    return adapters.parse(result.ok).adapters.map(({ mac }) => mac);
  }

  get over(): boolean {
    return this.#end !== undefined;
  }

  /** The last lines that were no answers: what a shell or an interpreter said before it gave up. */
  noise(): readonly string[] {
    return this.#noise;
  }

  /** Lets the agent end by itself: with its input at an end it exits, and no interpreter stays behind on the machine. */
  close(): void {
    this.#finish('session-lost', 'the session was closed');
    this.#stream.end();
  }

  #write(text: string): void {
    this.#stream.write(Buffer.from(text, 'ascii'));
  }

  #read(lines: LineSplitter, chunk: Buffer, take: (line: Buffer) => void): void {
    if (this.#end !== undefined) return;
    try {
      for (const line of lines.push(chunk)) take(line);
    } catch (error) {
      // Out of step is out of trust: whatever follows a line that cannot be read could be anything.
      this.#finish('session-lost', `an answer could not be read (${firstLine(error)})`);
    }
  }

  #line(line: Buffer): void {
    const text = line.toString('latin1');
    const answer = text.startsWith(answerPrefix) ? parseAnswer(text) : undefined;
    if (answer === undefined) this.#remember(line);
    else if (this.#end === undefined) this.#answer(answer);
  }

  #remember(line: Buffer): void {
    if (line.length === 0) return;
    this.#noise.push(readable(line.subarray(0, 500)));
    if (this.#noise.length > noiseLines) this.#noise.shift();
  }

  #answer(answer: Answer): void {
    if ('hello' in answer) {
      clearTimeout(this.#clock);
      this.#hello.resolve(answer.hello);
      return;
    }
    const head = this.#waiting[0];
    if (head?.id !== answer.id || head.calls.length !== answer.results.length)
      throw new Error(`answer ${answer.id} with ${answer.results.length} results is not to the request that is due`);
    this.#waiting.shift();
    this.#timeHead();
    head.resolve(answer.results);
  }

  /** Only the request at the head is being worked on, so only its time runs. */
  #timeHead(): void {
    clearTimeout(this.#clock);
    const head = this.#waiting[0];
    if (head === undefined) return;
    const names = [...new Set(head.calls.map(({ name }) => name))].join(', ');
    this.#startClock(batchMs(head.calls, this.#timing.requestMarginMs), names);
  }

  #startClock(ms: number, what: string): void {
    this.#clock = setTimeout(() => {
      this.#finish('request-timeout', `no answer to ${what} within ${Math.round(ms / 1000)} s`);
      this.#stream.destroy();
    }, ms);
  }

  #finish(code: LinkEnd['code'], message: string): void {
    if (this.#end !== undefined) return;
    this.#end = { code, message };
    clearTimeout(this.#clock);
    const [head, ...behind] = this.#waiting.splice(0);
    head?.reject(new LinkEnd(code, message, true));
    // Those behind the one that hung were not begun as far as anybody knows; they did not time out.
    for (const { reject } of behind) reject(new LinkEnd('session-lost', message, true));
    this.#hello.promise.catch(() => undefined);
    this.#hello.reject(new LinkEnd(code, message, true));
    this.#closed.resolve(undefined);
  }
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replaceAll(/\s+/g, ' ').slice(0, 200);
}
