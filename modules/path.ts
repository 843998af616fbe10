/** The machine's PATH, as text in the registry: pure editing of one value. */
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { Host } from '../src/core/host.ts';
import type { RegistryValue } from '../src/core/primitives.ts';
import { keepPath } from '../src/core/restart.ts';

/** A value as it is saved. */
export const registryValue = z.strictObject({
  type: z.enum(['REG_SZ', 'REG_EXPAND_SZ', 'REG_MULTI_SZ', 'REG_DWORD', 'REG_QWORD', 'REG_BINARY']),
  data: z.union([z.string(), z.number(), z.array(z.string()).readonly()]),
});

/** Where it is. Only what is started from the next logon on sees a change of it: `modules/pending-restart` looks after that. */
export const environmentKey = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Environment';

export async function readPath(host: Host): Promise<RegistryValue | undefined> {
  return (await host.call('registry.read', { key: environmentKey, names: ['Path'] })).values['Path'];
}

/** As text; empty where there is none. */
export const textOf = (value: RegistryValue | undefined): string => (typeof value?.data === 'string' ? value.data : '');

/** @param change what is to become of the value; the same again: nothing is written */
export async function changePath(host: Host, change: (now: RegistryValue) => RegistryValue): Promise<void> {
  const now = await readPath(host);
  const value = change(now ?? { type: 'REG_EXPAND_SZ', data: '' });
  if (isDeepStrictEqual(now, value)) return;
  await keepPath(host, textOf(now));
  await host.call('registry.write', { key: environmentKey, name: 'Path', value });
}

/** As it was before `folders` were put in front, to the letter, when nobody else has changed it since; else only they go. */
export function restored(now: RegistryValue, before: RegistryValue, folders: readonly string[]): RegistryValue {
  if (isDeepStrictEqual(now, allFirst(before, folders))) return before;
  return folders.filter((folder) => !holds(before, folder)).reduce(without, now);
}

const same = (a: string, b: string): boolean => trimmed(a) === trimmed(b);
const trimmed = (folder: string): string => folder.trim().replace(/\\+$/, '').toLowerCase();

/** Keeps the type: a PATH with `%SystemRoot%` in it that becomes REG_SZ takes Windows' own folders away from every program. */
const edited = (value: RegistryValue, folders: readonly string[]): RegistryValue => ({
  ...value,
  data: folders.join(';'),
});

/** An absent or strange value counts as empty, so that nothing that was there is lost. */
export const foldersOf = (value: RegistryValue | undefined): string[] =>
  typeof value?.data === 'string' ? value.data.split(';').filter((folder) => folder.trim() !== '') : [];

export const without = (value: RegistryValue, folder: string): RegistryValue =>
  edited(
    value,
    foldersOf(value).filter((one) => !same(one, folder)),
  );

/** In front of all others, and only there. */
export const first = (value: RegistryValue, folder: string): RegistryValue =>
  edited(value, [folder, ...foldersOf(without(value, folder))]);

/** All of them in front, in this order. */
export const allFirst = (value: RegistryValue, folders: readonly string[]): RegistryValue =>
  folders.toReversed().reduce(first, value);

export const holds = (value: RegistryValue, folder: string): boolean =>
  foldersOf(value).some((one) => same(one, folder));
