/**
 * A whole exam site for one test file: inventory, depot, simulated room, enrolment, in a folder of its own, on a loopback subnet of its own.
 * Commands are run as a person runs them, as processes; the room lives in the test's process, so that a test can look into every PC.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { roomToEnroll } from '../src/cli/commands/enroll.ts';
import { home as homeAt, type Home } from '../src/core/home.ts';
import type { DepotServer } from '../src/depot/serve.ts';
import { enrollRoom } from '../src/hosts/enroll.ts';
import { saveEnrolment } from '../src/hosts/enroll-save.ts';
import { room as roomSchema, site as siteSchema, type Room, type Site } from '../src/inventory/schema.ts';
import { act } from '../src/lab/actions.ts';
import type { Lab } from '../src/lab/lab.ts';
import type { JournalEvent } from '../src/lab/pc/journal.ts';
import type { Pc } from '../src/lab/pc/pc.ts';
import { Command, resultOf, type Ended } from './command.ts';
import { operation, roomCheck, type Operation, type RoomCheck } from './results.ts';
import { openDepot, openLab, room, saveRoom, saveSite, writeInventory, type SiteOptions } from './site-parts.ts';

interface Parts {
  readonly home: Home;
  readonly lab: Lab;
  readonly depot: DepotServer;
  readonly inventory: Room;
  readonly site: Site;
  readonly env: Readonly<Record<string, string>>;
}

export class TestSite {
  readonly home: Home;
  readonly lab: Lab;
  readonly #parts: Parts;
  /** Everything that happened on each PC since the site was opened; a PC itself keeps only the last few thousand. */
  readonly #events = new Map<string, JournalEvent[]>();
  readonly #commands = new Set<Command>();
  #inventory: Room;

  private constructor(parts: Parts) {
    this.home = parts.home;
    this.lab = parts.lab;
    this.#parts = parts;
    this.#inventory = parts.inventory;
    for (const pc of this.lab.pcs) this.#watch(pc);
  }

  /** What was begun is taken back when a step fails. */
  static async open(options: SiteOptions): Promise<TestSite> {
    const home = homeAt(await mkdtemp(path.join(tmpdir(), 'examsite-e2e-')));
    const env = options.env ?? {};
    const undo: (() => Promise<unknown>)[] = [() => removeFolder(home)];
    try {
      const { inventory, site } = await writeInventory(home, options);
      const depot = await openDepot(home, inventory, site);
      undo.unshift(() => depot.close());
      // Of this process, because the lab resolves the same references as the commands, which inherit them.
      Object.assign(process.env, env);
      const lab = await openLab(home, inventory, site, options);
      undo.unshift(() => lab.stop());
      const opened = new TestSite({ home, lab, depot, inventory, site, env });
      await opened.enroll();
      return opened;
    } catch (error) {
      for (const step of undo) await step();
      throw error;
    }
  }

  /** Ends what a failed test has left running, too. */
  async close(): Promise<void> {
    for (const command of this.#commands) command.kill('SIGKILL', 'group');
    await Promise.all([...this.#commands].map((command) => command.ended));
    for (const name of Object.keys(this.#parts.env)) Reflect.deleteProperty(process.env, name);
    await this.#parts.depot.close();
    await this.lab.stop();
    await removeFolder(this.home);
  }

  /** Starts `examsite <words> --room 301 --json`. */
  start(...words: readonly string[]): Command {
    const all = [...words, '--room', room, '--json', '--lang', 'en'];
    const command = new Command('src/cli/main.ts', all, this.home.root);
    this.#commands.add(command);
    void command.ended.finally(() => this.#commands.delete(command));
    return command;
  }

  /** Runs it to its end. */
  run(...words: readonly string[]): Promise<Ended> {
    return this.start(...words).ended;
  }

  /** preview, up, refresh or destroy, with its result. */
  async operate(...words: readonly string[]): Promise<Operation & { readonly ended: Ended }> {
    const ended = await this.run(...words);
    return { ...resultOf(ended, operation), ended };
  }

  async check(): Promise<RoomCheck & { readonly ended: Ended }> {
    const ended = await this.run('check');
    return { ...resultOf(ended, roomCheck), ended };
  }

  pc(name: string): Pc {
    return this.lab.pc(name);
  }

  /** A person at a PC: see src/lab/actions.ts. */
  do(name: string, action: string, ...args: readonly string[]): Promise<void> {
    return act(this.pc(name), action, args);
  }

  events(name: string): readonly JournalEvent[] {
    return this.#events.get(name) ?? [];
  }

  /** How often each PC has been written to through SSH. */
  writes(): Record<string, number> {
    return Object.fromEntries(this.lab.pcs.map(({ name, journal }) => [name, journal.writes]));
  }

  /** A person edits the room's file. */
  async edit(change: (before: Room) => Room): Promise<void> {
    this.#inventory = roomSchema.parse(change(this.#inventory));
    await saveRoom(this.home, this.#inventory);
  }

  /** The same of the site's, for the commands that come after it. */
  editSite(change: (before: Site) => unknown): Promise<void> {
    return saveSite(this.home, siteSchema.parse(change(this.#parts.site)));
  }

  /** @param replace PCs whose new host key somebody has looked at */
  async enroll(replace: readonly string[] = []): Promise<void> {
    const found = await enrollRoom({ home: this.home, room: roomToEnroll(this.#inventory, this.#parts.site) });
    await saveEnrolment(this.home, found, replace);
  }

  /** Another installation in a PC's place, with another host key. */
  async reset(name: string): Promise<void> {
    await this.lab.reset(name);
    this.#watch(this.lab.pc(name));
  }

  #watch(pc: Pc): void {
    const events: JournalEvent[] = [];
    this.#events.set(pc.name, events);
    let last: JournalEvent | undefined;
    const changed = (): void => {
      const newest = pc.journal.events.at(-1);
      if (newest !== undefined && newest !== last) events.push((last = newest));
    };
    pc.watch({ changed });
  }
}

const removeFolder = ({ root }: Home): Promise<void> =>
  rm(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
