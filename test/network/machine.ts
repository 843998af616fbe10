/**
 * A whole Linux machine with a systemd of its own, in a namespace that a test has wired: this machine's files under an overlay that is thrown
 * away. It can be switched off, switched on and cut off as a real one can.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { newKeyPair } from '../../src/hosts/key-pair.ts';

export interface MachineOptions {
  /** Unique on this machine. */
  readonly name: string;
  /** The namespace whose interfaces it has. */
  readonly namespace: string;
  /** Who may log in as root: a line of authorized_keys. */
  readonly authorizedKey: string;
  /** Units of this machine that the other one must not start. */
  readonly masked?: readonly string[];
}

/** systemd-nspawn says that the machine has asked for a restart. */
const rebooted = 133;

const run = (command: string, ...args: string[]): string =>
  execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

export class Machine {
  readonly #options: MachineOptions;
  readonly #folder: string;
  /** What its disk is called in lists of mounts. */
  readonly #disk: string;
  readonly root: string;
  /** What it has on its disk that this machine has not: all that it ever wrote. */
  readonly written: string;
  /** `ssh-ed25519 AAAA…` */
  readonly hostKey: string;
  #child: ChildProcess | undefined;

  /** Its disk; `start` switches it on. */
  constructor(options: MachineOptions) {
    sweep();
    this.#options = options;
    this.#disk = `examsite-${process.pid}-${options.name}`;
    this.#folder = mkdtempSync(path.join(tmpdir(), 'examsite-machine-'));
    const [upper, work, root] = ['upper', 'work', 'root'].map((name) => {
      const made = path.join(this.#folder, name);
      mkdirSync(made);
      return made;
    });
    this.root = root ?? '';
    this.written = upper ?? '';
    run('mount', '-t', 'overlay', this.#disk, '-o', `lowerdir=/,upperdir=${upper},workdir=${work}`, this.root);
    this.hostKey = this.#furnish();
  }

  /** Returns when its sshd may be asked. */
  async start(): Promise<void> {
    const { name, namespace } = this.#options;
    const args = [
      '-q',
      '-D',
      this.root,
      '--boot',
      '--resolv-conf=off',
      `--machine=${name}`,
      '--register=no',
      '--keep-unit',
    ];
    const env = { ...process.env, SYSTEMD_NSPAWN_UNIFIED_HIERARCHY: '0', SYSTEMD_NSPAWN_API_VFS_WRITABLE: 'network' };
    // It goes with this process, also when that is killed.
    const child = spawn(
      'setpriv',
      [
        ...['--pdeathsig', 'KILL', 'systemd-nspawn', ...args],
        ...[`--network-namespace-path=/run/netns/${namespace}`, '--capability=all'],
      ],
      {
        stdio: ['ignore', 'ignore', 'ignore'],
        env,
      },
    );
    this.#child = child;
    child.once('exit', (code) => {
      if (code === rebooted) void this.start().catch(() => undefined);
    });
    for (let tries = 0; tries < 300; tries += 1) {
      if (child.exitCode !== null) throw new Error(`systemd-nspawn ended with ${child.exitCode}`);
      if (run('ip', 'netns', 'exec', namespace, 'ss', '-Hltn', 'sport = :22').trim() !== '') return;
      await sleep(100);
    }
    throw new Error(`${name} has no sshd after 30 s`);
  }

  /** As when the power goes: nothing is shut down. */
  async cutOff(): Promise<void> {
    const child = this.#child;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
    // What was in it does not end with what held it.
    await emptied(this.#disk);
  }

  async close(): Promise<void> {
    await this.cutOff();
    run('umount', '-l', this.root);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Its own identity, and nothing of what this machine starts. */
  #furnish(): string {
    const key = newKeyPair();
    const write = (file: string, text: string, mode = 0o644): void => {
      const full = path.join(this.root, file);
      mkdirSync(path.dirname(full), { recursive: true });
      rmSync(full, { force: true });
      writeFileSync(full, text, { mode });
    };
    write('etc/machine-id', '');
    write('etc/ssh/examsite_host_key', key.private, 0o600);
    write('root/.ssh/authorized_keys', `${this.#options.authorizedKey}\n`, 0o600);
    write('etc/examsite-sshd_config', sshd);
    write('etc/systemd/system/test-sshd.service', unit);
    for (const name of [...idle, ...(this.#options.masked ?? [])]) {
      rmSync(path.join(this.root, 'etc/systemd/system', name), { force: true });
      run('ln', '-s', '/dev/null', path.join(this.root, 'etc/systemd/system', name));
    }
    mkdirSync(path.join(this.root, 'etc/systemd/system/multi-user.target.wants'), { recursive: true });
    run(
      'ln',
      '-sf',
      '../test-sshd.service',
      path.join(this.root, 'etc/systemd/system/multi-user.target.wants/test-sshd.service'),
    );
    run(
      'ln',
      '-sf',
      '/lib/systemd/system/multi-user.target',
      path.join(this.root, 'etc/systemd/system/default.target'),
    );
    return key.public.split(' ').slice(0, 2).join(' ');
  }
}

/** A test that was killed leaves its machine: its disk is named after the test's process, and whoever lives on it has it for a root. */
function sweep(): void {
  for (const line of readFileSync('/proc/mounts', 'utf8').split('\n')) {
    const [, disk = '', pid = '', root = ''] = /^(examsite-(\d+)-\S+) (\S+) overlay /.exec(line) ?? [];
    if (disk === '' || existsSync(`/proc/${pid}`)) continue;
    for (const one of inside(disk)) kill(one);
    run('umount', '-l', root);
    rmSync(path.dirname(root), { recursive: true, force: true });
  }
}

/** Kills until nobody is left. */
async function emptied(disk: string): Promise<void> {
  for (let left = inside(disk); left.length > 0; left = inside(disk)) {
    for (const pid of left) kill(pid);
    await sleep(50);
  }
}

/** Processes that have this disk for their root. */
const inside = (disk: string): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => rootOf(pid) === disk);

/** proc_pid_mountinfo(5): the fifth field is where it is mounted, the second after the dash what. */
function rootOf(pid: number): string | undefined {
  try {
    const mounts = readFileSync(`/proc/${pid}/mountinfo`, 'utf8').split('\n');
    return / - \S+ (\S+) /.exec(mounts.findLast((line) => line.split(' ')[4] === '/') ?? '')?.[1];
  } catch {
    // It has ended by itself.
    return undefined;
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

/** What this machine may have installed and a fresh box has not running. */
const idle = [
  'ssh.service',
  'ssh.socket',
  'mariadb.service',
  'redis-server.service',
  'haproxy.service',
  'dnsmasq.service',
  'nftables.service',
  'networking.service',
  'systemd-networkd.service',
  'postgresql.service',
  'postgresql@15-main.service',
  'apt-daily.timer',
  'apt-daily-upgrade.timer',
];

const sshd = `Port 22
HostKey /etc/ssh/examsite_host_key
AuthorizedKeysFile .ssh/authorized_keys
PermitRootLogin prohibit-password
PasswordAuthentication no
UsePAM no
StrictModes no
PidFile none
`;

const unit = `[Unit]
Description=sshd of this test machine
After=network.target
[Service]
ExecStartPre=/bin/mkdir -p /run/sshd
ExecStart=/usr/sbin/sshd -D -e -f /etc/examsite-sshd_config
KillMode=process
[Install]
WantedBy=multi-user.target
`;
