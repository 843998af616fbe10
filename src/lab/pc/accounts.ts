/**
 * The accounts of a simulated PC, kept where Windows keeps them: names in the SAM, profiles in ProfileList and below C:\Users. All hives
 * are below HKU in this model's registry; whether an account is logged on says which of them Windows would show there (windows-facts 10).
 */
import { createHash } from 'node:crypto';
import { Refusal } from './fault.ts';
import type { Files } from './files.ts';
import type { Journal } from './journal.ts';
import { fold } from './paths.ts';
import type { Registry } from './registry.ts';
import type { RegistryValue } from '../../core/primitives.ts';

const sam = 'HKLM\\SAM\\SAM\\Domains\\Account\\Users\\Names';
const profileList = 'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList';
const environment = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Environment';
const handlers = 'HKLM\\SOFTWARE\\Classes\\Directory\\shellex\\ContextMenuHandlers';
const winlogon = 'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Winlogon';
/** People's, as against Windows' own (S-1-5-18, -19, -20). */
const personal = /^S-1-(?:5-21|12-1)-[\d-]+$/i;

export interface Account {
  readonly name: string;
  readonly sid: string;
  readonly loggedOn: boolean;
  readonly disabled: boolean;
  /** Null: it has never been logged on. */
  readonly profile: string | null;
}

/** What the desktop of whoever is logged on was started with: neither changes until it is started anew. */
export interface Shell {
  /** The machine's PATH as it was configured then. */
  readonly path: string;
  /** Libraries that Explorer has loaded: menu entries of other programs. */
  readonly libraries: readonly string[];
}

/** What a new profile holds, as a copy of the default user's hive: values by key below the hive. */
export type DefaultUser = Readonly<Record<string, Readonly<Record<string, RegistryValue>>>>;

export class Accounts {
  readonly #registry: Registry;
  readonly #files: Files;
  readonly #journal: Journal;
  readonly #machine: string;
  /** Folded names. */
  readonly #loggedOn: Set<string>;
  #shell: Shell | null;

  /** @param machine what the PC's own part of a SID is made of */
  constructor(
    registry: Registry,
    files: Files,
    journal: Journal,
    machine: string,
    loggedOn: readonly string[] = [],
    shell: Shell | null = null,
  ) {
    this.#registry = registry;
    this.#files = files;
    this.#journal = journal;
    this.#machine = machine;
    this.#loggedOn = new Set(loggedOn);
    this.#shell = shell;
  }

  list(): Account[] {
    return this.#registry.subkeys(sam).flatMap((name) => this.find(name) ?? []);
  }

  find(name: string): Account | undefined {
    const key = `${sam}\\${name}`;
    const rid = this.#registry.value(key, 'Rid')?.data;
    if (typeof rid !== 'number') return undefined;
    const sid = `${this.#domain()}-${rid}`;
    const path = this.#registry.value(`${profileList}\\${sid}`, 'ProfileImagePath')?.data;
    const disabled = this.#registry.value(key, 'Disabled')?.data === 1;
    const loggedOn = this.#loggedOn.has(fold(name));
    return { name, sid, loggedOn, disabled, profile: typeof path === 'string' ? path : null };
  }

  /** A new account; whoever has not been logged on has no profile. */
  create(name: string, rid: number, disabled = false): void {
    this.#registry.set(`${sam}\\${name}`, 'Rid', { type: 'REG_DWORD', data: rid });
    if (disabled) this.#registry.set(`${sam}\\${name}`, 'Disabled', { type: 'REG_DWORD', data: 1 });
  }

  /** What the first logon does: a folder, and a hive in it. */
  makeProfile(name: string, from: DefaultUser): void {
    const account = this.#must(name);
    const path = `C:\\Users\\${name}`;
    this.#files.makeDirectory(path);
    this.#files.write(`${path}\\NTUSER.DAT`, { content: Buffer.from(account.sid), size: 512_000 });
    this.#registry.set(`${profileList}\\${account.sid}`, 'ProfileImagePath', { type: 'REG_EXPAND_SZ', data: path });
    for (const [key, values] of Object.entries(from)) {
      const full = `HKU\\${account.sid}\\${key}`;
      this.#registry.create(full);
      for (const [value, data] of Object.entries(values)) this.#registry.set(full, value, data);
    }
  }

  logOn(name: string): void {
    const account = this.#must(name);
    if (account.disabled) throw new Refusal('denied', `account ${name} is disabled`);
    this.#loggedOn.add(fold(name));
    this.#shell ??= this.#startShell();
    this.#journal.record('power', 'log-on', name);
  }

  logOff(name: string): void {
    if (this.#loggedOn.delete(fold(name))) this.#journal.record('power', 'log-off', name);
    if (this.#loggedOn.size === 0) this.#shell = null;
  }

  /** What Winlogon does at a start: nobody is logged on, or the one it was told. */
  boot(): void {
    this.#loggedOn.clear();
    this.#shell = null;
    const name = this.#registry.value(winlogon, 'DefaultUserName')?.data;
    const automatic = this.#registry.value(winlogon, 'AutoAdminLogon')?.data === '1';
    if (automatic && typeof name === 'string' && this.find(name)) this.logOn(name);
  }

  loggedOn(): string[] {
    return [...this.#loggedOn];
  }

  /** Null: nobody is logged on. */
  get shell(): Shell | null {
    return this.#shell;
  }

  /** SIDs of people's accounts that have a profile, as ProfileList has them. */
  withProfile(): string[] {
    return this.#registry.subkeys(profileList).filter((sid) => personal.test(sid));
  }

  isPersonal(sid: string): boolean {
    return personal.test(sid);
  }

  /** Can this hive be opened: is it loaded, or is its file there? */
  hasHive(sid: string): boolean {
    const path = this.#registry.value(`${profileList}\\${sid}`, 'ProfileImagePath')?.data;
    return typeof path === 'string' && this.#files.read(`${path}\\NTUSER.DAT`) !== undefined;
  }

  /** Is it below HKU without anybody loading it? */
  isLoaded(sid: string): boolean {
    return this.list().some((account) => account.loggedOn && fold(account.sid) === fold(sid));
  }

  #startShell(): Shell {
    const value = (key: string, name: string): string => String(this.#registry.value(key, name)?.data ?? '');
    const ids = this.#registry.subkeys(handlers).map((name) => value(`${handlers}\\${name}`, ''));
    const libraries = ids.map((id) => value(`HKLM\\SOFTWARE\\Classes\\CLSID\\${id}\\InprocServer32`, ''));
    return { path: value(environment, 'Path'), libraries: libraries.filter((library) => library !== '') };
  }

  #domain(): string {
    const hash = createHash('sha256').update(this.#machine).digest();
    return `S-1-5-21-${hash.readUInt32BE(0)}-${hash.readUInt32BE(4)}-${hash.readUInt32BE(8)}`;
  }

  #must(name: string): Account {
    const account = this.find(name);
    if (!account) throw new Refusal('not-found', `there is no account ${name}`);
    return account;
  }
}

/** The SID below HKU that a key is about; undefined for other keys and for Windows' own accounts. */
export function sidOf(key: string): string | undefined {
  const [hive, sid = ''] = key.split('\\');
  return hive === 'HKU' && personal.test(sid) ? sid : undefined;
}
