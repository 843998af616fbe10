import type { RegistryValue } from '../../../core/primitives.ts';
import { normaliseKey, wildcard } from '../paths.ts';
import type { Pc } from '../pc.ts';
import type { Handlers } from './perform.ts';

function valuesOf(pc: Pc, key: string, names: readonly string[] | undefined): Record<string, RegistryValue> {
  const wanted = names && new Set(names.map((name) => name.toLowerCase()));
  const all = Object.entries(pc.registry.values(key));
  return Object.fromEntries(all.filter(([name]) => wanted?.has(name.toLowerCase()) ?? true));
}

/** Wildcards in any part after the hive; none reaches across a separator. */
function fitting(pc: Pc, pattern: string): string[] {
  const [hive = '', ...parts] = normaliseKey(pattern).split('\\');
  let found = [hive];
  for (const part of parts) {
    const shape = wildcard(part);
    found = found.flatMap((key) =>
      pc.registry
        .subkeys(key)
        .filter((name) => shape.test(name))
        .map((name) => `${key}\\${name}`),
    );
  }
  return found.sort();
}

export const registryPrimitives: Handlers<'registry.read' | 'registry.find' | 'registry.write' | 'registry.delete'> = {
  'registry.read': (pc, { key, names }) => ({
    exists: pc.registry.exists(key),
    values: valuesOf(pc, key, names),
    subkeys: pc.registry.subkeys(key),
  }),
  'registry.find': (pc, { pattern, names }) => ({
    keys: fitting(pc, pattern)
      .map((key) => ({ key, values: valuesOf(pc, key, names) }))
      .filter(({ values }) => Object.keys(values).length > 0),
  }),
  'registry.write': (pc, { key, name, value }) => {
    pc.registry.set(key, name, value);
    return {};
  },
  'registry.delete': (pc, { key }) => {
    pc.registry.deleteKey(key);
    return {};
  },
};
