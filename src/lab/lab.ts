/** A simulated room: its PCs with their SSH servers, on one network, kept in a folder. In-process; the command line runs it in daemon.ts. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import writeFileAtomic, { sync as writeFileAtomicSync } from 'write-file-atomic';
import { type Room, type Seat, seatsOf, type Site } from '../inventory/schema.ts';
import type { Lan } from './lan.ts';
import type { Way } from './outside/router.ts';
import { Contents } from './pc/contents.ts';
import { type Built, type PcData, restoreMachine } from './pc/create.ts';
import type { Pc } from './pc/pc.ts';
import { lanOf, populateSeat, type RoomPlan } from './populate.ts';
import { type RoomMix, usualMix } from './room-mix.ts';
import { software } from './software.ts';
import { SshServer } from './ssh/server.ts';

export interface LabOptions {
  /** Everything the lab keeps: `<home.lab>/room-301`. */
  readonly dir: string;
  readonly room: Room;
  readonly site: Site;
  readonly authorizedKey: string;
  /** The same seed gives the same room. @default '1' */
  readonly seed?: string;
  readonly mix?: RoomMix;
  /** See Latency and Traffic: 1 as in a real room, 1/60 an hour in a minute. @default 0: nothing takes any time */
  readonly latency?: number;
  /** The depot's uplink, Mbit/s. @default 1000 */
  readonly depotMbps?: number;
}

interface Place {
  readonly seat: Seat;
  built: Built;
  server: SshServer | undefined;
  saver: Saver;
}

/** Changes of one PC reach the disk this much later, many together. */
const saveAfterMs = 1000;

export class Lab {
  readonly dir: string;
  readonly plan: RoomPlan;
  readonly #lan: Lan;
  readonly #contents: Contents;
  readonly #places = new Map<string, Place>();
  #port: number | undefined;

  private constructor(dir: string, plan: RoomPlan) {
    this.dir = dir;
    this.plan = plan;
    this.#lan = lanOf(plan);
    this.#contents = new Contents(path.join(dir, 'contents'));
  }

  /** A new room in an empty folder; what was in the folder goes. */
  static async create(options: LabOptions): Promise<Lab> {
    const { dir, room, site, authorizedKey, seed = '1', mix = usualMix, latency = 0, depotMbps = 1000 } = options;
    rmSync(dir, { recursive: true, force: true });
    mkdirSync(path.join(dir, 'pcs'), { recursive: true, mode: 0o700 });
    const plan: RoomPlan = { room, site, authorizedKey, seed, mix, latency, depotMbps };
    writeFileAtomicSync(path.join(dir, 'lab.json'), JSON.stringify(plan, null, 1), { mode: 0o600 });
    const lab = new Lab(dir, plan);
    for (const seat of seatsOf(room)) {
      lab.#place(seat, await populateSeat(plan, seat, lab.#lan, lab.#contents));
    }
    await lab.save();
    return lab;
  }

  /** A room as it was when it was last saved. */
  static open(dir: string): Lab {
    // Written by create() and by save(), never by a person.
    const plan = JSON.parse(readFileSync(path.join(dir, 'lab.json'), 'utf8')) as RoomPlan;
    const lab = new Lab(dir, plan);
    if (existsSync(lab.#routerFile)) lab.#lan.router.way = JSON.parse(readFileSync(lab.#routerFile, 'utf8')) as Way;
    const around = { lan: lab.#lan, contents: lab.#contents, software };
    for (const seat of seatsOf(plan.room)) {
      const data = JSON.parse(readFileSync(lab.#file(seat.name), 'utf8')) as PcData;
      lab.#place(seat, restoreMachine(data, around));
    }
    return lab;
  }

  static exists(dir: string): boolean {
    try {
      return readdirSync(dir).includes('lab.json');
    } catch {
      return false;
    }
  }

  get pcs(): Pc[] {
    return [...this.#places.values()].map(({ built }) => built.pc);
  }

  /** @throws RangeError for a name that is no seat of this room */
  pc(name: string): Pc {
    return this.#at(name).built.pc;
  }

  get port(): number {
    if (this.#port === undefined) throw new Error('the lab is not started');
    return this.#port;
  }

  /** How fast time goes from now on, for every PC and what is under way between them: see LabOptions.latency. */
  set latency(factor: number) {
    for (const pc of this.pcs) pc.latency.factor = factor;
    this.#lan.traffic.pace = factor;
  }

  get way(): Way {
    return this.#lan.router.way;
  }

  /** Where the room's router leads from now on, and after the lab was stopped. */
  set way(way: Way) {
    this.#lan.router.way = way;
    writeFileAtomicSync(this.#routerFile, JSON.stringify(way, null, 1), { mode: 0o600 });
  }

  sessions(name: string): number {
    return this.#at(name).server?.sessions ?? 0;
  }

  /** Puts every PC on the network. @param port 0: a free one, the same for all */
  async start({ port }: { port: number }): Promise<void> {
    this.#port = port === 0 ? await this.#lan.freePort() : port;
    await Promise.all([...this.#places.values()].map((place) => this.#serve(place)));
    for (const pc of this.pcs) void pc.resume();
  }

  /** Takes every PC off the network and saves it; the PCs themselves notice nothing. */
  async stop(): Promise<void> {
    for (const { server } of this.#places.values()) await server?.stop();
    for (const place of this.#places.values()) place.server = undefined;
    for (const { saver } of this.#places.values()) saver.end();
    await this.save();
  }

  async save(): Promise<void> {
    await Promise.all([...this.#places.values()].map(({ saver }) => saver.now()));
  }

  /** A new PC in the place of an old one: another installation, another host key. */
  async reset(name: string): Promise<void> {
    const place = this.#at(name);
    await place.server?.stop();
    place.saver.end();
    this.#lan.leave(place.built.pc.nic);
    this.#place(place.seat, await populateSeat(this.plan, place.seat, this.#lan, this.#contents));
    const fresh = this.#at(name);
    if (this.#port !== undefined) await this.#serve(fresh);
    await fresh.saver.now();
  }

  #place(seat: Seat, built: Built): void {
    const saver = new Saver(built, this.#file(seat.name));
    this.#places.set(seat.name, { seat, built, server: undefined, saver });
  }

  async #serve(place: Place): Promise<void> {
    place.server = new SshServer(place.built.pc, { port: this.port, user: this.plan.site.ssh.user });
    place.saver.begin();
    await place.server.refresh();
  }

  #at(name: string): Place {
    const place = this.#places.get(name);
    if (!place) throw new RangeError(`expected one of ${[...this.#places.keys()].join(', ')}, got ${name}`);
    return place;
  }

  get #routerFile(): string {
    return path.join(this.dir, 'router.json');
  }

  #file(name: string): string {
    return path.join(this.dir, 'pcs', `${name}.json`);
  }
}

/** Keeps one PC's JSON up to date, without writing it at every change. */
class Saver {
  readonly #built: Built;
  readonly #file: string;
  #unwatch: () => void = () => undefined;
  #timer: NodeJS.Timeout | undefined;
  #turn: Promise<void> = Promise.resolve();

  constructor(built: Built, file: string) {
    this.#built = built;
    this.#file = file;
  }

  /** From now on by itself. */
  begin(): void {
    this.#unwatch = this.#built.pc.watch({ changed: () => this.#soon(), network: () => this.#soon() });
  }

  now(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#turn = this.#turn.then(() =>
      writeFileAtomic(this.#file, JSON.stringify(this.#built.toJSON()), { mode: 0o600 }),
    );
    return this.#turn;
  }

  end(): void {
    this.#unwatch();
    clearTimeout(this.#timer);
  }

  #soon(): void {
    this.#timer ??= setTimeout(() => void this.now(), saveAfterMs).unref();
  }
}
