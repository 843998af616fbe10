/** The Linux router in a namespace, without a service manager: the rule set's own files, the real nft, dnsmasq and HAProxy. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { trustStore } from '../../modules/whitelist-router/linux/places.ts';
import type { RuleSet } from '../../modules/whitelist-router/linux/render.ts';
import { cpuSecOf } from './cpu.ts';
import type { ExamNetwork } from './exam-network.ts';
import { ca, leaf } from './inspection.ts';

export class Box {
  readonly #network: ExamNetwork;
  readonly folder: string;
  readonly #log: string[] = [];
  #proxy: ChildProcess | undefined;
  #resolver: ChildProcess | undefined;

  constructor(network: ExamNetwork) {
    this.#network = network;
    this.folder = path.join(network.folder, 'router');
    mkdirSync(this.folder, { recursive: true });
    writeFileSync(network.authority, ca);
  }

  /** Puts a rule set where the daemons look, as the module's job does: files first, then one link. */
  write({ policy, files, certificates }: RuleSet): void {
    const folder = path.join(this.folder, policy);
    mkdirSync(path.join(folder, 'certificates'), { recursive: true });
    for (const [name, { host }] of Object.entries(certificates))
      writeFileSync(path.join(folder, name), leaf(host), { mode: 0o600 });
    for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
    rmSync(path.join(this.folder, 'next'), { force: true });
    symlinkSync(policy, path.join(this.folder, 'next'));
    renameSync(path.join(this.folder, 'next'), path.join(this.folder, 'current'));
  }

  file(name: string): string {
    return path.join(this.folder, 'current', name);
  }

  /** Not waiting in place: whoever reads what the servers say must go on reading, or they stand still. */
  async firewall(): Promise<void> {
    const { namespaces, box } = this.#network;
    await namespaces.exec(box, 'nft', '-f', this.file('exam.nft'));
    await namespaces.exec(box, 'sysctl', '-q', '-p', this.file('kernel.conf'));
  }

  async resolver(): Promise<void> {
    await this.stopResolver();
    const { namespaces, box } = this.#network;
    this.#resolver = namespaces.start(
      box,
      'dnsmasq',
      ['--keep-in-foreground', `--conf-file=${this.file('dnsmasq.conf')}`],
      { stdio: 'ignore' },
    );
    await this.#listening('udp', 53, this.#resolver);
  }

  async stopResolver(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    await stopped(this.#resolver, signal);
  }

  async proxy(): Promise<void> {
    await this.stopProxy();
    const { namespaces, box } = this.#network;
    // What it trusts is the stand-in internet's.
    const trusting = ['-m', 'sh', '-c', `mount --bind "$0" ${trustStore} && exec "$@"`, this.#network.inet.trusted];
    const proxy = ['haproxy', '-W', '-f', this.file('haproxy.cfg')];
    this.#proxy = namespaces.start(box, 'unshare', [...trusting, ...proxy], { stdio: ['ignore', 'pipe', 'ignore'] });
    if (this.#proxy.stdout !== null)
      createInterface({ input: this.#proxy.stdout }).on('line', (line) => this.#log.push(line));
    await this.#listening('tcp', 80, this.#proxy);
  }

  /** The master goes, and its worker with it. */
  async stopProxy(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    await stopped(this.#proxy, signal);
  }

  /** Seconds of CPU of the daemons that run now. */
  cpuSec(): number {
    const processes = [this.#proxy, this.#resolver].flatMap((child) =>
      child?.pid === undefined || child.exitCode !== null || child.signalCode !== null ? [] : family(child.pid),
    );
    return processes.reduce((sum, pid) => sum + cpuSecOf(pid), 0);
  }

  /** The set of refused connections, an element a line, and what the proxy has logged; both since `forget`. */
  records(): { refused: string[]; log: string[] } {
    const text = this.#run('nft', 'list', 'set', 'inet', 'examsite', 'refused');
    const elements = /elements = \{([^}]*)\}/s.exec(text)?.[1] ?? '';
    return { refused: elements.split(',').map((line) => line.trim()), log: [...this.#log] };
  }

  forget(): void {
    this.#log.length = 0;
    this.#run('nft', 'flush', 'set', 'inet', 'examsite', 'refused');
  }

  reloadProxy(): void {
    this.#proxy?.kill('SIGUSR2');
  }

  async start(rules: RuleSet): Promise<void> {
    this.write(rules);
    await this.firewall();
    await Promise.all([this.resolver(), this.proxy()]);
  }

  async #listening(protocol: 'tcp' | 'udp', port: number, child: ChildProcess): Promise<void> {
    const sockets = protocol === 'tcp' ? '-ltn' : '-lun';
    for (let tries = 0; tries < 100; tries += 1) {
      if (child.exitCode !== null) throw new Error(`${child.spawnargs.join(' ')} ended with ${child.exitCode}`);
      if (this.#run('ss', '-H', sockets, `sport = :${port}`).trim() !== '') return;
      await sleep(20);
    }
    throw new Error(`nothing listens on ${protocol} ${port}`);
  }

  #run(command: string, ...args: string[]): string {
    return this.#network.namespaces.run(this.#network.box, command, ...args);
  }
}

/** A process, and those that it has started. */
const family = (pid: number): number[] => [
  pid,
  ...readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number).flatMap(family),
];

async function stopped(child: ChildProcess | undefined, signal: NodeJS.Signals): Promise<void> {
  if (child?.exitCode !== null || child.signalCode !== null) return;
  child.kill(signal);
  const late = setTimeout(() => child.kill('SIGKILL'), 2000);
  await once(child, 'exit');
  clearTimeout(late);
}
