/** What may be a property's value, and how the device writes it down. Errors in the console's own words. */
import ipaddr from 'ipaddr.js';
import type { Property } from './menus.ts';
import { parseTime, RunError, spanText } from './values.ts';

export interface Names {
  readonly interfaces: readonly string[];
  readonly lists: readonly string[];
  readonly pools: readonly string[];
}

const isIp = (text: string): boolean => ipaddr.IPv4.isValidFourPartDecimal(text) || ipaddr.IPv6.isValid(text);
const isPrefix = (text: string): boolean =>
  ipaddr.IPv4.isValidCIDRFourPartDecimal(text) || ipaddr.IPv6.isValidCIDR(text);

/** @throws RunError */
export function written(key: string, property: Property, value: string, names: Names): string {
  if (value === '') return value;
  if (property.not === true && value.startsWith('!')) return `!${written(key, property, value.slice(1), names)}`;
  const invalid = new RunError(`invalid value for argument ${key}`);
  const { kind } = property;
  if (typeof kind !== 'string') {
    if (!kind.includes(value)) throw new RunError(`input does not match any value of ${key}`);
    return value;
  }
  switch (kind) {
    case 'text':
      return value;
    case 'yes-no':
      if (['yes', 'true'].includes(value)) return 'yes';
      if (['no', 'false'].includes(value)) return 'no';
      throw invalid;
    case 'number':
      if (!/^\d+$/.test(value)) throw invalid;
      return value;
    case 'time':
    case 'start-time':
      return span(kind, value, invalid);
    case 'ports':
      if (!/^\d{1,5}(-\d{1,5})?(,\d{1,5}(-\d{1,5})?){0,14}$/.test(value)) throw invalid;
      return value;
    default:
      return reference(kind, key, value, names, invalid);
  }
}

function span(kind: 'time' | 'start-time', value: string, invalid: RunError): string {
  if (kind === 'start-time' && value === 'startup') return value;
  const seconds = parseTime(value);
  if (seconds === undefined) throw invalid;
  return kind === 'time' ? spanText(seconds) : value;
}

type Reference = 'interface' | 'interface-list' | 'address' | 'prefix' | 'addresses' | 'list-entry' | 'pool';

function reference(kind: Reference, key: string, value: string, names: Names, invalid: RunError): string {
  const known = {
    interface: names.interfaces,
    'interface-list': [...names.lists, 'all', 'none'],
    pool: [...names.pools, 'static-only'],
  };
  if (kind === 'interface' || kind === 'interface-list' || kind === 'pool') {
    if (!known[kind].includes(value)) throw new RunError(`input does not match any value of ${key}`);
    return value;
  }
  if (kind === 'addresses') {
    const all = value.split(',');
    if (!all.every((one) => isIp(one) || isPrefix(one))) throw invalid;
    return all.map((one) => (one.includes('/') ? one : `${one}/32`)).join(',');
  }
  if (kind === 'prefix' && !isPrefix(value)) throw invalid;
  if (kind === 'address' && !isIp(value)) throw invalid;
  // An entry of an address list may be a name as well.
  if (kind === 'list-entry' && /^[\d.:/]+$/.test(value) && !isIp(value) && !isPrefix(value)) throw invalid;
  return value.replace(/\/32$/, '');
}
