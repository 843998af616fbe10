/** Real OpenSSH servers, each with an address and a host key of its own on the loopback interface. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { writeFileSync } from 'node:fs';
import { findCommand } from '../engine/command.mjs';
import { home as homeAt, type Home } from '../src/core/home.ts';
import { Sshd, currentUser } from '../src/hosts/contract/openssh.ts';
import { changeEnrolled } from '../src/hosts/enrolled.ts';
import { ensureIdentity } from '../src/hosts/identity.ts';

export interface BenchHost {
  readonly name: string;
  /** Where it really listens. */
  readonly address: string;
}

export class BenchHosts {
  readonly home: Home;
  readonly hosts: readonly BenchHost[];
  readonly port: number;
  readonly user: string;
  /** Private key, and host keys in OpenSSH's form. */
  readonly keyFile: string;
  readonly knownHosts: string;
  readonly #servers: readonly Sshd[];

  private constructor(home: Home, hosts: readonly BenchHost[], servers: readonly Sshd[], keyFile: string) {
    this.home = home;
    this.hosts = hosts;
    this.#servers = servers;
    this.port = servers[0]?.port ?? 0;
    this.user = currentUser();
    this.keyFile = keyFile;
    this.knownHosts = path.join(home.root, 'known_hosts');
  }

  static async start(count: number): Promise<BenchHosts> {
    const sshdPath = findCommand('sshd', { PATH: '/usr/sbin:/usr/local/sbin:/sbin' });
    if (sshdPath === undefined) throw new Error('expected an OpenSSH server, got none; apt-get install openssh-server');
    const home = homeAt(await mkdtemp(path.join(tmpdir(), 'examsite-bench-')));
    const hosts = Array.from({ length: count }, (_, index) => {
      const number = index + 1;
      return { name: `r301-s${String(number).padStart(2, '0')}`, address: `127.40.1.${number}` };
    });
    const identity = ensureIdentity(home);
    const servers: Sshd[] = [];
    for (const { name, address } of hosts) {
      const folder = path.join(home.root, 'sshd', name);
      await mkdir(folder, { recursive: true });
      const options = {
        folder,
        sshd: sshdPath,
        authorizedKey: identity.publicKey,
        env: { EXAMSITE_BENCH: '1' },
        address,
      };
      // One port for all, as in a room; sftp for those that copy files.
      const port = servers[0]?.port;
      const settings = ['Subsystem sftp internal-sftp'];
      servers.push(await Sshd.start({ ...options, settings, ...(port === undefined ? {} : { port }) }));
    }
    const made = new BenchHosts(home, hosts, servers, identity.file);
    const keys = servers.map(({ hostKey }) => hostKey);
    const known = hosts.map(({ address }, index) => `[${address}]:${made.port} ${keys[index] ?? ''}\n`);
    writeFileSync(made.knownHosts, known.join(''));
    await made.#enrol(keys);
    return made;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#servers.map((server) => server.stop()));
    await rm(this.home.root, { recursive: true, force: true });
  }

  async #enrol(keys: readonly string[]): Promise<void> {
    const mac = '00:23:24:5a:00:01';
    const entries = this.hosts.map(({ name, address }, index) => {
      const host = {
        address: address.replace(/^127/, '10'),
        hostKey: keys[index] ?? '',
        mac,
        machineId: name,
        platform: 'linux' as const,
      };
      return [name, host] as const;
    });
    await changeEnrolled(this.home, '301', () => ({
      ...{ room: '301', network: 'lab', port: this.port, user: this.user },
      ...{ subnet: '10.40.1.0/24', depot: 'http://10.40.1.250:8080/' },
      hosts: Object.fromEntries(entries),
    }));
  }
}
