/** Puts an installer's effects on a machine, and takes them away again. */
import type { FileEffect, Effects } from '../packages/format.ts';
import type { FileEntry, Machine } from '../pc/machine.ts';

const environmentKey = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Environment';

/** Replaces every `[NAME]` that is a property; anything else in brackets is text. */
export function substitute<T>(value: T, properties: Readonly<Record<string, string>>): T {
  const replace = (text: string): string =>
    text.replace(/\[(\w+)\]/g, (whole, name: string) => properties[name] ?? whole);
  const walk = (part: unknown): unknown => {
    if (typeof part === 'string') return replace(part);
    if (Array.isArray(part)) return part.map(walk);
    if (part === null || typeof part !== 'object') return part;
    return Object.fromEntries(Object.entries(part).map(([key, inner]) => [key, walk(inner)]));
  };
  return walk(value) as T;
}

export const bytesOf = (effects: Effects): number => effects.files.reduce((sum, file) => sum + entryOf(file).size, 0);

function entryOf(file: FileEffect): FileEntry {
  const content = Buffer.from(file.executable ? JSON.stringify(file.executable) : (file.text ?? file.path));
  const size = Math.max(file.size ?? 0, content.length);
  return { content, size, ...(file.version !== undefined && { version: file.version }) };
}

/**
 * Puts a file in its place; one that is in use is replaced at the next start, and its new version waits beside it. An installer stops its
 * own services before that, so those are not in the way.
 *
 * @returns whether it waits
 */
function place(machine: Machine, file: FileEffect, own: ReadonlySet<string>): boolean {
  const entry = entryOf(file);
  const before = machine.files.read(file.path);
  machine.nextStart.keep(file.path);
  const same = before?.content.equals(entry.content) === true && before.version === entry.version;
  if (same || own.has(file.path.toLowerCase()) || before === undefined || !machine.inUse(file.path)) {
    machine.files.write(file.path, entry);
    return false;
  }
  const waiting = `${file.path}.new`;
  machine.files.write(waiting, entry);
  machine.nextStart.move(waiting, file.path);
  return true;
}

const ownPrograms = ({ services }: Effects): ReadonlySet<string> =>
  new Set(services.flatMap(({ path }) => /([A-Z]:[^"]+?\.exe)/i.exec(path)?.[1]?.toLowerCase() ?? []));

/**
 * Synchronous on purpose: an installation is there as a whole, or it is not.
 *
 * @returns whether something of it waits for the next start
 */
export function applyEffects(
  machine: Machine,
  effects: Effects,
  properties: Readonly<Record<string, string>> = {},
): boolean {
  const own = ownPrograms(effects);
  const waits = effects.files.map((file) => place(machine, file, own)).some(Boolean);
  for (const { key, values, when } of effects.registry) {
    if (when !== undefined && properties[when] !== '1') continue;
    for (const [name, value] of Object.entries(values)) machine.registry.set(key, name, value);
  }
  for (const { name, startType, path } of effects.services) {
    machine.services.register(name, { startType, path });
  }
  for (const task of effects.tasks) machine.tasks.set(task, true);
  const folders = effects.path.filter(({ when }) => when === undefined || properties[when] === '1');
  prependPath(
    machine,
    folders.map(({ folder }) => folder),
  );
  return waits;
}

/**
 * @param self an uninstaller that runs where it stands: it cannot delete itself, and leaves itself to others
 * @returns whether something else stays until the next start
 */
export function removeEffects(machine: Machine, effects: Effects, self?: string): boolean {
  for (const task of effects.tasks) machine.tasks.delete(task);
  for (const { name } of effects.services) {
    if (!machine.services.read(name).exists) continue;
    machine.services.stop(name);
    machine.services.unregister(name);
  }
  for (const { key, values } of effects.registry) {
    for (const name of Object.keys(values)) machine.registry.set(key, name, null);
    pruneKey(machine, key);
  }
  const stays = effects.files.map(({ path }) => take(machine, path, self));
  for (const owned of effects.owns) {
    if (/^HK/.test(owned)) removeKey(machine, owned);
    else stays.push(take(machine, owned, self));
  }
  removeFromPath(
    machine,
    effects.path.map(({ folder }) => folder),
  );
  return stays.some(Boolean);
}

/** A file, or a folder with all that is in it, but for what is in use: that goes at the next start. @returns whether something stays */
function take(machine: Machine, path: string, self: string | undefined): boolean {
  const inside = machine.files.isDirectory(path) ? machine.files.walk(path) : [path];
  const held = inside.filter((file) => machine.files.read(file) !== undefined && machine.inUse(file));
  if (held.length === 0) removeFile(machine, path);
  else for (const file of inside) if (!held.includes(file)) removeFile(machine, file);
  const stays = held.filter((file) => file.toLowerCase() !== self?.toLowerCase());
  for (const file of stays) {
    machine.nextStart.keep(file);
    machine.nextStart.move(file, null);
  }
  return stays.length > 0;
}

const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('\\')));

/** A file or folder, and the folders above that are empty without it; the top folders of the drive stay. */
export function removeFile(machine: Machine, path: string): void {
  machine.files.delete(path);
  const parent = parentOf(path);
  if (parent.split('\\').length > 2 && machine.files.isDirectory(parent) && machine.files.list(parent).length === 0) {
    removeFile(machine, parent);
  }
}

function removeKey(machine: Machine, key: string): void {
  machine.registry.deleteKey(key);
  const parent = parentOf(key);
  if (!systemKey.test(parent)) pruneKey(machine, parent);
}

/** Keys that are Windows' own, empty or not. */
const systemKey =
  /^HK\w+(?:\\(?:SOFTWARE|SYSTEM)(?:\\WOW6432Node)?)?$|\\Microsoft(?:\\Windows.*)?$|\\Classes\\(?:CLSID|.+\\ContextMenuHandlers)$/i;

/** Deletes a key that holds nothing, and the vendor's keys above it. */
function pruneKey(machine: Machine, key: string): void {
  const { registry } = machine;
  if (!registry.exists(key) || Object.keys(registry.values(key)).length > 0 || registry.subkeys(key).length > 0) return;
  removeKey(machine, key);
}

/** `Path` as it is configured, with the spelling of the value's own name. */
function pathValue(machine: Machine): { name: string; folders: string[] } {
  const found = Object.entries(machine.registry.values(environmentKey)).find(([name]) => /^path$/i.test(name));
  const data = found?.[1].data;
  const folders = typeof data === 'string' ? data.split(';').filter((folder) => folder !== '') : [];
  return { name: found?.[0] ?? 'Path', folders };
}

const same = (a: string, b: string): boolean =>
  a.replace(/\\+$/, '').toLowerCase() === b.replace(/\\+$/, '').toLowerCase();

function setPath(machine: Machine, name: string, folders: readonly string[]): void {
  machine.registry.set(environmentKey, name, { type: 'REG_EXPAND_SZ', data: folders.join(';') });
}

function prependPath(machine: Machine, added: readonly string[]): void {
  const { name, folders } = pathValue(machine);
  const missing = added.filter((folder) => !folders.some((other) => same(folder, other)));
  if (missing.length > 0) setPath(machine, name, [...missing, ...folders]);
}

function removeFromPath(machine: Machine, removed: readonly string[]): void {
  const { name, folders } = pathValue(machine);
  const kept = folders.filter((folder) => !removed.some((other) => same(folder, other)));
  if (kept.length < folders.length) setPath(machine, name, kept);
}
