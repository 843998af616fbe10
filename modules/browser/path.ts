/** The machine's PATH, as text in the registry: pure editing of one value. */
import type { RegistryValue } from '../../src/core/primitives.ts';

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

export const holds = (value: RegistryValue, folder: string): boolean =>
  foldersOf(value).some((one) => same(one, folder));
