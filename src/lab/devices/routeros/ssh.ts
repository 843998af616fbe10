/** sshd of the device: one command a channel, no agent, no files. A connection that its firewall does not let in is not answered. */
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import ssh2 from 'ssh2';
import type { AuthContext, Connection, ServerChannel } from 'ssh2';
import type { Device } from './device.ts';
import type { Packet } from './firewall/packet.ts';

export interface SshOptions {
  /** Private key, OpenSSH. */
  readonly hostKey: string;
  readonly user: string;
  /** `ssh-ed25519 AAAA…`: the only key that may log in. */
  readonly authorizedKey: string;
  /** Where whoever connects is, as the device sees it. */
  readonly peer: { readonly interface: string; readonly address: string; readonly to: string };
  /** How many seconds go by on the device in one. */
  readonly pace?: number;
}

const tickMs = 100;
const answerMs = 10;
/** How long the end of what is sent along is waited for. */
const patienceMs = 500;

export class DeviceSsh {
  readonly #device: Device;
  readonly #options: SshOptions;
  readonly #sockets = new Set<Socket>();
  readonly #clock: NodeJS.Timeout;
  #server: Server | undefined;

  constructor(device: Device, options: SshOptions) {
    this.#device = device;
    this.#options = options;
    let owed = 0;
    this.#clock = setInterval(() => {
      owed += (tickMs / 1000) * (options.pace ?? 1);
      device.pass(Math.floor(owed));
      owed -= Math.floor(owed);
    }, tickMs);
    device.watchers.add((what) => {
      if (what === 'restarted') this.drop();
    });
  }

  /** @returns the port */
  async listen(address: string, port = 0): Promise<number> {
    const sshd = new ssh2.Server({ hostKeys: [this.#options.hostKey], ident: 'ROSSSH' }, (client) =>
      this.#serve(client),
    );
    const server = createServer({ noDelay: true }, (socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => this.#sockets.delete(socket));
      // What is dropped is silence; what is refused would be a reset. Either way nothing is said.
      if (this.#isLetIn(socket)) sshd.injectSocket(socket);
      else socket.destroy();
    });
    this.#server = server;
    await new Promise<void>((resolve, reject) => server.on('error', reject).listen(port, address, resolve));
    return (server.address() as AddressInfo).port;
  }

  /** Every session breaks. */
  drop(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    clearInterval(this.#clock);
    const server = this.#server;
    if (server === undefined) return;
    const stopped = new Promise<void>((resolve) => server.close(() => resolve()));
    this.drop();
    await stopped;
  }

  #isLetIn(socket: Socket): boolean {
    const { peer } = this.#options;
    const ssh = this.#device.configuration.items('/ip service').find(({ values }) => values['name'] === 'ssh');
    const packet: Packet = {
      ...{ from: peer.interface, to: null, source: peer.address, destination: peer.to, protocol: 'tcp' },
      ...{ sourcePort: socket.remotePort ?? 0, port: Number(ssh?.values['port'] ?? 22) },
    };
    return ssh?.disabled === false && this.#device.connections.send(packet).does === 'accept';
  }

  #serve(client: Connection): void {
    client
      .on('error', () => undefined)
      .on('authentication', (context) => {
        if (this.#admits(context)) context.accept();
        else context.reject(['publickey']);
      })
      .on('session', (accept) => {
        accept().on('exec', (acceptExec, _reject, { command }) => this.#exec(command, acceptExec()));
      });
  }

  #admits(context: AuthContext): boolean {
    if (context.method !== 'publickey' || context.username !== this.#options.user) return false;
    const key = ssh2.utils.parseKey(this.#options.authorizedKey);
    if (key instanceof Error || !key.getPublicSSH().equals(context.key.data)) return false;
    const { signature, blob, hashAlgo } = context;
    if (signature === undefined || blob === undefined) return signature === undefined;
    // It returns an Error for what it cannot verify, whatever its type says.
    const verified: unknown = key.verify(blob, signature, hashAlgo);
    return verified === true;
  }

  /** Errors are part of what it prints, and the exit code is 0 whatever happened. */
  #exec(command: string, stream: ServerChannel): void {
    stream.on('error', () => undefined).resume();
    const said = this.#device.console(command);
    let answered = false;
    // Not in the same breath as "it runs": no device is that fast.
    const answer = (): void => {
      if (answered || !stream.writable) return;
      answered = true;
      stream.write(said);
      stream.exit(0);
      stream.end();
    };
    stream.once('end', () => setTimeout(answer, answerMs));
    setTimeout(answer, patienceMs).unref();
  }
}
