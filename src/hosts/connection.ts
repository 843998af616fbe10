/** One authenticated SSH connection with a pinned host key. Everything that can go wrong on the way becomes a HostError that says what to do. */
import type { Socket } from 'node:net';
import { NodeSSH } from 'node-ssh';
import type { LimitFunction } from 'p-limit';
import type { Client } from 'ssh2';
import { HostError } from '../core/errors.ts';
import { algorithms, fingerprint, hostKeyFromWire } from './host-key.ts';
import { openTcp, reason } from './tcp.ts';
import type { Timing } from './timing.ts';

export interface Target {
  /** For messages: `r301-s07`. */
  readonly host: string;
  /** LAN address, for messages. */
  readonly address: string;
  /** What is connected to: `dial(network, address)`. */
  readonly dial: string;
  readonly port: number;
  readonly user: string;
  /** OpenSSH private key, PEM. */
  readonly privateKey: string;
  /** The pinned key; undefined only at first contact (src/hosts/enroll.ts). */
  readonly hostKey: string | undefined;
}

export interface Connection {
  readonly ssh: NodeSSH;
  readonly client: Client;
  /** The key the machine proved to hold. */
  readonly hostKey: string;
  /** Settles when the connection is gone; never rejects. */
  readonly closed: Promise<undefined>;
  /** Ends it without the other side, which may be at an address that nobody has any more. */
  destroy(): void;
}

/** A different machine, or the same one with a new key, answers where the enrolled one was. `seen` is only what it claims. */
export class HostKeyChanged extends HostError {
  readonly seen: string;
  constructor(target: Target, seen: string) {
    super(
      target.host,
      'host-key-changed',
      `at ${target.address} expected the enrolled host key ${fingerprint(target.hostKey ?? '')}, got ${fingerprint(seen)}; either this PC was ` +
        'restored, re-imaged or cloned (then run examsite enroll with --replace ' +
        `${target.host}), or another machine has its address (then find out which one before you trust it)`,
    );
    this.seen = seen;
  }
}

/**
 * @param limit bounds the handshakes at one time, which cost CPU. Waiting for a machine that is off costs none and is not in it.
 * @throws HostError unreachable, host-key-changed or auth-failed.
 */
export async function connect(target: Target, timing: Timing, limit: LimitFunction): Promise<Connection> {
  const socket = await openTcp({ address: target.dial, port: target.port }, timing.tcpMs).catch((error: unknown) => {
    throw unreachable(target, reason(error));
  });
  return limit(() => {
    // Its turn may have come late.
    if (socket.destroyed) throw unreachable(target, reason(socket.errored ?? 'closed'));
    return handshake(socket, target, timing);
  });
}

async function handshake(socket: Socket, target: Target, timing: Timing): Promise<Connection> {
  let seen: string | undefined;
  const ssh = new NodeSSH();
  const connecting = ssh.connect({
    sock: socket,
    username: target.user,
    privateKey: target.privateKey,
    // Only what can succeed: asking for "none" first would cost a round trip and a line in the PC's log.
    authHandler: ['publickey'],
    algorithms: algorithms(target.hostKey),
    hostVerifier: (raw: Buffer) => {
      seen = hostKeyFromWire(raw);
      return target.hostKey === undefined || seen === target.hostKey;
    },
    readyTimeout: timing.handshakeMs,
    keepaliveInterval: timing.keepaliveMs,
    keepaliveCountMax: 3,
  });
  const client = ssh.connection;
  // node-ssh listens to errors only until it is connected; from then on an error is always followed by "close", which is listened to.
  client?.on('error', () => undefined);
  const closed = new Promise<undefined>((resolve) => {
    // "end" comes first when the other side hangs up; "close" alone when the socket breaks.
    client?.once('end', () => resolve(undefined)).once('close', () => resolve(undefined));
  });
  try {
    await connecting;
  } catch (error) {
    socket.destroy();
    throw explain(target, error, seen);
  }
  if (client === null || seen === undefined) throw new Error('node-ssh connected without a client or a host key');
  // Not ssh2's own destroy(): it does nothing once end() was called, and then waits for a farewell that never comes.
  return { ssh, client, hostKey: seen, closed, destroy: () => void socket.destroy() };
}

function explain(target: Target, error: unknown, seen: string | undefined): HostError {
  if (seen !== undefined && target.hostKey !== undefined && seen !== target.hostKey)
    return new HostKeyChanged(target, seen);
  if (error instanceof Error && 'level' in error && error.level === 'client-authentication')
    return new HostError(
      target.host,
      'auth-failed',
      `${target.address} refused user ${target.user} with the controller's key; put .examsite/keys/id_ed25519.pub into the PC's list of ` +
        'authorized keys (Windows: C:\\ProgramData\\ssh\\administrators_authorized_keys, writable by Administrators and SYSTEM only)',
    );
  return unreachable(target, reason(error));
}

function unreachable(target: Target, why: string): HostError {
  return new HostError(
    target.host,
    'unreachable',
    `no SSH session at ${target.address} port ${target.port} (${why}); is the PC on, is its cable in, does its sshd run?`,
  );
}
