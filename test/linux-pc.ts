/**
 * A whole Linux PC on a LAN of its own: real systemd, sshd and network manager on this machine's disk under an overlay that is thrown away. At its
 * switch are a DHCP server, the gateway, and whoever speaks as the controller.
 *
 *     this process ── 127.30.1.x:22 ──> [lan 10.30.1.1, DHCP] ── eth0 [pc]
 *
 * The addresses are those of `network: lab` (src/hosts/dial.ts): a.b.c.d of the LAN is 127.b.c.d of this process.
 */
import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { dial } from '../src/hosts/dial.ts';
import { Machine } from './network/machine.ts';
import { Namespaces } from './network/namespaces.ts';
import { Relay } from './network/relay.ts';
import { debianPackages } from './debian-packages.ts';

export interface LinuxPcOptions {
  /** Three octets: `10.66.1`. Test files run side by side: each has its own. */
  readonly net: string;
  /** Who may log in as root: a line of authorized_keys. */
  readonly authorizedKey: string;
  /** What manages its network card. */
  readonly network: 'NetworkManager' | 'systemd-networkd';
  /** Packages of Debian's that this machine may have and the PC must not, while it is fresh. */
  readonly without?: readonly string[];
  /** Where it may be looked for, besides the address that DHCP gives. */
  readonly addresses?: readonly string[];
}

/** What a test file with such a PC needs. */
export const linuxPcTools = ['ip', 'dnsmasq', 'python3', 'sshd', 'systemd-nspawn'] as const;

export const macOf = (net: string): string => `02:00:00:${net.split('.').map(hex).join(':')}`;
const hex = (octet: string): string => Number(octet).toString(16).padStart(2, '0');

export class LinuxPc {
  readonly net: string;
  readonly mac: string;
  /** What DHCP gives it. */
  readonly leased: string;
  readonly gateway: string;
  readonly namespaces: Namespaces;
  /** Namespace of the LAN's gateway: what this process starts in it, the PC can reach. */
  readonly lan: string;
  readonly machine: Machine;
  readonly #pc: string;
  readonly #relays: Relay[] = [];

  private constructor(
    options: LinuxPcOptions,
    namespaces: Namespaces,
    { lan, pc }: { lan: string; pc: string },
    machine: Machine,
  ) {
    this.net = options.net;
    this.mac = macOf(options.net);
    this.leased = `${options.net}.150`;
    this.gateway = `${options.net}.1`;
    this.namespaces = namespaces;
    this.lan = lan;
    this.#pc = pc;
    this.machine = machine;
  }

  /** Switched off. */
  static async open(options: LinuxPcOptions): Promise<LinuxPc> {
    const namespaces = new Namespaces();
    let machine: Machine | undefined;
    try {
      const [lan, pc] = [namespaces.add('lan'), namespaces.add('pc')];
      wire(namespaces, lan, pc, options.net);
      machine = new Machine({ name: `pc${process.pid}`, namespace: pc, authorizedKey: options.authorizedKey });
      const made = new LinuxPc(options, namespaces, { lan, pc }, machine);
      await furnish(machine.root, options);
      for (const address of [made.leased, ...(options.addresses ?? [])]) {
        const at = { address: dial('lab', address), port: 22 };
        made.#relays.push(await Relay.open(namespaces, lan, { address, port: 22 }, at));
      }
      return made;
    } catch (error) {
      await machine?.close();
      await namespaces.close();
      throw error;
    }
  }

  /** Switches it on; returns when it has an address and its sshd may be asked. */
  async start(): Promise<void> {
    await this.machine.start();
    for (let tries = 0; tries < 300; tries += 1) {
      if (/ inet [\d.]+\/24 /.test(this.namespaces.run(this.#pc, 'ip', '-4', 'addr', 'show', 'dev', 'eth0'))) return;
      await sleep(100);
    }
    throw new Error('no address after 30 s');
  }

  /** The process ids that run in it, as this machine counts them. */
  processes(): number[] {
    const listed = execFileSync('ip', ['netns', 'pids', this.#pc], { encoding: 'utf8', stdio: 'pipe' });
    return listed
      .split('\n')
      .filter((line) => line !== '')
      .map(Number);
  }

  /** A web server on the LAN. @returns its base URL */
  serve(folder: string): string {
    const args = ['-e', webServer, this.gateway, folder];
    this.namespaces.start(this.lan, process.execPath, args, { stdio: 'ignore' });
    return `http://${this.gateway}:8080/`;
  }

  /** A web page at an address beyond the gateway; nothing else there answers. */
  async outside(address: string, port: number): Promise<void> {
    this.namespaces.run(this.lan, 'ip', 'addr', 'add', `${address}/32`, 'dev', 'br0');
    const server = this.namespaces.start(this.lan, process.execPath, ['-e', page, address, String(port)]);
    await once(server.stdout ?? server, 'data');
  }

  async close(): Promise<void> {
    for (const relay of this.#relays) relay.close();
    await this.machine.close();
    await this.namespaces.close();
  }
}

const webServer = `const [address, folder] = process.argv.slice(1), fs = require("fs"), path = require("path");
require("http").createServer((request, response) => {
  const file = fs.createReadStream(path.join(folder, path.basename(request.url)));
  file.once("open", () => file.pipe(response)).once("error", () => response.writeHead(404).end("absent"));
}).listen(8080, address)`;

const page = `const [address, port] = process.argv.slice(1);
require("http").createServer((_, response) => response.end("open")).listen(+port, address, () => console.log("listens"))`;

/** A switch with the gateway on it, which hands out one address. */
function wire(namespaces: Namespaces, lan: string, pc: string, net: string): void {
  const ip = (...args: string[]): unknown => namespaces.run(lan, 'ip', ...args);
  ip('link', 'add', 'br0', 'type', 'bridge');
  ip('addr', 'add', `${net}.1/24`, 'dev', 'br0');
  ip('link', 'set', 'br0', 'up');
  namespaces.link({ namespace: pc, name: 'eth0' }, { namespace: lan, name: 'port1' });
  ip('link', 'set', 'port1', 'master', 'br0');
  namespaces.run(pc, 'ip', 'link', 'set', 'eth0', 'address', macOf(net));
  const quiet = ['--no-daemon', '--conf-file=/dev/null', '--port=0', '--leasefile-ro', '--log-facility=/dev/null'];
  const lease = [`--dhcp-range=${net}.150,${net}.150,1h`, `--dhcp-option=6,${net}.1`, '--interface=br0'];
  namespaces.start(lan, 'dnsmasq', [...quiet, ...lease], { stdio: 'ignore' });
}

async function furnish(root: string, { net, network, without = [] }: LinuxPcOptions): Promise<void> {
  const etc = (file: string): string => path.join(root, 'etc', file);
  const write = (file: string, text: string, mode = 0o644): void => {
    mkdirSync(path.dirname(file), { recursive: true });
    rmSync(file, { force: true });
    writeFileSync(file, text, { mode });
  };
  if (network === 'NetworkManager') {
    const debs = await debianPackages('network-manager');
    install(root, debs);
    write(etc('NetworkManager/conf.d/test.conf'), '[device]\nmatch-device=interface-name:eth0\nmanaged=1\n');
    enable(root, 'NetworkManager.service');
  } else {
    write(etc('systemd/network/80-dhcp.network'), '[Match]\nName=eth0\n\n[Network]\nDHCP=ipv4\n');
    rmSync(etc('systemd/system/systemd-networkd.service'), { force: true });
    enable(root, 'systemd-networkd.service');
  }
  // NetworkManager writes its own; networkd leaves that to systemd-resolved, and where that is not there to whoever set the PC up.
  write(etc('resolv.conf'), `nameserver ${net}.1\n`);
  hardware(root);
  if (without.length > 0)
    inside(root, 'dpkg', '--purge', '--force-depends', ...withDependents(root, without.filter(isThere(root))));
  // What a machine of the tests must not start by itself (machine.ts) is to be started here.
  const units = without.flatMap((name) => [`${name}.service`, `${name.replace('-server', '')}.service`]);
  for (const unit of units) rmSync(etc(`systemd/system/${unit}`), { force: true });
  // Its package leaves the data of this machine's.
  if (without.includes('mariadb-server')) rmSync(path.join(root, 'var/lib/mysql'), { recursive: true, force: true });
}

/** What a machine of a test has not: a screen, a USB controller, two cores. */
function hardware(root: string): void {
  const write = (file: string, text: string): void => {
    mkdirSync(path.dirname(path.join(root, 'srv/hardware', file)), { recursive: true });
    writeFileSync(path.join(root, 'srv/hardware', file), text);
  };
  const core = (id: number): string =>
    `processor\t: ${id}\nmodel name\t: a test\ncpu MHz\t\t: 2600.0\nphysical id\t: 0\ncore id\t\t: ${id}\n\n`;
  write('proc/cpuinfo', [0, 1, 2, 3].map(core).join(''));
  write('sys/class/drm/card0-HDMI-A-1/status', 'connected\n');
  write('sys/class/drm/card0-HDMI-A-1/modes', '1920x1080\n');
  write('sys/bus/usb/devices/usb1/speed', '480\n');
  write('sys/bus/usb/devices/usb1/product', 'EHCI Host Controller\n');
  appendFileSync(path.join(root, 'etc/examsite-sshd_config'), 'SetEnv EXAMSITE_HARDWARE=/srv/hardware\n');
}

const isThere =
  (root: string) =>
  (name: string): boolean =>
    readdirSync(path.join(root, 'var/lib/dpkg/info')).some(
      (file) => file === `${name}.list` || file.startsWith(`${name}:`),
    );

/** A person who installs a server takes what apt recommends with it, and dpkg keeps a package that another one needs. */
function withDependents(root: string, names: readonly string[]): string[] {
  const format = '--showformat=${Package}\\t${Pre-Depends}, ${Depends}\\n';
  const admin = `--admindir=${path.join(root, 'var/lib/dpkg')}`;
  const listed = execFileSync('dpkg-query', [admin, '--show', format], { encoding: 'utf8' }).split('\n');
  const needs = (line: string): boolean =>
    line
      .split(/[\s,|]+/)
      .slice(1)
      .some((word) => names.includes(word));
  return [...new Set([...names, ...listed.filter(needs).map((line) => line.split('\t')[0] ?? '')])];
}

/** Without starting anything: the PC is off. */
function inside(root: string, ...command: readonly string[]): void {
  const policy = path.join(root, 'usr/sbin/policy-rc.d');
  writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  execFileSync(
    'systemd-nspawn',
    ['-q', '-D', root, '--register=no', '--keep-unit', '--resolv-conf=off', '--pipe', ...command],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', SYSTEMD_NSPAWN_UNIFIED_HIERARCHY: '0' },
    },
  );
  rmSync(policy);
}

function install(root: string, debs: readonly string[]): void {
  if (debs.length === 0) return;
  const folder = path.join(root, 'var/cache/test-debs');
  mkdirSync(folder, { recursive: true });
  const names = debs.map((file) => path.basename(file));
  for (const file of debs) writeFileSync(path.join(folder, path.basename(file)), readFileSync(file));
  inside(root, 'dpkg', '-i', ...names.map((name) => `/var/cache/test-debs/${name}`));
  rmSync(folder, { recursive: true });
}

function enable(root: string, unit: string): void {
  const wants = path.join(root, 'etc/systemd/system/multi-user.target.wants');
  mkdirSync(wants, { recursive: true });
  execFileSync('ln', ['-sf', `/lib/systemd/system/${unit}`, path.join(wants, unit)], { stdio: 'pipe' });
}
