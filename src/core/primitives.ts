/**
 * The agent's vocabulary: everything that can be asked of a machine. It is small on purpose: whatever TypeScript can decide is decided
 * in TypeScript. Types only; the wire format is src/hosts/protocol.ts. Paths and names are the machine's own (`C:\…`, `/…`).
 *
 * Windows forms are sourced in docs/reference/windows-facts.md. Calls marked [W] exist on Windows only, [L] on Linux only, [C] on devices with
 * nothing but a console, which have no other.
 */
import type { Adapter, AdapterConfig } from './adapter.ts';
import type { RootCertificate } from './certificate.ts';
import type { Exchange, ExchangeResult } from './exchange.ts';
import type { FirewallProfile, FirewallRule, FirewallState } from './firewall.ts';
import type { Json } from './finding.ts';
import type { JobStatus } from './job-status.ts';

export type { Adapter, AdapterConfig } from './adapter.ts';
export type { ErrorCode, JobState, JobStatus, StepResult, WireError } from './job-status.ts';

/** Machines that an agent runs on. */
export type AgentPlatform = 'windows' | 'linux';
/** Devices that no agent can run on: what is asked of them is a line in their own language. */
export type ConsolePlatform = 'openwrt' | 'routeros';
export type Platform = AgentPlatform | ConsolePlatform;

/** First line of a channel. */
export interface Hello {
  readonly protocol: 1;
  /** SHA-256 (hex) of the agent's source as it arrived on the machine; of nothing where there is no agent. */
  readonly agent: string;
  readonly platform: Platform;
  /** `10.0.19045` on Windows (6.1.7601 is Windows 7 SP1), the kernel's release on Linux and OpenWrt, RouterOS' own version. */
  readonly osVersion: string;
  /** RFC 3339, UTC, to the second. A restart is proved by this having changed. [C]: the controller's clock less how long it is up, so a second may differ. */
  readonly bootTime: string;
  /** Stable id of the installation: MachineGuid on Windows, /etc/machine-id on Linux; [C]: the MAC of its first network card. */
  readonly machineId: string;
  /** Process id of the channel's interpreter; 0 where there is none. */
  readonly pid: number;
}

export type RegistryType = 'REG_SZ' | 'REG_EXPAND_SZ' | 'REG_MULTI_SZ' | 'REG_DWORD' | 'REG_QWORD' | 'REG_BINARY';
/** REG_MULTI_SZ is a list, DWORD and QWORD numbers, BINARY base64, the rest strings. */
export interface RegistryValue {
  readonly type: RegistryType;
  readonly data: string | number | readonly string[];
}

export interface FileStat {
  readonly path: string;
  readonly exists: boolean;
  readonly isDirectory: boolean;
  /** Bytes; 0 for a directory. */
  readonly size: number;
  /** Windows version resource (`75.0.3770.100`), where the file has one. */
  readonly version: string | null;
  /** Lower-case hex; only when asked for. */
  readonly sha256: string | null;
}

export type StartType = 'Boot' | 'System' | 'Automatic' | 'Manual' | 'Disabled';
export interface ServiceState {
  readonly name: string;
  readonly exists: boolean;
  readonly startType: StartType | null;
  readonly status: 'Running' | 'Stopped' | 'StartPending' | 'StopPending' | null;
  /** ImagePath / ExecStart. */
  readonly path: string | null;
}

export interface TaskState {
  /** Full path in the task scheduler: `\GoogleUpdateTaskMachineCore`. */
  readonly path: string;
  readonly enabled: boolean;
}

/** A call as it travels: in a batch, and as a step of a job. */
export interface Call<K extends keyof Primitives = keyof Primitives> {
  readonly name: K;
  readonly args: Primitives[K]['args'];
}

interface Primitive<A, V> {
  args: A;
  value: V;
}
type Nothing = Record<string, never>;

export interface Primitives {
  /**
   * [W] Values (all, or those named) and subkey names of one key, 64-bit view. A missing key is `exists: false`, not an error. Below
   * `HKU\<SID>` the hive of an account that is not logged on is loaded for the length of the call, here and in the next three.
   */
  'registry.read': Primitive<
    { key: string; names?: readonly string[] },
    { exists: boolean; values: Record<string, RegistryValue>; subkeys: readonly string[] }
  >;
  /**
   * [W] The named values of every key whose full path fits a pattern, sorted by path: `HKLM\SOFTWARE\Microsoft\…\Uninstall\*`. `*` and `?` may
   * stand in any part after the hive and never reach across a separator. Keys that are absent or may not be opened are passed over, and so
   * are those that have none of the values. Without `names`: every key, with all its values. `HKU\*` stands for every person's account that
   * has a profile, logged on or not.
   */
  'registry.find': Primitive<
    { pattern: string; names?: readonly string[] },
    { keys: readonly { readonly key: string; readonly values: Record<string, RegistryValue> }[] }
  >;
  /** [W] Creates the key as needed. `value: null` deletes that value. `not-found` below an account without a profile. */
  'registry.write': Primitive<{ key: string; name: string; value: RegistryValue | null }, Nothing>;
  /** [W] Deletes a key and all below it; absent is fine. */
  'registry.delete': Primitive<{ key: string }, Nothing>;

  'file.stat': Primitive<{ path: string; sha256?: boolean }, FileStat>;
  /** Names directly inside a directory that match a wildcard (`*`, `?`); an absent directory is an empty list. Sorted. */
  'file.list': Primitive<{ path: string; match: string }, { names: readonly string[] }>;
  /**
   * Files whose full path fits a pattern, sorted: `C:\Users\*\AppData\Local\Google\Chrome\Application\*chrome.exe`. `*` and `?` may stand in
   * any part after the root and never reach across a separator. Folders that are absent or may not be opened are passed over.
   */
  'file.find': Primitive<{ pattern: string }, { files: readonly FileStat[] }>;
  /** Whole file as base64. `not-found` when absent; more than 1 MiB is `bad-request`. */
  'file.read': Primitive<{ path: string }, { base64: string }>;
  /** Atomic (temporary file in the same folder, flushed to the disk, renamed); parent folders are made. */
  'file.write': Primitive<{ path: string; base64: string }, Nothing>;
  /** [L] The same, and nobody but its owner may read it, from its first byte on (0600), whatever it replaces. Never a step of a job. */
  'secret.write': Primitive<{ path: string; base64: string }, Nothing>;
  /** A file, or a folder with all it holds; absent is fine. */
  'file.delete': Primitive<{ path: string }, Nothing>;

  /** Files of this name in the folders of the machine's PATH *as it is configured now* (not as this session inherited it), in order. */
  'path.find': Primitive<{ name: string }, { files: readonly FileStat[] }>;
  /**
   * Unpacks a zip into a folder, replacing files of the same name. An entry that would land outside is `bad-request`. `from`: only what the zip
   * has in this folder of its own, without the folder; nothing there is `not-found`.
   */
  'archive.extract': Primitive<{ path: string; to: string; from?: string }, { files: number }>;

  /**
   * Runs a program without a shell and waits. `args` are quoted for CreateProcess by the agent; nothing is expanded. Output is cut at
   * 256 KiB a stream. `timeoutSec` kills the process tree and is error `timeout`. An exit code is data, never an error; an executable
   * that is absent is `not-found`. With `expectExit`, a code outside it is `failed` with `detail: { exitCode, stdout, stderr }`: that is
   * how a job stops. `readOnly` is the caller's word that this run changes nothing, so that it may be sent again.
   */
  'process.run': Primitive<
    {
      exe: string;
      args: readonly string[];
      stdin?: string;
      timeoutSec: number;
      readOnly?: true;
      expectExit?: readonly number[];
    },
    { exitCode: number; stdout: string; stderr: string }
  >;
  /**
   * [C] One line in the device's own language, in a channel of its own. An exit code is data, never an error; null: the device gave none. A line
   * that has not ended after `timeoutSec` ends the session, since nobody could say what it still does. More than 4 MiB of output is `failed`.
   * `readOnly` as in process.run.
   */
  'console.run': Primitive<
    { command: string; stdin?: string; timeoutSec: number; readOnly?: true },
    { exitCode: number | null; stdout: string; stderr: string }
  >;
  /** Names of running processes, as listed by the system, sorted, without repeats. */
  'process.list': Primitive<Nothing, { names: readonly string[] }>;

  /**
   * One state per name, in the order asked. A name with a wildcard (`GoogleUpdater*`: some services carry their version in their name) gives
   * every service that fits instead, sorted, and nothing when none does.
   */
  'service.read': Primitive<{ names: readonly string[] }, { services: readonly ServiceState[] }>;
  /** Only the fields given are changed; `not-found` when the service is absent. */
  'service.write': Primitive<{ name: string; startType?: StartType; status?: 'Running' | 'Stopped' }, Nothing>;

  /** [W] Tasks whose full path matches the wildcard, sorted. */
  'task.read': Primitive<{ match: string }, { tasks: readonly TaskState[] }>;
  /** [W] */
  'task.write': Primitive<{ path: string; enabled: boolean }, Nothing>;

  /** [W] Windows Firewall: whether it is on, and the rules whose name fits the wildcard, in no order. A name may be given to several. */
  'firewall.read': Primitive<
    { name: string },
    { profiles: Readonly<Record<FirewallProfile, FirewallState>>; rules: readonly FirewallRule[] }
  >;
  /** [W] One rule instead of all that have this name; null: none. Absent is fine. */
  'firewall.write': Primitive<{ name: string; rule: Omit<FirewallRule, 'name'> | null }, Nothing>;
  /** [W] Switches the rules that are like this one, and changes nothing else of them: a rule has more than this vocabulary can say. */
  'firewall.switch': Primitive<
    { rule: Pick<FirewallRule, 'name' | 'program' | 'direction' | 'protocol' | 'action'>; enabled: boolean },
    { rules: number }
  >;

  /**
   * [W] What the machine trusts as a root, of one organisation: O of the subject is exactly this. Sorted by hash. `now`: the machine's own clock,
   * by which it judges them (RFC 3339, UTC).
   */
  'certificate.read': Primitive<{ organisation: string }, { certificates: readonly RootCertificate[]; now: string }>;
  /** [W] DER as base64. Present is fine; `bad-request` for what is not exactly one certificate. */
  'certificate.add': Primitive<{ der: string }, Nothing>;
  /** [W] Whatever its organisation is. Absent is fine. */
  'certificate.delete': Primitive<{ sha256: string }, Nothing>;

  /** [W] WMI, through Get-WmiObject so that Windows 7 answers too. A missing namespace or class is `not-found`. */
  'cim.query': Primitive<
    { namespace: string; class: string; properties: readonly string[]; filter?: string },
    { rows: readonly Record<string, Json>[] }
  >;
  /** [W] Calls a method on every instance of a class (UWF_Filter.Disable). Value: the ReturnValue of each. */
  'cim.invoke': Primitive<{ namespace: string; class: string; method: string }, { returnValues: readonly number[] }>;
  /** [L] Values of /proc, /sys and `lscpu`-like facts that modules need; see src/hosts/linux/agent.py. */
  'linux.facts': Primitive<Nothing, { facts: Record<string, Json> }>;

  /** Physical adapters that have a MAC, sorted by MAC. */
  'net.read': Primitive<Nothing, { adapters: readonly Adapter[] }>;
  /**
   * Sets IPv4 of the adapter with this MAC, persistent and live. With `dhcp: true` the rest is ignored. Checks that the link is up and
   * that the address is not in use (`duplicate-address`). It cuts the session that it arrives on when the address changes: inside a job only.
   */
  'net.write': Primitive<{ mac: string; config: AdapterConfig }, Nothing>;
  /**
   * Does something answer? arp: `target` is a neighbour's address. tcp: `target` is `host:port`. http: a URL, GET, no redirects followed.
   * dns: a name, asked of `server`. No answer is `answered: false`, never an error, unless `mustAnswer` is given: then it is `no-answer`
   * with `detail: { target }`, which is how a job's step stops the job.
   */
  'net.probe': Primitive<
    { kind: 'arp' | 'tcp' | 'http' | 'dns'; target: string; server?: string; timeoutMs: number; mustAnswer?: true },
    { answered: boolean; detail: string; status: number | null; addresses: readonly string[] }
  >;

  /** All at once, one result each, in order; it takes as long as the longest. What does not answer is data, never an error. */
  'net.exchange': Primitive<{ exchanges: readonly Exchange[] }, { results: readonly ExchangeResult[] }>;
  /** ICMP echo to each address, all at once. */
  'net.ping': Primitive<
    { addresses: readonly string[]; timeoutMs: number },
    { results: readonly { answered: boolean; detail: string }[] }
  >;

  /** Fetches each file that is absent or has another hash, to `<path>.part`, hashes it, then renames it. `hash-mismatch` leaves nothing behind. */
  download: Primitive<
    { files: readonly { url: string; path: string; sha256: string; size: number }[] },
    { fetched: readonly string[]; bytes: number }
  >;

  /**
   * Starts the driver on a free loopback port, opens a headless session, loads `url`, reads the title, ends session and process tree, and
   * removes the profile folder. A session that cannot be created is `ok` with `error` set: it is an observation, not a failure of the call.
   */
  'webdriver.session': Primitive<
    {
      driver: string;
      /** Browser executable; null: the one the driver finds by itself, as a candidate's script would. */
      browser: string | null;
      args: readonly string[];
      url: string;
      timeoutSec: number;
    },
    { browserVersion: string | null; driverVersion: string | null; title: string | null; error: string | null }
  >;

  /**
   * Runs calls detached from the session (Windows: a SYSTEM scheduled task; Linux: a transient unit or a setsid process), so that it
   * survives a lost session. The first error runs `rollback` and the job is `rolled-back`. With `confirmSec`, after the last step the job
   * waits that long for `job.confirm`, else it rolls back; a restart of the machine before the confirmation rolls back too.
   * Starting an id that exists and is not finished is `busy`; a finished one is replaced.
   */
  'job.start': Primitive<
    { id: string; steps: readonly Call[]; rollback?: readonly Call[]; confirmSec?: number },
    Nothing
  >;
  'job.status': Primitive<{ id: string }, JobStatus>;
  'job.confirm': Primitive<{ id: string }, Nothing>;
  /** Forgets a finished job. */
  'job.forget': Primitive<{ id: string }, Nothing>;

  /** Puts a full restart in motion (not Fast Startup) and answers before it begins. Use `Host.restart`, which waits and proves it. */
  restart: Primitive<{ delaySec: number }, Nothing>;
}

/** Calls that change nothing (and a `process.run` or `console.run` that says so): the only ones that are sent again by themselves when a session dies under them. */
export const readOnly: ReadonlySet<keyof Primitives> = new Set<keyof Primitives>([
  'registry.read',
  'registry.find',
  'file.stat',
  'file.list',
  'file.find',
  'file.read',
  'path.find',
  'process.list',
  'service.read',
  'task.read',
  'firewall.read',
  'certificate.read',
  'cim.query',
  'linux.facts',
  'net.read',
  'net.probe',
  'net.exchange',
  'net.ping',
  'webdriver.session',
  'job.status',
]);
