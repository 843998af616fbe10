/** One SSH connection to one machine: its agent channel, or its console, started when first needed, and plain commands and copies beside it. */
import pLimit from 'p-limit';
import type { LimitFunction } from 'p-limit';
import type { ClientChannel, ExecOptions } from 'ssh2';
import { HostError } from '../core/errors.ts';
import type { AgentPlatform, ConsolePlatform, Hello } from '../core/primitives.ts';
import { AgentLink } from './agent-link.ts';
import { agentSource } from './agent-source.ts';
import { agentHash, channelOf } from './channel.ts';
import type { Platform } from './channel.ts';
import { connect } from './connection.ts';
import type { Connection, Target } from './connection.ts';
import { ConsoleLink } from './console-link.ts';
import { isConsole } from './consoles.ts';
import { LinkEnd, type Link } from './link.ts';
import { reason } from './tcp.ts';
import type { Timing } from './timing.ts';

export interface Agent {
  readonly hello: Hello;
  readonly link: Link;
}

/** sshd allows ten channels a connection (MaxSessions) and the agent has one; more than these at once gain nothing on one machine. */
const commandsAtOnce = 3;
/** An end that is not confirmed by then comes from a machine that is no longer there. */
const farewellMs = 1_000;

export class Session {
  readonly #target: Target;
  readonly #platform: Platform;
  readonly #timing: Timing;
  readonly #connection: Connection;
  readonly #limit = pLimit(commandsAtOnce);
  #agent: Promise<Agent> | undefined;
  #link: Link | undefined;
  #alive = true;
  /** Settles when the connection is gone; never rejects. */
  readonly closed: Promise<undefined>;

  private constructor(target: Target, platform: Platform, timing: Timing, connection: Connection) {
    this.#target = target;
    this.#platform = platform;
    this.#timing = timing;
    this.#connection = connection;
    this.closed = connection.closed;
    void this.closed.then(() => (this.#alive = false));
  }

  /** @throws HostError unreachable, host-key-changed or auth-failed. */
  static async open(target: Target, platform: Platform, timing: Timing, limit: LimitFunction): Promise<Session> {
    return new Session(target, platform, timing, await connect(target, timing, limit));
  }

  get hostKey(): string {
    return this.#connection.hostKey;
  }

  /** False from the moment on that its connection or its agent has ended, though farewells may still be under way. */
  get usable(): boolean {
    return this.#alive && this.#link?.over !== true;
  }

  /** LAN address this session goes to. */
  get address(): string {
    return this.#target.address;
  }

  /** What answers here, an agent or a console. @throws HostError agent-failed */
  agent(): Promise<Agent> {
    this.#agent ??= this.#start().catch((error: unknown) => {
      this.#agent = undefined;
      throw error;
    });
    return this.#agent;
  }

  /** Runs a command on a channel of its own. `use` must listen to what it wants to hear before it returns. */
  withChannel<T>(command: string, options: ExecOptions, use: (stream: ClientChannel) => Promise<T>): Promise<T> {
    return this.#limit(() => this.#exec(command, options, use));
  }

  /** Runs `use` with node-ssh's file copies. */
  withCopies<T>(use: (ssh: Connection['ssh']) => Promise<T>): Promise<T> {
    return this.#limit(() => use(this.#connection.ssh));
  }

  async close(): Promise<void> {
    this.#link?.close();
    // One turn later, so that the end of the agent's input goes out before the connection's.
    setImmediate(() => this.#connection.client.end());
    const giveUp = setTimeout(() => this.#connection.destroy(), farewellMs);
    await this.closed;
    clearTimeout(giveUp);
  }

  #start(): Promise<Agent> {
    return isConsole(this.#platform) ? this.#startConsole(this.#platform) : this.#startAgent(this.#platform);
  }

  async #startAgent(platform: AgentPlatform): Promise<Agent> {
    const source = agentSource(platform);
    const open = (stream: ClientChannel): AgentLink => new AgentLink(stream, platform, this.#timing);
    const link = await this.#exec(channelOf(platform).command, {}, open);
    this.#link = link;
    try {
      const hello = await link.start(source);
      this.#check(hello, agentHash(source));
      return this.#started(hello, link);
    } catch (error) {
      this.#link = undefined;
      link.close();
      throw this.#failed(error, 'the agent did not start', link.noise());
    }
  }

  async #startConsole(platform: ConsolePlatform): Promise<Agent> {
    const exec = <T>(command: string, use: (stream: ClientChannel) => Promise<T>): Promise<T> =>
      this.#exec(command, {}, use);
    const link = new ConsoleLink(platform, { exec, closed: this.closed }, this.#timing);
    this.#link = link;
    try {
      return this.#started(await link.start(), link);
    } catch (error) {
      this.#link = undefined;
      link.close();
      throw this.#failed(error, `no console of ${platform} answered`, []);
    }
  }

  /** What ends takes the session along: whoever comes next starts from a state that is known. */
  #started(hello: Hello, link: Link): Agent {
    void link.closed.then(() => this.close());
    return { hello, link };
  }

  /**
   * A command that is over in no time has its exit code and its end in the same packet as "it runs", so `use` is called at once: after an
   * `await` both would be missed.
   */
  #exec<T>(command: string, options: ExecOptions, use: (stream: ClientChannel) => T | Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const failed = (error: unknown): void =>
        reject(new HostError(this.#target.host, 'session-lost', `no channel at ${this.address} (${reason(error)})`));
      try {
        this.#connection.client.exec(command, options, (error, stream) => {
          if (error === undefined) resolve(use(stream));
          else failed(error);
        });
      } catch (error) {
        failed(error);
      }
    });
  }

  #check(hello: Hello, expected: string): void {
    if (hello.agent !== expected) throw new Error('its source arrived damaged');
    if (hello.platform !== this.#platform) throw new Error(`it runs on ${hello.platform}, not on ${this.#platform}`);
  }

  #failed(error: unknown, what: string, noise: readonly string[]): HostError {
    const why = error instanceof Error ? error.message : String(error);
    // The machine went away, which says nothing about its agent.
    if (!this.#alive && error instanceof LinkEnd && error.code === 'session-lost')
      return new HostError(this.#target.host, 'session-lost', `the session to ${this.address} ended as it began`);
    const said = noise.length === 0 ? '' : `; the machine said: ${noise.join(' | ')}`;
    return new HostError(this.#target.host, 'agent-failed', `${what} at ${this.address}: ${why}${said}`);
  }
}
