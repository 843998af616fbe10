/**
 * A router that runs RouterOS 7, as far as its console, its configuration, its scheduler, its resolver and its IPv4 firewall go. It knows nothing
 * of whitelists. Time is told to it: `pass` lets seconds go by, and whatever is due runs.
 */
import { Configuration, type Entry } from './configuration.ts';
import { Connections } from './firewall/connections.ts';
import { Interpreter } from './interpreter.ts';
import { isMenu, menus, takes, verbsOf } from './menus.ts';
import { Names, type Upstream } from './names.ts';
import { Parser } from './parser.ts';
import { version } from './export.ts';
import { Scheduler } from './scheduler.ts';
import { Scope } from './scope.ts';
import { ParseError, parseTime, RunError, time, type Value } from './values.ts';

export interface DeviceOptions {
  /** Commands that make its configuration, as of the factory or by a person. */
  readonly setUp: readonly string[];
  readonly interfaces: readonly string[];
  /** What other resolvers answer. */
  readonly upstream?: Upstream;
  /** Whether an entry of the scheduler runs at the very moment that it is made as well: the manual does not say. */
  readonly runsAtOnce?: boolean;
}

const services = { ftp: 21, ssh: 22, telnet: 23, www: 80, winbox: 8291, api: 8728, 'api-ssl': 8729 };

export class Device {
  readonly configuration = new Configuration();
  readonly names: Names;
  readonly connections: Connections;
  readonly scheduler: Scheduler;
  /** Seconds since it came up. */
  uptime = 0;
  /** Its clock, by which nothing here is decided. */
  date = new Date('2026-11-27T02:00:00Z');
  /** Every command that came from outside, in order. */
  readonly heard: string[] = [];
  /** Errors of what ran by itself. */
  readonly faults: string[] = [];
  /** Called behind every change of the configuration, and when it restarts. */
  readonly watchers = new Set<(what: 'changed' | 'restarted') => void>();
  #flash = '';

  constructor(options: DeviceOptions) {
    this.names = new Names(this, options.upstream ?? (() => []));
    this.connections = new Connections(this);
    this.scheduler = new Scheduler(this, options.runsAtOnce === true);
    options.interfaces.forEach((name, index) => {
      const last = (index + 1).toString(16).toUpperCase().padStart(2, '0');
      const card = { name, 'mac-address': `02:00:00:00:00:${last}` };
      this.configuration.add('/interface', card);
      this.configuration.add('/interface ethernet', card);
    });
    this.configuration.add('/interface ethernet switch', { name: 'switch1' });
    for (const [name, port] of Object.entries(services))
      this.configuration.add('/ip service', { name, port: String(port) });
    for (const line of options.setUp) {
      const said = this.execute(line);
      if (said !== '') throw new Error(`${line}: ${said}`);
    }
    this.changed();
  }

  /** One command of a person's, or of an SSH session: what it prints. A fault is words, never more. */
  console(command: string): string {
    this.heard.push(command);
    return this.execute(command);
  }

  execute(source: string): string {
    const interpreter = new Interpreter(this);
    try {
      interpreter.run(this.#read(source), new Scope());
    } catch (error) {
      if (!(error instanceof RunError) && !(error instanceof ParseError)) throw error;
      interpreter.print(`${error.message}\r\n`);
    }
    return interpreter.output;
  }

  #read(source: string) {
    return new Parser(source, { isMenu, verbs: verbsOf, takes }).script();
  }

  /** @throws RunError */
  runScript(entry: Entry): void {
    try {
      new Interpreter(this).run(this.#read(entry.values['source'] ?? ''), new Scope());
    } catch (error) {
      throw error instanceof ParseError ? new RunError(error.message) : error;
    }
  }

  /** What a scheduler starts: a script's name, or commands. */
  runEvent(event: string): void {
    const script = this.configuration.items('/system script').find(({ values }) => values['name'] === event);
    try {
      if (script === undefined) new Interpreter(this).run(this.#read(event), new Scope());
      else this.runScript(script);
    } catch (error) {
      if (!(error instanceof RunError) && !(error instanceof ParseError)) throw error;
      this.faults.push(error.message);
    }
  }

  added(menu: string, values: Readonly<Record<string, string>>, before?: number): Entry {
    const entry = this.configuration.add(menu, values, before);
    if (menu === '/system scheduler') this.scheduler.added(entry);
    if (menu === '/interface bridge') this.configuration.add('/interface', { name: values['name'] ?? '' });
    this.changed();
    return entry;
  }

  removed(menu: string, entry: Entry): void {
    if (menu === '/ip firewall connection') this.connections.cut(entry.id);
    this.configuration.remove(menu, entry);
  }

  /** It is written to the flash before a command is over. */
  changed(): null {
    this.#flash = this.configuration.save();
    for (const tell of this.watchers) tell('changed');
    return null;
  }

  /** In memory: the last thousand lines ("Log"). */
  log(topics: string, message: string): void {
    const lines = this.configuration.items('/log');
    this.configuration.addDynamic('/log', { time: this.date.toISOString().slice(11, 19), topics, message });
    if (lines.length > 1000) lines.shift();
  }

  pass(seconds: number): void {
    for (let left = seconds; left > 0; left -= 1) {
      this.uptime += 1;
      this.date = new Date(this.date.getTime() + 1000);
      this.#expire();
      this.scheduler.tick();
    }
  }

  #expire(): void {
    const path = '/ip firewall address-list';
    for (const entry of [...this.configuration.items(path)])
      if (entry.expires !== undefined && entry.expires <= this.uptime) this.configuration.remove(path, entry);
  }

  /** Off and on again: only its flash is left. @param clock what it then takes for the time */
  restart(clock?: Date): void {
    this.configuration.load(this.#flash);
    if (clock !== undefined) this.date = clock;
    this.uptime = 0;
    this.connections.forget();
    this.names.flush();
    this.scheduler.started();
    for (const tell of this.watchers) tell('restarted');
  }

  /** As `get` gives it, and `where` compares it. */
  property(menu: string, entry: Entry | null, key: string): Value {
    if (menu === '/system resource')
      return key === 'uptime' ? time(this.uptime) : key === 'version' ? `${version} (stable)` : null;
    if (entry !== null && key === 'disabled') return entry.disabled;
    if (entry !== null && key === 'dynamic') return entry.dynamic;
    const property = menus[menu]?.properties[key];
    if (property === undefined && menus[menu]?.shown?.includes(key) !== true) return null;
    const value = this.configuration.value(menu, entry, key);
    if (property?.kind === 'yes-no') return value === 'yes';
    if (property?.kind === 'number') return Number(value);
    if (property?.kind === 'time' && value !== '') return time(parseTime(value) ?? 0);
    return value;
  }
}
