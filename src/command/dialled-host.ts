/** A host that was not enrolled: one SSH connection, opened when first needed, to an address that the program names, with a key that it pins. */
import pLimit from 'p-limit';
import { NodeSSH } from 'node-ssh';
import type { Config } from 'node-ssh';
import type { Client } from 'ssh2';
import { HostError } from '../core/errors.ts';
import { algorithms, fingerprint, hostKeyFromWire } from '../hosts/host-key.ts';
import type { ShellHost } from '../hosts/shell.ts';
import { openTcp, reason } from '../hosts/tcp.ts';
import { backoff, sleep } from '../hosts/timing.ts';
import type { Access, Connection } from './connection.ts';

type Session = Awaited<ReturnType<ShellHost['session']>>;
/** How the bytes get there: a socket, or a channel of the proxy's connection. */
type Dial = (timeoutMs: number) => Promise<NonNullable<Config['sock']>>;

/** As in src/hosts: sshd allows ten channels a connection. */
const channelsAtOnce = 3;
const retryMs: readonly [number, number] = [100, 5_000];
const keepalive = { keepaliveInterval: 10_000, keepaliveCountMax: 3 };

/** Host keys that are accepted, for each of the two machines. */
export interface Pins {
  readonly host: readonly string[];
  readonly proxy: readonly string[];
}

export class DialledHost implements ShellHost {
  readonly name: string;
  readonly #connection: Connection;
  readonly #pins: Pins;
  readonly #open: NodeSSH[] = [];
  #session: Promise<Session> | undefined;

  constructor(connection: Connection, pins: Pins) {
    this.name = connection.host;
    this.#connection = connection;
    this.#pins = pins;
  }

  session(): Promise<Session> {
    const opening = (this.#session ??= this.#connect());
    // The next who asks tries again, after a failure as after an end.
    const forget = (): void => {
      if (this.#session === opening) this.#session = undefined;
    };
    opening.then(({ closed }) => closed.then(forget), forget);
    return opening;
  }

  close(): void {
    for (const ssh of this.#open.splice(0)) ssh.dispose();
  }

  async #connect(): Promise<Session> {
    const { proxy, host, port } = this.#connection;
    if (proxy === undefined) return sessionOf(await this.#login(this.#connection, this.#pins.host, tcp(host, port)));
    const bastion = await this.#login(proxy, this.#pins.proxy, tcp(proxy.host, proxy.port));
    const through: Dial = () => bastion.forwardOut('127.0.0.1', 0, host, port);
    return sessionOf(await this.#login(this.#connection, this.#pins.host, through));
  }

  /** A machine that is not there yet is waited for; one with another key or without a welcome is not. */
  async #login(access: Access, pins: readonly string[], dial: Dial): Promise<NodeSSH> {
    for (let failed = 0; ; failed++) {
      try {
        const ssh = await login(access, pins, dial);
        this.#open.push(ssh);
        return ssh;
      } catch (error) {
        const hopeless = error instanceof HostError && error.code !== 'unreachable';
        if (hopeless || (access.dialErrorLimit >= 0 && failed >= access.dialErrorLimit)) throw error;
        await sleep(backoff(retryMs, failed));
      }
    }
  }
}

const tcp =
  (address: string, port: number): Dial =>
  (timeoutMs) =>
    openTcp({ address, port }, timeoutMs);

async function login(access: Access, pins: readonly string[], dial: Dial): Promise<NodeSSH> {
  const timeoutMs = access.perDialTimeout === 0 ? 2 ** 31 - 1 : access.perDialTimeout * 1000;
  let seen: string | undefined;
  const ssh = new NodeSSH();
  try {
    const sock = await dial(timeoutMs);
    const hostVerifier = (raw: Buffer): boolean => pins.includes((seen = hostKeyFromWire(raw)));
    const connecting = ssh.connect({
      ...credentials(access),
      ...keepalive,
      sock,
      username: access.user,
      algorithms: algorithms(pins[0]),
      hostVerifier,
      readyTimeout: timeoutMs,
    });
    ssh.connection?.on('error', () => undefined);
    await connecting;
    return ssh;
  } catch (error) {
    ssh.dispose();
    throw explain(access, error, pins, seen);
  }
}

function credentials({ password, privateKey, privateKeyPassword, agentSocketPath }: Access): Config {
  const agent = agentSocketPath ?? process.env['SSH_AUTH_SOCK'];
  return {
    ...(privateKey === undefined ? {} : { privateKey }),
    ...(privateKeyPassword === undefined ? {} : { passphrase: privateKeyPassword }),
    ...(agent === undefined ? {} : { agent }),
    // A Linux with PAM may ask for the password as a question; node-ssh answers it.
    ...(password === undefined ? {} : { password, tryKeyboard: true }),
  };
}

function explain(access: Access, error: unknown, pins: readonly string[], seen: string | undefined): Error {
  const { host, port, user } = access;
  if (error instanceof Error && 'level' in error && error.level === 'client-authentication')
    return new HostError(host, 'auth-failed', `refused user ${user} with every credential of the connection`);
  if (seen !== undefined && !pins.includes(seen)) {
    const expected = pins.map(fingerprint).join(' or ');
    const message = `expected the host key ${expected}, got ${fingerprint(seen)}; find out which machine answers there before you trust it`;
    return new HostError(host, 'host-key-changed', message);
  }
  const why = reason(error);
  // ssh2 says this before anything is sent, and it names no part of the key.
  if (why.startsWith('Cannot parse privateKey')) return new HostError(host, 'auth-failed', why);
  return new HostError(host, 'unreachable', `no SSH session at port ${port} (${why}); is it on, does its sshd run?`);
}

function sessionOf(ssh: NodeSSH): Session {
  const client = ssh.connection;
  if (client === null) throw new Error('node-ssh connected without a client');
  const limit = pLimit(channelsAtOnce);
  const closed = new Promise<undefined>((resolve) => {
    client.once('end', () => resolve(undefined)).once('close', () => resolve(undefined));
  });
  return {
    closed,
    withChannel: (command, options, use) => limit(() => exec(client, command, options, use)),
    withCopies: (use) => limit(() => use(ssh)),
  };
}

/** `use` is called in the same turn as the channel opens: a command that is over in no time has its end in the same packet. */
function exec<T>(client: Client, ...[command, options, use]: Parameters<Session['withChannel']>): Promise<T> {
  return new Promise((resolve, reject) => {
    client.exec(command, options, (error, stream) => {
      if (error === undefined) resolve(use(stream) as Promise<T>);
      else reject(error);
    });
  });
}
