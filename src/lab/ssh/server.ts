/** sshd of one simulated PC: listens where the PC is, and dies with its power, its cable and its address. */
import { createServer, type Server, type Socket } from 'node:net';
import ssh2 from 'ssh2';
import type { AuthContext, Connection, PublicKeyAuthContext } from 'ssh2';
import { authorizedKeysFile, hostKeyFile } from '../pc/create.ts';
import type { Pc } from '../pc/pc.ts';
import type { SessionEnd } from '../pc/power.ts';
import { serveSession } from './session.ts';

export interface SshOptions {
  readonly port: number;
  readonly user: string;
}

/** How long a peer that hears nothing is kept before its socket is given back to the system. */
const silenceMs = 120_000;

export class SshServer {
  readonly #pc: Pc;
  readonly #options: SshOptions;
  readonly #sockets = new Set<Socket>();
  readonly #silenced = new Set<Socket>();
  readonly #unwatch: () => void;
  #listener: Server | undefined;
  /** Where it listens; undefined: nowhere. */
  #at: string | undefined;
  #stopped = false;
  /** Changes of address one after the other. */
  #turn: Promise<void> = Promise.resolve();

  constructor(pc: Pc, options: SshOptions) {
    this.#pc = pc;
    this.#options = options;
    this.#unwatch = pc.watch({
      network: () => void this.refresh(),
      sessionsEnd: (how) => this.endSessions(how),
    });
  }

  get sessions(): number {
    return this.#sockets.size;
  }

  /** Listens where the PC now is, or nowhere. Resolves when it does. */
  refresh(): Promise<void> {
    this.#turn = this.#turn.then(() => this.#move());
    return this.#turn;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#unwatch();
    this.endSessions('closed');
    await this.refresh();
  }

  endSessions(how: SessionEnd): void {
    for (const socket of this.#sockets) {
      if (how === 'closed') socket.destroy();
      else this.#silence(socket);
    }
  }

  /** Nothing more arrives and nothing more leaves, and nobody is told. */
  #silence(socket: Socket): void {
    if (this.#silenced.has(socket)) return;
    socket.pause();
    socket.cork();
    this.#silenced.add(socket);
    setTimeout(() => socket.destroy(), silenceMs).unref();
  }

  async #move(): Promise<void> {
    const target = this.#target();
    // What was cut off is told so when the machine answers at that address again; at an address it has left, nobody is there to tell.
    for (const socket of this.#silenced) if (this.#stopped || socket.localAddress === target) socket.destroy();
    if (target === this.#at) return;
    const before = this.#listener;
    this.#listener = undefined;
    this.#at = undefined;
    // Not awaited: it closes when its last connection has, and those may have to stay, silent. The port itself is free at once.
    before?.close();
    if (target === undefined) return;
    this.#listener = await this.#listen(target);
    this.#at = target;
  }

  #target(): string | undefined {
    const { nic, power } = this.#pc;
    if (this.#stopped || power !== 'on' || !nic.reachable || nic.address === null) return undefined;
    return nic.lan.contains(nic.address) ? nic.lan.dial(nic.address) : undefined;
  }

  #listen(address: string): Promise<Server> {
    const sshd = this.#sshd();
    const listener = createServer({ noDelay: true }, (socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        this.#silenced.delete(socket);
      });
      if (this.#pc.faults.hang) this.#silence(socket);
      else sshd.injectSocket(socket);
    });
    return new Promise((resolve, reject) => {
      listener.once('error', reject);
      listener.listen(this.#options.port, address, () => resolve(listener));
    });
  }

  /** Host key and authorized keys are what is on the disk now. */
  #sshd(): ssh2.Server {
    const key = this.#pc.files.read(hostKeyFile)?.content ?? Buffer.alloc(0);
    const server = new ssh2.Server({
      hostKeys: [key],
      ident: 'OpenSSH_for_Windows_8.1',
      algorithms: {
        kex: ['curve25519-sha256', 'curve25519-sha256@libssh.org'],
        cipher: ['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com'],
        serverHostKey: ['ssh-ed25519'],
      },
    });
    server.on('connection', (client) => this.#serve(client));
    return server;
  }

  #serve(client: Connection): void {
    client.on('error', () => undefined);
    client.on('authentication', (context) => {
      if (this.#admits(context)) context.accept();
      else context.reject(['publickey']);
    });
    client.on('session', (accept) => serveSession(this.#pc, accept(), () => this.endSessions('closed')));
  }

  #admits(context: AuthContext): boolean {
    if (context.method !== 'publickey' || context.username.toLowerCase() !== this.#options.user.toLowerCase())
      return false;
    const text = this.#pc.files.read(authorizedKeysFile)?.content.toString('utf8') ?? '';
    return text.split(/\r?\n/).some((line) => matches(context, line));
  }
}

/** Without a signature the client only asks whether this key would do. */
function matches(context: PublicKeyAuthContext, line: string): boolean {
  if (line.trim() === '' || line.startsWith('#')) return false;
  const key = ssh2.utils.parseKey(line);
  if (key instanceof Error || !key.getPublicSSH().equals(context.key.data)) return false;
  const { signature, blob } = context;
  if (signature === undefined || blob === undefined) return signature === undefined;
  // It returns an Error for what it cannot verify, whatever its type says.
  const verified: unknown = key.verify(blob, signature, context.hashAlgo);
  return verified === true;
}
