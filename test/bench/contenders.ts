/** Five ways to look at forty-four machines. Each is a whole command, from its start to its end, and each must have done all of the work. */
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { packageRoot } from '../../src/core/home.ts';
import { asShell, asTasks, countOf, fulfilled, type Checks } from './checks.ts';
import { program, type Peers } from './install-peers.ts';
import type { SshdFarm } from './sshd-farm.ts';
import { timed, type Timed } from './timed.ts';

export interface Contender {
  readonly name: string;
  /** How often it runs; a slow one need not run as often to be known well enough. */
  readonly rounds: number;
  /** @throws Error when it did not do all that it must */
  run(): Promise<Timed>;
}

export interface Field {
  /** An empty one. */
  readonly folder: string;
  readonly farm: SshdFarm;
  readonly checks: Checks;
  readonly peers: Peers;
}

const bench = path.join(packageRoot, 'test', 'bench');

function mustBe(what: string, found: number, { farm, checks }: Field): void {
  const expected = farm.hosts.length * countOf(checks);
  if (found !== expected) throw new Error(`${what}: expected ${expected} fulfilled checks, got ${found}`);
}

/** One `ssh` a host with all thirty checks in one line: the least that can be done with OpenSSH. */
export function plainSsh(field: Field, atOnce: number, rounds: number): Contender {
  const { folder, farm, checks } = field;
  const options = {
    Port: String(farm.port),
    User: farm.user,
    IdentityFile: farm.identityFile,
    IdentitiesOnly: 'yes',
    UserKnownHostsFile: farm.knownHostsFile,
    StrictHostKeyChecking: 'yes',
    BatchMode: 'yes',
  };
  const flags = Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  const addresses = farm.hosts.map(({ address }) => address);
  const hostList = path.join(folder, 'addresses');
  writeFileSync(hostList, addresses.map((address) => `${address}\n`).join(''));
  // $0 is the folder for the answers, $1 the shell line, the last argument the address; all else belongs to ssh.
  const each = 'out=$0 line=$1; shift; for to; do :; done; exec ssh "$@" "$line" >"$out/$to"';
  return {
    name: `ssh, ${atOnce} at once`,
    rounds,
    run: async () => {
      const out = mkdtempSync(path.join(folder, 'ssh-'));
      const parallel = ['xargs', '-a', hostList, '-P', String(atOnce), '-n', '1'];
      const done = await timed([...parallel, 'sh', '-c', each, out, asShell(checks), '-F', 'none', ...flags], {});
      const counts = addresses.map((address) => fulfilled(checks, readFileSync(path.join(out, address), 'utf8')));
      mustBe('ssh', sum(counts), field);
      return done;
    },
  };
}

export function sessions(field: Field, rounds: number): Contender {
  const names = field.farm.hosts.map(({ name }) => name);
  return {
    name: 'examsite, its sessions and its Linux agent',
    rounds,
    run: async () => {
      const argv = [path.join(bench, 'session.ts'), field.farm.home.root, checksFile(field), ...names];
      const done = await timed([process.execPath, ...argv], {});
      mustBe('sessions', Number(done.stdout), field);
      return done;
    },
  };
}

export function pyinfra(field: Field, rounds: number): Contender {
  const { folder, farm, peers } = field;
  const hosts = farm.hosts.map(({ name, address }) => [
    name,
    {
      ssh_hostname: address,
      ssh_port: farm.port,
      ssh_user: farm.user,
      ssh_key: farm.identityFile,
      ssh_known_hosts_file: farm.knownHostsFile,
      ssh_strict_host_key_checking: 'yes',
    },
  ]);
  const hostsFile = path.join(folder, 'pyinfra-hosts.json');
  writeFileSync(hostsFile, JSON.stringify(Object.fromEntries(hosts)));
  return {
    name: 'pyinfra',
    rounds,
    run: async () => {
      const result = path.join(mkdtempSync(path.join(folder, 'pyinfra-')), 'result');
      const env = {
        ...python(peers),
        BENCH_HOSTS: hostsFile,
        BENCH_CHECKS: checksFile(field),
        BENCH_RESULT: result,
      };
      const argv = [program(peers.folder, 'pyinfra'), '-y', 'inventory.py', 'deploy.py'];
      const done = await timed(['python3', ...argv], { cwd: path.join(bench, 'peers'), env });
      mustBe('pyinfra', sum([...readFileSync(result, 'utf8').matchAll(/ (\d+)$/gm)].map(([, n]) => Number(n))), field);
      return done;
    },
  };
}

export function ansible(field: Field, rounds: number): Contender {
  const { folder, farm, checks, peers } = field;
  const inventory = path.join(folder, 'hosts.json');
  const playbook = path.join(folder, 'playbook.json');
  const hosts = farm.hosts.map(({ name, address }) => [name, { ansible_host: address }]);
  const vars = {
    ansible_port: farm.port,
    ansible_user: farm.user,
    ansible_ssh_private_key_file: farm.identityFile,
    ansible_ssh_common_args: `-F none -o UserKnownHostsFile=${farm.knownHostsFile}`,
    // Told, so that it need not look for one on every host.
    ansible_python_interpreter: '/usr/bin/python3',
  };
  writeFileSync(inventory, JSON.stringify({ all: { hosts: Object.fromEntries(hosts), vars } }));
  writeFileSync(playbook, JSON.stringify([{ hosts: 'all', gather_facts: false, tasks: asTasks(checks) }]));
  return {
    name: 'Ansible',
    rounds,
    run: async () => {
      const control = path.join(folder, 'cp');
      await mkdir(control, { recursive: true, mode: 0o700 });
      const env = {
        ...python(peers),
        ANSIBLE_CONFIG: path.join(bench, 'peers', 'ansible.cfg'),
        ANSIBLE_SSH_CONTROL_PATH_DIR: control,
        ANSIBLE_HOME: path.join(folder, 'ansible'),
        ANSIBLE_REMOTE_TMP: path.join(folder, 'ansible-remote'),
      };
      try {
        const done = await timed(
          ['python3', program(peers.folder, 'ansible-playbook'), '-i', inventory, playbook],
          { env },
        );
        mustBe('Ansible', sum([...done.stdout.matchAll(/ ok=(\d+) /g)].map(([, n]) => Number(n))), field);
        return done;
      } finally {
        await endMasters(control);
      }
    },
  };
}

/** Ansible leaves an `ssh` behind for every host, for a minute. */
async function endMasters(control: string): Promise<void> {
  const exit = (socket: string): Promise<unknown> =>
    execa('ssh', ['-F', 'none', '-o', `ControlPath=${path.join(control, socket)}`, '-O', 'exit', 'any'], {
      reject: false,
    });
  await Promise.all(readdirSync(control).map(exit));
  await rm(control, { recursive: true });
}

const python = ({ folder }: Peers): Record<string, string> => ({ PYTHONPATH: folder, LC_ALL: 'C.UTF-8' });

function checksFile({ folder, checks }: Field): string {
  const file = path.join(folder, 'checks.json');
  writeFileSync(file, JSON.stringify(checks));
  return file;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
