/** Forty-four real OpenSSH servers, each with an address, a host key and a process of its own, all of them this machine. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { home as homeAt, type Home } from '../../src/core/home.ts';
import { dial } from '../../src/hosts/dial.ts';
import { changeEnrolled } from '../../src/hosts/enrolled.ts';
import { ensureIdentity } from '../../src/hosts/identity.ts';
import { newKeyPair } from '../../src/hosts/key-pair.ts';
import { openTcp } from '../../src/hosts/tcp.ts';

export interface FarmHost {
  /** `r301-s07` */
  readonly name: string;
  /** On the loopback interface. */
  readonly address: string;
  /** `ssh-ed25519 AAAA…` */
  readonly hostKey: string;
}

const lanAddress = (index: number): string => `10.66.0.${index + 1}`;

export class SshdFarm {
  readonly home: Home;
  readonly hosts: readonly FarmHost[];
  readonly port: number;
  readonly user: string;
  /** The controller's private key. */
  readonly identityFile: string;
  /** In OpenSSH's form. */
  readonly knownHostsFile: string;
  readonly #servers: readonly ChildProcess[];

  private constructor(home: Home, port: number, hosts: readonly FarmHost[], servers: readonly ChildProcess[]) {
    this.home = home;
    this.port = port;
    this.hosts = hosts;
    this.user = execFileSync('id', ['-un'], { encoding: 'utf8' }).trim();
    this.identityFile = ensureIdentity(home).file;
    this.knownHostsFile = path.join(home.root, 'known_hosts');
    this.#servers = servers;
  }

  /** @param folder an empty one */
  static async start(folder: string, count: number): Promise<SshdFarm> {
    const home = homeAt(folder);
    const authorized = path.join(folder, 'authorized_keys');
    writeFileSync(authorized, `${ensureIdentity(home).publicKey}\n`, { mode: 0o600 });
    // Started by root, sshd wants this folder for the process that talks to strangers.
    if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
    const port = await freePort(dial('lab', lanAddress(0)));
    const sshd = findSshd();
    const made = Array.from({ length: count }, (_, index) => startOne(index, { folder, port, authorized, sshd }));
    const farm = new SshdFarm(
      home,
      port,
      made.map(({ host }) => host),
      made.map(({ server }) => server),
    );
    try {
      await Promise.all(farm.hosts.map((host) => listening(host.address, port)));
      await farm.#enrol();
    } catch (error) {
      await farm.stop();
      throw error;
    }
    return farm;
  }

  async stop(): Promise<void> {
    await Promise.all(
      this.#servers.map(async (server) => {
        if (server.exitCode !== null) return;
        const ended = once(server, 'exit');
        server.kill('SIGTERM');
        await ended;
      }),
    );
  }

  /** What `examsite enroll` would have found, and the same keys for everybody else. */
  async #enrol(): Promise<void> {
    const known = this.hosts.map((host) => `[${host.address}]:${this.port} ${host.hostKey}\n`);
    writeFileSync(this.knownHostsFile, known.join(''));
    const entries = this.hosts.map(({ name, hostKey }, index) => {
      const mac = `00:23:24:5a:66:${index.toString(16).padStart(2, '0')}`;
      return [name, { address: lanAddress(index), hostKey, mac, machineId: name, platform: 'linux' as const }] as const;
    });
    await changeEnrolled(this.home, '301', () => ({
      room: '301',
      network: 'lab',
      port: this.port,
      user: this.user,
      subnet: '10.66.0.0/24',
      depot: 'http://10.66.0.250/',
      hosts: Object.fromEntries(entries),
    }));
  }
}

interface Common {
  readonly folder: string;
  readonly port: number;
  readonly authorized: string;
  readonly sshd: string;
}

function startOne(index: number, common: Common): { host: FarmHost; server: ChildProcess } {
  const name = `r301-s${String(index + 1).padStart(2, '0')}`;
  const address = dial('lab', lanAddress(index));
  const key = newKeyPair();
  const keyFile = path.join(common.folder, `${name}.key`);
  const configFile = path.join(common.folder, `${name}.conf`);
  writeFileSync(keyFile, key.private, { mode: 0o600 });
  writeFileSync(configFile, configuration(`${address}:${common.port}`, keyFile, common.authorized));
  const server = spawn(common.sshd, ['-D', '-f', configFile, '-E', `${configFile}.log`], { stdio: 'ignore' });
  return { host: { name, address, hostKey: key.public.split(' ').slice(0, 2).join(' ') }, server };
}

const configuration = (listen: string, keyFile: string, authorized: string): string =>
  [
    `ListenAddress ${listen}`,
    `HostKey ${keyFile}`,
    `AuthorizedKeysFile ${authorized}`,
    'PidFile none',
    'UsePAM no',
    // The folder is below the system's temporary one, which anybody may write to.
    'StrictModes no',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'PermitRootLogin prohibit-password',
    // Ansible and pyinfra copy files over it when they cannot do without.
    'Subsystem sftp internal-sftp',
    '',
  ].join('\n');

/** By its full name: sshd insists on that. */
function findSshd(): string {
  const found = ['/usr/sbin/sshd', '/usr/local/sbin/sshd', '/usr/bin/sshd'].find((file) => existsSync(file));
  if (found === undefined) throw new Error('expected OpenSSH’s sshd; install openssh-server');
  return found;
}

async function freePort(address: string): Promise<number> {
  const server = createServer().listen(0, address);
  await once(server, 'listening');
  const bound = server.address();
  server.close();
  await once(server, 'close');
  if (bound === null || typeof bound === 'string') throw new Error('expected a TCP address');
  return bound.port;
}

async function listening(address: string, port: number): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const socket = await openTcp({ address, port }, 500).catch(() => undefined);
    socket?.destroy();
    if (socket !== undefined) return;
    await sleep(50);
  }
  throw new Error(`no sshd listens at ${address} port ${port}`);
}
