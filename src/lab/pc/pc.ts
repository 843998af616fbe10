/** A simulated PC: the machine of machine.ts with its power switch, its network plug and what a lab does to it. */
import type { Adapter, AdapterConfig } from '../../core/primitives.ts';
import type { Args, Value } from '../../core/host.ts';
import type { Accounts } from './accounts.ts';
import type { RestoreCard } from './card.ts';
import type { Contents } from './contents.ts';
import { lanFetch, type Answer, type Asking, type Fetched } from './fetch.ts';
import type { Files } from './files.ts';
import type { Firewall } from './firewall.ts';
import { Jobs } from './jobs.ts';
import type { Journal } from './journal.ts';
import type { Latency } from './latency.ts';
import { listenersOf, startServer, type Listener, type Servers } from './listeners.ts';
import type { Hardware, Machine, Os, Program, ProgramResult } from './machine.ts';
import { NextStart } from './next-start.ts';
import type { Nic } from './nic.ts';
import { type Faults, noFaults, type SessionEnd } from './power.ts';
import { Processes } from './processes.ts';
import { fold, normalise } from './paths.ts';
import type { Registry } from './registry.ts';
import type { Services } from './services.ts';
import type { Tasks } from './tasks.ts';

export type Power = 'on' | 'starting' | 'off';
export type Programs = Readonly<Record<string, Program>>;
export type WebDriver = (machine: Machine, args: Args<'webdriver.session'>) => Promise<Value<'webdriver.session'>>;
/** The models of what runs on a PC; the machine itself knows none of them. */
export interface Software {
  readonly programs: Programs;
  readonly webdriver: WebDriver;
  /** What services listen on; none by default. */
  readonly servers?: Servers;
}

/** What the outside of a PC (SSH server, saver) is told. */
export interface Watcher {
  /** Something that is kept on the host's disk has changed. */
  changed?(): void;
  /** Sessions end. */
  sessionsEnd?(how: SessionEnd): void;
  /** Power, plug or live address may have changed. */
  network?(): void;
}

/** Everything a PC is made of; built by create.ts. */
export interface Parts {
  readonly name: string;
  readonly hardware: Hardware;
  readonly os: Os;
  readonly contents: Contents;
  readonly journal: Journal;
  readonly files: Files;
  readonly registry: Registry;
  readonly services: Services;
  readonly tasks: Tasks;
  readonly accounts: Accounts;
  readonly firewall: Firewall;
  readonly card: RestoreCard;
  readonly nic: Nic;
  readonly latency: Latency;
  readonly software: Software;
  readonly bootTime: Date;
  readonly power: Power;
}

const environmentKey = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Environment';

const startsKey = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Memory Management\\PrefetchParameters';

export class Pc implements Machine {
  readonly name: string;
  readonly hardware: Hardware;
  readonly os: Os;
  readonly contents: Contents;
  readonly journal: Journal;
  readonly files: Files;
  readonly registry: Registry;
  readonly services: Services;
  readonly tasks: Tasks;
  readonly accounts: Accounts;
  readonly firewall: Firewall;
  readonly card: RestoreCard;
  readonly nic: Nic;
  readonly latency: Latency;
  readonly jobs: Jobs;
  readonly nextStart: NextStart;
  readonly webdriver: WebDriver;
  readonly #servers: Servers;
  readonly faults: Faults = noFaults();
  readonly #processes: Processes;
  readonly #watchers = new Set<Watcher>();
  /** How HTTP leaves this PC; a test without a network puts its own here. */
  fetched: Fetched = lanFetch;
  #bootTime: Date;
  #power: Power;

  constructor(parts: Parts) {
    this.name = parts.name;
    this.hardware = parts.hardware;
    this.os = parts.os;
    this.contents = parts.contents;
    this.journal = parts.journal;
    this.files = parts.files;
    this.registry = parts.registry;
    this.services = parts.services;
    this.tasks = parts.tasks;
    this.accounts = parts.accounts;
    this.firewall = parts.firewall;
    this.card = parts.card;
    this.nic = parts.nic;
    this.latency = parts.latency;
    this.webdriver = parts.software.webdriver;
    this.#servers = parts.software.servers ?? {};
    this.services.onStart = (name) => startServer(this, name, this.#servers);
    this.#bootTime = parts.bootTime;
    this.#power = parts.power;
    this.nic.powered = parts.power === 'on';
    this.jobs = new Jobs(this);
    this.nextStart = new NextStart(parts.registry, parts.files);
    this.#processes = new Processes(this, parts.software.programs);
    this.journal.onRecord = () => this.#tell((watcher) => watcher.changed?.());
    this.nic.onChange = () => this.#tell((watcher) => watcher.network?.());
  }

  get bootTime(): Date {
    return this.#bootTime;
  }

  get power(): Power {
    return this.#power;
  }

  /** Stable id of the installation. */
  get machineId(): string {
    const value = this.registry.value('HKLM\\SOFTWARE\\Microsoft\\Cryptography', 'MachineGuid');
    return String(value?.data);
  }

  watch(watcher: Watcher): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  adapters(): Adapter[] {
    return [this.nic.adapter()];
  }

  /** Sets the card up, persistent and live. Cuts sessions when the address changes. */
  async configure(config: AdapterConfig): Promise<void> {
    await this.takes('net.write');
    this.journal.assertAlive();
    const before = this.nic.address;
    this.nic.configure(config);
    this.journal.record('net', 'configure', this.nic.address ?? 'no address');
    if (this.nic.address !== before) this.endSessions('silent');
  }

  /** The system's environment as the registry has it, expanded. */
  environment(): Record<string, string> {
    const variables: Record<string, string> = { SystemRoot: 'C:\\Windows', SystemDrive: 'C:', windir: 'C:\\Windows' };
    for (const [name, value] of Object.entries(this.registry.values(environmentKey))) {
      variables[name] = this.expand(String(value.data));
    }
    return variables;
  }

  expand(text: string): string {
    return text.replace(/%(SystemRoot|windir)%/gi, 'C:\\Windows').replace(/%SystemDrive%/gi, 'C:');
  }

  path(): string[] {
    const value = this.registry.value(environmentKey, 'Path');
    const folders = this.expand(String(value?.data ?? '')).split(';');
    return folders.map((folder) => folder.trim().replace(/^"|"$/g, '')).filter((folder) => folder !== '');
  }

  processes(): string[] {
    return this.#processes.names();
  }

  inUse(path: string): boolean {
    const wanted = fold(normalise(path));
    const code = this.#processes.code().filter((one) => /^[A-Za-z]:/.test(one));
    return code.some((one) => fold(normalise(one)) === wanted);
  }

  /** PATH as programs have it that somebody at the PC starts; null: nobody is logged on. */
  shellPath(): string | null {
    return this.accounts.shell?.path ?? null;
  }

  /** What answers on this PC's own ports now. */
  listeners(): Listener[] {
    return listenersOf(this, this.services.running(), this.#servers);
  }

  fetch(url: string, asking?: Asking): Promise<Answer> {
    return this.fetched(this, url, asking);
  }

  takes(operation: string): Promise<void> {
    return this.latency.takes(operation);
  }

  run(exe: string, args: readonly string[], stdin: string): Promise<ProgramResult> {
    return this.#processes.run(exe, args, stdin);
  }

  /** Full restart; resolves when the machine is up again. */
  async restart(): Promise<void> {
    if (this.#power !== 'on') return;
    this.journal.record('power', 'restart', this.name);
    this.#down('closed', 'starting');
    await this.#start();
  }

  /** The cable of the wall socket: nothing is shut down. */
  powerCut(): void {
    if (this.#power === 'off') return;
    this.journal.record('power', 'cut', this.name);
    this.#down('silent', 'off');
  }

  async powerOn(): Promise<void> {
    if (this.#power !== 'off') return;
    this.journal.record('power', 'on', this.name);
    this.#power = 'starting';
    await this.#start();
  }

  plug(plugged: boolean): void {
    if (plugged === this.nic.plugged) return;
    this.journal.record('power', plugged ? 'plug' : 'unplug', this.name);
    this.endSessions('silent');
    this.nic.plug(plugged);
  }

  /** Ends every session, as a fault on the way does. */
  endSessions(how: SessionEnd): void {
    this.#tell((watcher) => watcher.sessionsEnd?.(how));
  }

  /** No more faults, no more waiting. */
  heal(): void {
    Object.assign(this.faults, noFaults());
    this.latency.factor = 0;
    this.#tell((watcher) => watcher.network?.());
  }

  /** The lab was stopped and runs again. What was under way then is over: a start goes on, a job is taken up as after a restart. */
  async resume(): Promise<void> {
    if (this.#power === 'starting') await this.#start();
    else if (this.#power === 'on') await this.journal.act('ssh', () => this.jobs.recover());
  }

  #down(how: SessionEnd, power: 'starting' | 'off'): void {
    this.#power = power;
    this.nic.powered = false;
    this.journal.powerLost();
    this.#processes.kill();
    this.endSessions(how);
    this.#tell((watcher) => watcher.network?.());
  }

  async #start(): Promise<void> {
    await this.takes('restart');
    // The power may have been cut again while it started.
    if (this.#power !== 'starting') return;
    this.journal.act('machine', () => {
      this.card.boot();
      this.files.remount();
      this.countStart();
      this.nextStart.boot();
      this.services.boot();
      this.accounts.boot();
      // Boot times are told to the second; two starts within one must still differ.
      this.#bootTime = new Date(Math.max(Date.now(), this.#bootTime.getTime() + 1000));
      this.#power = 'on';
      this.nic.powered = true;
      this.nic.bringUp();
      this.journal.record('power', 'up', this.name);
    });
    await this.journal.act('ssh', () => this.jobs.recover());
  }

  /** Windows counts its starts on its own disk (windows-facts 4): what a card forgets, it counts again. */
  countStart(): void {
    const before = this.registry.value(startsKey, 'BootId')?.data;
    const data = (typeof before === 'number' ? before : 0) + 1;
    this.registry.set(startsKey, 'BootId', { type: 'REG_DWORD', data });
  }

  #tell(what: (watcher: Watcher) => void): void {
    for (const watcher of this.#watchers) what(watcher);
  }
}
