/** What has changed between what a resource was made with and what it is to be now. */
import { canonical, isRecord } from '../core/canonical.ts';
import type { Fields } from './schema.ts';
import { isArchive, isAsset, isSecret, plain, type Properties } from './wire.ts';

/** @returns the inputs that differ. Outputs among the old properties are left out. */
export const changedFields = (olds: Properties, news: Properties, inputs: Fields): string[] =>
  Object.entries(inputs)
    // What has become a secret must be written anew, as one. What always is one may have been wrapped more than once.
    .filter(([name, { secret }]) =>
      secret === true ? !isSame(plain(olds[name]), plain(news[name])) : !isSame(olds[name], news[name]),
    )
    .map(([name]) => name);

export const isSame = (a: unknown, b: unknown): boolean =>
  canonical(comparable(a) ?? null) === canonical(comparable(b) ?? null);

/** An asset is what it holds, wherever it lies. */
function comparable(value: unknown): unknown {
  if (isSecret(value)) return { secret: comparable(plain(value)) };
  if ((isAsset(value) || isArchive(value)) && value['hash'] !== '') return { holds: value['hash'] };
  if (Array.isArray(value)) return value.map(comparable);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, comparable(inner)]));
}
