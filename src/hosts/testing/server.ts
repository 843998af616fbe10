/**
 * An SSH server in this process with a scripted agent behind it: for what a healthy machine never does. It knows the wire and no primitives;
 * what an agent answers, the test says.
 */
import { createHash } from 'node:crypto';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import ssh2 from 'ssh2';
import type { Connection as ServerConnection, ServerChannel } from 'ssh2';
import type { Call, StepResult } from '../../core/primitives.ts';
import { hostKeyFromWire } from '../host-key.ts';
import { newKeyPair } from '../key-pair.ts';
import { LineSplitter } from '../lines.ts';
import { toAscii } from '../protocol.ts';

export interface ServedRequest {
  readonly id: number;
  readonly calls: readonly Call[];
}

export interface Script {
  /** Answers one request; the default says `{}` to every call. What is returned is sent; undefined: nothing is. */
  answer?: (request: ServedRequest) => Promise<string | undefined> | string | undefined;
  /** Text before the hello. */
  greeting?: string;
  /** Cuts every answer into pieces of this many bytes. */
  pieces?: number;
  /** What the hello says beside the usual. */
  hello?: Readonly<Record<string, unknown>>;
  /** Takes connections and never says a word. */
  mute?: boolean;
  exec?: (command: string, stream: ServerChannel) => void;
}

/** @returns the line of an answer. */
export const answerLine = (id: number, results: readonly StepResult[]): string => `@@${toAscii({ id, results })}\n`;
export const okFor = ({ id, calls }: ServedRequest): string =>
  answerLine(
    id,
    calls.map(() => ({ ok: {} })),
  );

const commands = { windows: /^powershell\.exe /, linux: /^exec python3 / };

export class TestServer {
  readonly hostKey: string;
  readonly requests: ServedRequest[] = [];
  /** Sessions that authenticated. */
  logins = 0;
  /** TCP connections, a scan's included. */
  visits = 0;
  bootTime = '2026-03-01T08:00:00Z';
  script: Script = {};
  readonly #privateKey: string;
  readonly #authorized: string;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  port = 0;

  /** @param authorizedKey `ssh-ed25519 AAAA…`: the only key that may log in. @param like another server whose host key this one has too. */
  constructor(authorizedKey: string, like?: TestServer) {
    this.#authorized = authorizedKey;
    this.#privateKey = like === undefined ? newKeyPair().private : like.#privateKey;
    const parsed = ssh2.utils.parseKey(this.#privateKey);
    if (parsed instanceof Error) throw parsed;
    this.hostKey = hostKeyFromWire(parsed.getPublicSSH());
  }

  /** @param port 0: a free one. */
  async listen(address: string, port = 0): Promise<void> {
    const ssh = new ssh2.Server({ hostKeys: [this.#privateKey] }, (connection) => this.#serve(connection));
    const server = createServer({ noDelay: true }, (socket) => {
      this.visits++;
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket)).on('error', () => undefined);
      if (this.script.mute !== true) ssh.injectSocket(socket);
    });
    await new Promise<void>((resolve, reject) => server.on('error', reject).listen(port, address, resolve));
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
  }

  /** The cable is cut: sockets stay open, and nothing is read or answered any more. */
  silence(): void {
    for (const socket of this.#sockets) socket.removeAllListeners('data').pause();
  }

  /** Every session ends at once, as when sshd is killed. */
  drop(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    const stopped = new Promise<void>((resolve) => server.close(() => resolve()));
    this.drop();
    await stopped;
  }

  /** Off and on again, perhaps elsewhere. */
  async restart(address: string, bootTime: string): Promise<void> {
    const { port } = this;
    await this.stop();
    this.bootTime = bootTime;
    await this.listen(address, port);
  }

  #serve(connection: ServerConnection): void {
    connection
      .on('error', () => undefined)
      .on('authentication', (context) => {
        const offered = context.method === 'publickey' ? hostKeyFromWire(context.key.data) : '';
        if (this.#authorized.startsWith(offered) && offered !== '') context.accept();
        else context.reject(['publickey']);
      })
      .on('ready', () => {
        this.logins++;
        connection.on('session', (accept) => {
          accept().on('exec', (acceptExec, _reject, { command }) => this.#exec(command, acceptExec()));
        });
      });
  }

  #exec(command: string, stream: ServerChannel): void {
    stream.on('error', () => undefined);
    if (commands.windows.test(command)) this.#agent(stream, new PowerShellLines());
    else if (commands.linux.test(command)) this.#agent(stream, new PythonLines());
    else this.script.exec?.(command, stream);
  }

  #agent(stream: ServerChannel, interpreter: Interpreter): void {
    const lines = new LineSplitter();
    let busy: Promise<unknown> = Promise.resolve();
    stream.on('end', () => {
      stream.exit(0);
      stream.end();
    });
    stream.on('data', (chunk: Buffer) => {
      for (const line of lines.push(chunk)) {
        const heard = interpreter.hear(line.toString('latin1'));
        if (heard === undefined) continue;
        if ('source' in heard) stream.write(this.#hello(heard.source));
        else busy = busy.then(() => this.#answer(heard, stream));
      }
    });
  }

  #hello(source: Buffer): string {
    const agent = createHash('sha256').update(source).digest('hex');
    const hello = {
      protocol: 1,
      agent,
      platform: 'windows',
      osVersion: '10.0.19045',
      bootTime: this.bootTime,
      machineId: 'f2a1c0de-0000-4000-8000-000000000001',
      pid: 4711,
    };
    return `${this.script.greeting ?? ''}@@${toAscii({ hello: { ...hello, ...this.script.hello } })}\n`;
  }

  async #answer(request: ServedRequest, stream: ServerChannel): Promise<void> {
    this.requests.push(request);
    const text = await (this.script.answer ?? okFor)(request);
    if (text === undefined) return;
    const bytes = Buffer.from(text, 'latin1');
    const size = this.script.pieces ?? bytes.length;
    for (let start = 0; start < bytes.length; start += size) {
      stream.write(bytes.subarray(start, start + size));
      // A write a turn, or ssh2 would put them together again.
      if (size < bytes.length) await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

type Heard = { source: Buffer } | ServedRequest | undefined;
interface Interpreter {
  hear(line: string): Heard;
}

/** Understands the lines of src/hosts/windows/channel.ts by their form, and nothing else, as PowerShell would. */
class PowerShellLines implements Interpreter {
  #text = '';

  hear(line: string): Heard {
    if (line === "$s=''") this.#text = '';
    const chunk = /^\$s\+='([A-Za-z0-9+/=]*)'$/.exec(line)?.[1];
    if (chunk !== undefined) this.#text += chunk;
    if (line === 'Start-Agent $h') return { source: Buffer.from(this.#text, 'base64') };
    const request = /^R '([A-Za-z0-9+/=]+)'$/.exec(line)?.[1];
    return request === undefined
      ? undefined
      : (JSON.parse(Buffer.from(request, 'base64').toString('ascii')) as ServedRequest);
  }
}

class PythonLines implements Interpreter {
  #started = false;

  hear(line: string): Heard {
    if (this.#started) return JSON.parse(line) as ServedRequest;
    this.#started = true;
    return { source: Buffer.from(line, 'base64') };
  }
}
