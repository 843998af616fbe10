/**
 * A router with OpenWrt, as far as Debian has its parts: the kernel, nft, dnsmasq, HAProxy, dropbear and busybox' shell are real, on a disk and in a
 * network of their own. uci, procd's services, fw4 and its other scripts are modelled in root/ from their documentation. Needs root.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { applets, confs, passwd, startedAtBoot, tools } from './factory.ts';

export interface DeviceOptions {
  /** The network namespace whose interfaces it has, by name. */
  readonly namespace: string;
  /** Who may log in as root. */
  readonly authorizedKey: string;
}

const run = (command: string, ...args: string[]): string =>
  execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

export class OpenWrtDevice {
  readonly #options: DeviceOptions;
  readonly #folder: string;
  /** Its disk, as seen from outside. */
  readonly root: string;
  #holder: ChildProcess | undefined;

  /** As it was bought; `start` switches it on. */
  constructor(options: DeviceOptions) {
    this.#options = options;
    this.#folder = mkdtempSync(path.join(tmpdir(), 'examsite-openwrt-'));
    const [upper, work, root] = ['upper', 'work', 'root'].map((name) => path.join(this.#folder, name));
    for (const one of [upper, work, root]) mkdirSync(one ?? '');
    this.root = root ?? '';
    const layers = `lowerdir=/,upperdir=${upper},workdir=${work}`;
    run('mount', '-t', 'overlay', `examsite-${process.pid}-openwrt`, '-o', layers, this.root);
    this.#furnish(options.authorizedKey);
  }

  #furnish(authorizedKey: string): void {
    // Nothing of this machine's own configuration, nor of its running. /var is /tmp.
    for (const [place, own] of Object.entries({ etc: 'etc', tmp: 'tmp', var: 'tmp', root: 'home' })) {
      const folder = path.join(this.#folder, own);
      mkdirSync(folder, { recursive: true });
      run('mount', '--bind', folder, this.at(place));
    }
    mkdirSync(this.at('www'));
    for (const one of [
      'etc/config',
      'etc/rc.d',
      'etc/init.d',
      'etc/sysctl.d',
      'etc/dropbear',
      'usr/lib/model/bin',
      'usr/lib/model/tools',
      'usr/lib/upgrade/keep.d',
    ])
      mkdirSync(this.at(one), { recursive: true });
    this.#install(path.join(import.meta.dirname, 'root'), '');
    cpSync(path.join(import.meta.dirname, 'uci.ts'), this.at('usr/lib/model/uci.ts'));
    writeFileSync(this.at('usr/lib/model/node'), '');
    // Debian's dropbear gives its sessions Debian's PATH.
    const login = '#!/usr/bin/busybox ash\n. /etc/profile\nexec /usr/bin/busybox ash "$@"\n';
    writeFileSync(this.at('usr/lib/model/login'), login, { mode: 0o755 });
    for (const name of applets)
      if (name !== 'nc') symlinkSync('/usr/bin/busybox', this.at(`usr/lib/model/bin/${name}`));
    // Everything that may be called is found in two folders, so that nothing of Debian's is called that OpenWrt has not.
    for (const name of [...tools, ...readdirSync(path.join(import.meta.dirname, 'root/sbin')), 'uhttpd'])
      symlinkSync(
        name === 'busybox' ? '/usr/bin/busybox' : `/usr/sbin/${name}`,
        this.at(`usr/lib/model/tools/${name}`),
      );
    for (const name of ['sh', 'ash']) {
      rmSync(this.at(`usr/bin/${name}`), { force: true });
      symlinkSync('busybox', this.at(`usr/bin/${name}`));
    }
    for (const [file, text] of Object.entries({ ...confs, ...passwd })) writeFileSync(this.at(file), text);
    for (const name of startedAtBoot) {
      const start = /^START=(\d+)/m.exec(readFileSync(this.at(`etc/init.d/${name}`), 'utf8'))?.[1] ?? '';
      symlinkSync(`../init.d/${name}`, this.at(`etc/rc.d/S${start}${name}`));
    }
    // OpenWrt's dropbear is patched to look in /etc/dropbear, Debian's looks here.
    mkdirSync(this.at('root/.ssh'), { mode: 0o700 });
    writeFileSync(this.at('root/.ssh/authorized_keys'), `${authorizedKey}\n`, { mode: 0o600 });
    run('dropbearkey', '-t', 'ed25519', '-f', this.at('etc/dropbear/dropbear_ed25519_host_key'));
  }

  /** Scripts of the model, executable as on a router. */
  #install(from: string, to: string): void {
    for (const entry of readdirSync(from, { withFileTypes: true })) {
      const [source, target] = [path.join(from, entry.name), path.join(to, entry.name)];
      // /bin, /sbin and /lib are links on Debian.
      const place = this.at(target.replace(/^(bin|sbin|lib)(?=\/|$)/, 'usr/$1'));
      if (entry.isDirectory()) {
        mkdirSync(place, { recursive: true });
        this.#install(source, target);
      } else {
        rmSync(place, { force: true });
        writeFileSync(place, readFileSync(source), { mode: 0o755 });
      }
    }
  }

  at(file: string): string {
    return path.join(this.root, file);
  }

  /** Returns when its sshd may be asked. */
  async start(): Promise<void> {
    for (const name of readdirSync(this.at('tmp'))) rmSync(this.at(`tmp/${name}`), { recursive: true, force: true });
    mkdirSync(this.at('tmp/run/procd'), { recursive: true });
    writeFileSync(this.at('tmp/run/log'), '');
    const boot = path.join(import.meta.dirname, 'boot.sh');
    const inside = ['nsenter', `--net=/run/netns/${this.#options.namespace}`];
    const own = ['unshare', '--mount', '--pid', '--fork', '--kill-child', '--propagation', 'private'];
    // It goes with this process, also when that is killed.
    this.#holder = spawn(
      'setpriv',
      ['--pdeathsig', 'KILL', ...inside, ...own, 'sh', boot, this.root, process.execPath],
      { stdio: ['ignore', 'ignore', 'ignore'] },
    );
    for (let tries = 0; tries < 200; tries += 1) {
      if (existsSync(this.at('tmp/run/booted'))) return;
      if (this.#holder.exitCode !== null) break;
      await sleep(100);
    }
    throw new Error('the device did not start');
  }

  /** As when the power goes: nothing is shut down. */
  async cutOff(): Promise<void> {
    const holder = this.#holder;
    this.#holder = undefined;
    if (holder?.exitCode !== null || holder.signalCode !== null) return;
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    // What is in the network stays in it; on a router that has no power nothing does.
    run('ip', 'netns', 'exec', this.#options.namespace, 'nft', 'flush', 'ruleset');
    await sleep(300);
  }

  /** Somebody at its console. @returns what it prints @throws when it fails */
  type(line: string): string {
    const shell = readFileSync(
      `/proc/${this.#holder?.pid ?? 0}/task/${this.#holder?.pid ?? 0}/children`,
      'utf8',
    ).trim();
    return run(
      'nsenter',
      '--target',
      shell,
      '--mount',
      '--net',
      '--pid',
      '--root',
      '--wd=/',
      'sh',
      '-c',
      `cd /; . /etc/profile; ${line}`,
    );
  }

  /** Every session breaks. */
  drop(): void {
    this.type('for one in $(pidof dropbear); do [ "$one" = "$(cat /var/run/dropbear.pid)" ] || kill -9 "$one"; done');
  }

  async close(): Promise<void> {
    await this.cutOff();
    run('umount', '-l', this.root);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
