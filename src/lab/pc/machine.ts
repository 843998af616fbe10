/**
 * The simulated PC as its own parts see each other: what primitives, CIM tables and programs work on. It is a model of the machine; it
 * knows nothing of modules, requirements or verdicts. Registry keys and paths compare without case, as on Windows.
 */
import type { Adapter, RegistryValue, ServiceState, StartType, TaskState } from '../../core/primitives.ts';
import type { Listener } from './listeners.ts';

/** A file's bytes. Installed bulk is not stored: `size` may be larger than the content, and counts against the disk. */
export interface FileEntry {
  readonly content: Buffer;
  /** Bytes; at least `content.length`. */
  readonly size: number;
  /** Windows version resource. */
  readonly version?: string;
}

/**
 * An executable is a file whose content is JSON `{ "program": "chromedriver", … }`: the name of the program model that runs, and that copy's
 * own facts (its version). Anything else, a damaged file included, is "not a valid Win32 application".
 */
export interface Executable {
  readonly program: string;
  readonly [fact: string]: unknown;
}

export interface FileSystem {
  /** Another number after every change, a restored disk included: while it stays, every look gives the same. */
  readonly revision: number;
  read(path: string): FileEntry | undefined;
  write(path: string, entry: FileEntry): void;
  /** A file or a folder with all it holds. */
  delete(path: string): void;
  isDirectory(path: string): boolean;
  /** Names directly inside, as they were written; sorted. */
  list(path: string): string[];
  /** All files below a folder, full paths, sorted. */
  walk(path: string): string[];
  freeBytes(): number;
}

export interface Registry {
  exists(key: string): boolean;
  values(key: string): Record<string, RegistryValue>;
  subkeys(key: string): string[];
  set(key: string, name: string, value: RegistryValue | null): void;
  deleteKey(key: string): void;
}

export interface ServiceEntry {
  readonly startType: StartType;
  readonly path: string;
}

export interface Services {
  read(name: string): ServiceState;
  /** Creates or replaces the registration; a running service stays running. */
  register(name: string, entry: ServiceEntry): void;
  unregister(name: string): void;
  setStartType(name: string, startType: StartType): void;
  start(name: string): void;
  stop(name: string): void;
}

export interface Tasks {
  list(): TaskState[];
  set(path: string, enabled: boolean): void;
  delete(path: string): void;
}

/** What waits for the next start of the machine. */
export interface NextStart {
  /** As MoveFileEx does with MOVEFILE_DELAY_UNTIL_REBOOT; `to` null: the file goes. */
  move(from: string, to: string | null): void;
  /** Takes back what was to happen to the file of this path. */
  keep(path: string): void;
  /** Whether something is to happen to it. */
  concerns(path: string): boolean;
  /** A Windows update has files in use: the servicing stack finishes it at the start. */
  service(): void;
}

export interface Hardware {
  readonly manufacturer: string;
  readonly model: string;
  readonly cpu: string;
  readonly cores: number;
  readonly threads: number;
  readonly mhz: number;
  readonly memoryBytes: number;
  readonly diskBytes: number;
  /** Written one after the other, bytes a second. */
  readonly diskBps: number;
  /** Null: the driver does not say (monitor off). */
  readonly display: { readonly width: number; readonly height: number } | null;
  readonly mac: string;
  readonly nicBps: number;
  readonly usbControllers: readonly string[];
}

export interface Os {
  /** `10.0.19045` or `6.1.7601`. */
  readonly version: string;
  readonly caption: string;
  readonly edition: 'Professional' | 'Education' | 'Enterprise' | 'Ultimate';
}

/** One machine, running. Everything written through it lands in the restore card's overlay when the card is frozen. */
export interface Machine {
  readonly name: string;
  readonly hardware: Hardware;
  readonly os: Os;
  readonly bootTime: Date;
  readonly files: FileSystem;
  readonly registry: Registry;
  readonly services: Services;
  readonly tasks: Tasks;
  readonly card: Card;
  readonly nextStart: NextStart;
  /** Whether a program that runs has this file open as its code: it can neither be replaced nor deleted. */
  inUse(path: string): boolean;
  adapters(): Adapter[];
  /** Folders of the machine's PATH as configured in the registry, expanded. */
  path(): string[];
  /** Names of running programs, background ones included. */
  processes(): string[];
  /** What answers on its own ports now. */
  listeners(): readonly Listener[];
  /** An HTTP GET as this PC would do it on the simulated LAN. */
  fetch(url: string): Promise<{ status: number; body: AsyncIterable<Uint8Array> }>;
  /** Milliseconds that such an operation takes here, from the latency model; resolves at once when latency is off. */
  takes(operation: string): Promise<void>;
  run(exe: string, args: readonly string[], stdin: string): Promise<ProgramResult>;
  /** Full restart, now: sessions die, the overlay goes, DHCP may hand out another address. */
  restart(): Promise<void>;
}

export type CardKind = 'none' | 'deep-freeze' | 'uwf' | 'hardware';
/** A restore card: what was written while it was frozen is gone after a restart. */
export interface Card {
  readonly kind: CardKind;
  /** Protecting now. */
  readonly frozen: boolean;
  /** Protecting after the next restart. */
  readonly nextBootFrozen: boolean;
  /** Deep Freeze's command-line password. */
  readonly password: string | null;
  setNextBoot(frozen: boolean): void;
}

export interface ProgramResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ProgramCall {
  readonly machine: Machine;
  /** The executable's own path and facts. */
  readonly exe: string;
  readonly facts: Executable;
  readonly args: readonly string[];
  readonly stdin: string;
}

/** A program model, registered by name in src/lab/programs/. */
export type Program = (call: ProgramCall) => Promise<ProgramResult>;
