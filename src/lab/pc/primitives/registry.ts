import type { Handlers } from './perform.ts';

export const registryPrimitives: Handlers<'registry.read' | 'registry.write' | 'registry.delete'> = {
  'registry.read': (pc, { key, names }) => {
    const wanted = names && new Set(names.map((name) => name.toLowerCase()));
    const values = Object.entries(pc.registry.values(key)).filter(([name]) => wanted?.has(name.toLowerCase()) ?? true);
    return {
      exists: pc.registry.exists(key),
      values: Object.fromEntries(values),
      subkeys: pc.registry.subkeys(key),
    };
  },
  'registry.write': (pc, { key, name, value }) => {
    pc.registry.set(key, name, value);
    return {};
  },
  'registry.delete': (pc, { key }) => {
    pc.registry.deleteKey(key);
    return {};
  },
};
