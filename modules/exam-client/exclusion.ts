/** What Microsoft's antivirus leaves alone, by policy: a program's own file and what it opens. */
import type { Host } from '../../src/core/host.ts';
import type { RegistryValue } from '../../src/core/primitives.ts';
import { prune, topmostMissing } from '../registry-keys.ts';
import { lists } from './places.ts';
import { load, store, type Saved, type Written } from './saved.ts';

interface Value {
  readonly key: string;
  readonly name: string;
  readonly value: RegistryValue;
}

const switches = (root: string): Value[] =>
  lists.map((list) => ({ key: root, name: `Exclusions_${list}`, value: { type: 'REG_DWORD', data: 1 } }));
/** The policy's editor writes an entry's data as the text `0`. */
const entries = (root: string, program: string): Value[] =>
  lists.map((list) => ({ key: `${root}\\${list}`, name: program, value: { type: 'REG_SZ', data: '0' } }));

const asTheyAre = (host: Host, values: readonly Value[]): Promise<Written[]> =>
  Promise.all(
    values.map(async ({ key, name }) => {
      const { values: found } = await host.call('registry.read', { key, names: [name] });
      return { key, name, before: Object.values(found)[0] ?? null };
    }),
  );

async function missing(host: Host, keys: readonly string[]): Promise<Saved['shared']['made']> {
  const tops = await Promise.all(keys.map((key) => topmostMissing(host, key)));
  return keys.flatMap((key, index) => {
    const top = tops[index];
    return top === undefined ? [] : [{ key, top }];
  });
}

/** Saved before it is written. */
export async function exclude(host: Host, root: string, program: string): Promise<void> {
  const saved = await load(host);
  const own = entries(root, program);
  if (!saved.exclusions.some((one) => one.program === program)) {
    const first = saved.exclusions.length === 0;
    const keys = [...own.map(({ key }) => key), root];
    const [values, switched, made] = await Promise.all([
      asTheyAre(host, own),
      asTheyAre(host, switches(root)),
      missing(host, keys),
    ]);
    const shared = first ? { values: switched, made } : saved.shared;
    await store(host, { ...saved, shared, exclusions: [...saved.exclusions, { program, values }] });
  }
  await Promise.all([...switches(root), ...own].map((one) => host.call('registry.write', one)));
}

/** With the last one go the switches, and the keys that there were not. */
export async function include(host: Host, program: string): Promise<void> {
  const saved = await load(host);
  const gone = saved.exclusions.find((one) => one.program === program);
  if (gone === undefined) return;
  const rest = saved.exclusions.filter((one) => one !== gone);
  await putBack(host, gone.values);
  if (rest.length > 0) return store(host, { ...saved, exclusions: rest });
  await putBack(host, saved.shared.values);
  for (const { key, top } of saved.shared.made) await prune(host, key, top);
  await store(host, { ...saved, exclusions: [], shared: { values: [], made: [] } });
}

async function putBack(host: Host, values: readonly Written[]): Promise<void> {
  await Promise.all(values.map(({ key, name, before: value }) => host.call('registry.write', { key, name, value })));
}
