import type { RegistryValue } from '../../../core/primitives.ts';
import { sidOf } from '../accounts.ts';
import { Refusal } from '../fault.ts';
import { normaliseKey, wildcard } from '../paths.ts';
import type { Pc } from '../pc.ts';
import type { Handlers } from './perform.ts';

type Values = Record<string, RegistryValue>;

function valuesOf(pc: Pc, key: string, names: readonly string[] | undefined): Values {
  const wanted = names && new Set(names.map((name) => name.toLowerCase()));
  const all = Object.entries(pc.registry.values(key));
  return Object.fromEntries(all.filter(([name]) => wanted?.has(name.toLowerCase()) ?? true));
}

/** A key of an account without a profile is nowhere. Loading a hive is two programs that run: reg.exe load, reg.exe unload. */
async function isThere(pc: Pc, key: string): Promise<boolean> {
  const sid = sidOf(normaliseKey(key));
  if (sid === undefined || pc.accounts.isLoaded(sid)) return true;
  if (!pc.accounts.hasHive(sid)) return false;
  await pc.takes('process.start');
  await pc.takes('process.start');
  return true;
}

/** Of HKU itself, what Windows shows there: only who is logged on. */
function subkeysOf(pc: Pc, key: string): string[] {
  const all = pc.registry.subkeys(key);
  if (normaliseKey(key) !== 'HKU') return all;
  return all.filter((sid) => !pc.accounts.isPersonal(sid) || pc.accounts.isLoaded(sid));
}

/** Wildcards in any part after the hive; none reaches across a separator. */
async function fitting(pc: Pc, pattern: string): Promise<string[]> {
  const [hive = '', ...parts] = normaliseKey(pattern).split('\\');
  let found = [hive];
  for (const part of parts) {
    const shape = wildcard(part);
    found = found.flatMap((key) =>
      below(pc, key, part)
        .filter((name) => shape.test(name))
        .map((name) => `${key}\\${name}`),
    );
    const there = await Promise.all(found.map((key) => isThere(pc, key)));
    found = found.filter((_, index) => there[index]);
  }
  return found.sort();
}

/** Behind a wildcard below HKU there are people's accounts, logged on or not. */
function below(pc: Pc, key: string, part: string): string[] {
  if (key !== 'HKU') return pc.registry.subkeys(key);
  return /[*?]/.test(part) ? pc.accounts.withProfile() : [part];
}

export const registryPrimitives: Handlers<'registry.read' | 'registry.find' | 'registry.write' | 'registry.delete'> = {
  'registry.read': async (pc, { key, names }) => {
    if (!(await isThere(pc, key))) return { exists: false, values: {}, subkeys: [] };
    return { exists: pc.registry.exists(key), values: valuesOf(pc, key, names), subkeys: subkeysOf(pc, key) };
  },
  'registry.find': async (pc, { pattern, names }) => {
    const keys = (await fitting(pc, pattern)).filter((key) => pc.registry.exists(key));
    const read = keys.map((key) => ({ key, values: valuesOf(pc, key, names) }));
    return { keys: read.filter(({ values }) => names === undefined || Object.keys(values).length > 0) };
  },
  'registry.write': async (pc, { key, name, value }) => {
    if (await isThere(pc, key)) pc.registry.set(key, name, value);
    else if (value !== null) throw new Refusal('not-found', `the account has no profile on this PC: ${key}`);
    return {};
  },
  'registry.delete': async (pc, { key }) => {
    if (await isThere(pc, key)) pc.registry.deleteKey(key);
    return {};
  },
};
