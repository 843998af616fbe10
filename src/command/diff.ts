/** What has changed between what a resource was made with and what it is to be now. */
import { canonical, isRecord } from '../core/canonical.ts';
import type { Fields } from './schema.ts';
import { isArchive, isAsset, plain, type Properties } from './wire.ts';

/** @returns the inputs that differ. Outputs among the old properties are left out. */
export const changedFields = (olds: Properties, news: Properties, inputs: Fields): string[] =>
  Object.keys(inputs).filter((name) => !isSame(olds[name], news[name]));

export const isSame = (a: unknown, b: unknown): boolean =>
  canonical(comparable(plain(a)) ?? null) === canonical(comparable(plain(b)) ?? null);

/** An asset is what it holds, wherever it lies. */
function comparable(value: unknown): unknown {
  if ((isAsset(value) || isArchive(value)) && value['hash'] !== '') return { holds: value['hash'] };
  if (Array.isArray(value)) return value.map(comparable);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, comparable(inner)]));
}
