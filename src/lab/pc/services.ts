/** Windows services. The registration is in the registry, where a restore card reaches it; what runs is only in memory. */
import type { ServiceState, StartType } from '../../core/primitives.ts';
import { Refusal } from './fault.ts';
import type { Journal } from './journal.ts';
import type { ServiceEntry, Services as Contract } from './machine.ts';
import { fold } from './paths.ts';
import type { Registry } from './registry.ts';

const root = 'HKLM\\SYSTEM\\CurrentControlSet\\Services';
/** The registry's `Start`, by value. */
const startTypes: readonly StartType[] = ['Boot', 'System', 'Automatic', 'Manual', 'Disabled'];

export class Services implements Contract {
  readonly #registry: Registry;
  readonly #journal: Journal;
  readonly #running: Set<string>;
  /** Somebody has the Services console open: what is deleted meanwhile is only marked, until a restart (windows-facts 9). */
  held = false;
  /** What a service's program does as it starts; a Refusal keeps it from running. */
  onStart: (name: string) => void = () => undefined;

  constructor(registry: Registry, journal: Journal, running: readonly string[] = []) {
    this.#registry = registry;
    this.#journal = journal;
    this.#running = new Set(running);
  }

  read(name: string): ServiceState {
    const key = `${root}\\${name}`;
    const start = this.#registry.value(key, 'Start')?.data;
    const path = this.#registry.value(key, 'ImagePath')?.data;
    if (typeof start !== 'number') return { name, exists: false, startType: null, status: null, path: null };
    const status = this.#running.has(fold(name)) ? 'Running' : 'Stopped';
    const startType = startTypes[start] ?? 'Manual';
    return { name, exists: true, startType, status, path: typeof path === 'string' ? path : null };
  }

  /** Of all that are registered, drivers included. */
  names(): string[] {
    return this.#registry.subkeys(root).filter((name) => this.read(name).exists);
  }

  register(name: string, entry: ServiceEntry): void {
    const key = `${root}\\${name}`;
    if (this.#registry.value(key, 'DeleteFlag')?.data === 1)
      throw new Refusal('failed', `service ${name} has been marked for deletion (1072)`);
    this.#registry.set(key, 'ImagePath', { type: 'REG_EXPAND_SZ', data: entry.path });
    this.#writeStart(key, entry.startType);
  }

  unregister(name: string): void {
    this.#running.delete(fold(name));
    const key = `${root}\\${name}`;
    if (!this.held) return this.#registry.deleteKey(key);
    this.#registry.set(key, 'DeleteFlag', { type: 'REG_DWORD', data: 1 });
    this.#writeStart(key, 'Disabled');
  }

  setStartType(name: string, startType: StartType): void {
    this.#must(name);
    this.#writeStart(`${root}\\${name}`, startType);
  }

  start(name: string): void {
    this.#journal.assertAlive();
    const service = this.#must(name);
    if (service.startType === 'Disabled') throw new Refusal('denied', `service ${name} is disabled`);
    if (service.status === 'Running') return;
    this.onStart(name);
    this.#running.add(fold(name));
    this.#journal.record('service', 'start', name);
  }

  stop(name: string): void {
    this.#journal.assertAlive();
    if (this.#must(name).status === 'Stopped') return;
    this.#running.delete(fold(name));
    this.#journal.record('service', 'stop', name);
  }

  /** What the service control manager does at a start. */
  boot(): void {
    this.#running.clear();
    this.held = false;
    for (const name of this.#registry.subkeys(root)) {
      const key = `${root}\\${name}`;
      if (this.#registry.value(key, 'DeleteFlag')?.data === 1) this.#registry.deleteKey(key);
    }
    for (const name of this.#registry.subkeys(root)) {
      const { startType } = this.read(name);
      const starts = startType === 'Automatic' || startType === 'Boot' || startType === 'System';
      if (starts && this.#comesUp(name)) this.#running.add(fold(name));
    }
  }

  #comesUp(name: string): boolean {
    try {
      this.onStart(name);
      return true;
    } catch (error) {
      if (error instanceof Refusal) return false;
      throw error;
    }
  }

  /** Executables of what runs, as registered: `%SystemRoot%\\System32\\svchost.exe`. */
  executables(): string[] {
    return [...this.#running].flatMap((name) => {
      const command = this.read(name).path;
      const exe = command === null ? undefined : /^"?([^"]+?\.exe)/i.exec(command)?.[1];
      return exe === undefined ? [] : [exe];
    });
  }

  running(): string[] {
    return [...this.#running];
  }

  #writeStart(key: string, startType: StartType): void {
    this.#registry.set(key, 'Start', { type: 'REG_DWORD', data: startTypes.indexOf(startType) });
  }

  #must(name: string): ServiceState {
    const service = this.read(name);
    if (!service.exists) throw new Refusal('not-found', `service ${name} does not exist`);
    return service;
  }
}
