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

/** Synchronous on purpose: an installation is there as a whole, or it is not. */
export function applyEffects(
  machine: Machine,
  effects: Effects,
  properties: Readonly<Record<string, string>> = {},
): void {
  for (const file of effects.files) machine.files.write(file.path, entryOf(file));
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
}

export function removeEffects(machine: Machine, effects: Effects): void {
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
  for (const { path } of effects.files) removeFile(machine, path);
  for (const owned of effects.owns) {
    if (/^HK/.test(owned)) removeKey(machine, owned);
    else removeFile(machine, owned);
  }
  removeFromPath(
    machine,
    effects.path.map(({ folder }) => folder),
  );
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
const systemKey = /^HK\w+(?:\\(?:SOFTWARE|SYSTEM)(?:\\WOW6432Node)?)?$|\\Microsoft(?:\\Windows.*)?$/i;

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
