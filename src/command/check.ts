/** Inputs against the schema: defaults filled in, secrets marked, every fault found at once. */
import type { CheckFailure } from '@pulumi/pulumi/provider/index.js';
import { isRecord } from '../core/canonical.ts';
import { types, type Fields, type Property } from './schema.ts';
import { isArchive, isAsset, isSecret, isUnknown, plain, secret, type Properties } from './wire.ts';

interface Checked {
  readonly value: unknown;
  readonly failures: readonly CheckFailure[];
}

/** @returns the inputs with defaults and secrets, and what is wrong with them. */
export function checkFields(
  given: Properties,
  fields: Fields,
  required: readonly string[],
  at = '',
): { value: Properties; failures: CheckFailure[] } {
  const value: Properties = {};
  const failures: CheckFailure[] = [];
  for (const name of Object.keys({ ...given, ...fields })) {
    const property = at + name;
    const field = fields[name];
    const inner = given[name] ?? field?.default;
    if (field === undefined) failures.push({ property, reason: `expected one of ${Object.keys(fields).join(', ')}` });
    else if (inner !== undefined) {
      const checked = checkValue(inner, field, property);
      value[name] = checked.value;
      failures.push(...checked.failures);
    } else if (required.includes(name)) failures.push({ property, reason: 'expected a value, got none' });
  }
  return { value, failures };
}

function checkValue(given: unknown, field: Property, at: string): Checked {
  if (isSecret(given)) {
    const inner = checkPlain(given['value'], field, at);
    return { value: secret(inner.value), failures: inner.failures };
  }
  const { value, failures } = checkPlain(given, field, at);
  return { value: field.secret === true ? secret(value) : value, failures };
}

function checkPlain(given: unknown, { $ref, type, items, additionalProperties }: Property, at: string): Checked {
  if (isUnknown(given)) return { value: given, failures: [] };
  if ($ref !== undefined) return checkReferred(given, $ref, at);
  if (type === 'array' && Array.isArray(given) && items !== undefined) {
    const all = given.map((inner, index) => checkValue(inner, items, `${at}[${index}]`));
    return { value: all.map(({ value }) => value), failures: all.flatMap(({ failures }) => failures) };
  }
  if (type === 'object' && isRecord(given) && additionalProperties !== undefined) {
    const all = Object.entries(given).map(
      ([key, inner]) => [key, checkValue(inner, additionalProperties, `${at}.${key}`)] as const,
    );
    return {
      value: Object.fromEntries(all.map(([key, { value }]) => [key, value])),
      failures: all.flatMap(([, { failures }]) => failures),
    };
  }
  return isScalar(given, type) ? { value: given, failures: [] } : wrong(given, type ?? 'a value', at);
}

const isScalar = (given: unknown, type: Property['type']): boolean =>
  type === 'integer' ? Number.isInteger(given) : type === 'number' ? Number.isFinite(given) : typeof given === type;

function checkReferred(given: unknown, ref: string, at: string): Checked {
  if (ref.endsWith('/Any')) return { value: given, failures: [] };
  if (ref.endsWith('/Asset')) return checkSource(given, at);
  const type = types[ref.replace('#/types/', '')];
  if (type?.type === 'object')
    return isRecord(given) ? checkFields(given, type.properties, type.required, `${at}.`) : wrong(given, 'object', at);
  // An unknown kind of logging logs nothing, as in the official plugin.
  return typeof given === 'string' ? { value: given, failures: [] } : wrong(given, 'string', at);
}

/** What can be copied lies here: a text, a file, a folder, or an archive as the file that it is. */
function checkSource(given: unknown, at: string): Checked {
  const inner = plain(given);
  const fault = (reason: string): Checked => ({ value: given, failures: [{ property: at, reason }] });
  if (!isAsset(inner) && !isArchive(inner)) return fault('expected an asset or an archive');
  if (typeof inner['uri'] === 'string' && inner['uri'] !== '')
    return fault(`expected a file or folder of this machine, got ${inner['uri']}; download it first`);
  if (isArchive(inner) && (inner['path'] ?? '') === '')
    return fault('expected an archive that is a file or folder, got one made of assets; write it to a folder first');
  return { value: given, failures: [] };
}

function wrong(given: unknown, expected: string, at: string): Checked {
  const got = Array.isArray(given) ? 'array' : typeof given;
  return { value: given, failures: [{ property: at, reason: `expected ${expected}, got ${got}` }] };
}
