/** `export terse` and `print`, as the console writes them ("Configuration Management", "Scripting": print parameters). */
import type { Configuration, Entry } from './configuration.ts';
import { canBeOff, menus } from './menus.ts';
import { complaint } from './firewall/complaint.ts';

export const version = '7.16.1';

/** In an export only what is no plain word stands in quotes. */
export function quoted(value: string): string {
  if (/^[A-Za-z0-9!*][A-Za-z0-9._/:,*@!-]*$/.test(value)) return value;
  const escapes: Readonly<Record<string, string>> = {
    '"': '\\"',
    '\\': '\\\\',
    $: '\\$',
    '\n': '\\n',
    '\r': '\\r',
    '\t': '\\t',
  };
  const bytes = [...Buffer.from(value, 'utf8')].map((byte) => {
    const character = String.fromCharCode(byte);
    if (escapes[character] !== undefined) return escapes[character];
    return byte >= 0x20 && byte < 0x7f ? character : `\\${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  });
  return `"${bytes.join('')}"`;
}

function pairs(configuration: Configuration, path: string, entry: Entry | null): string {
  const menu = menus[path];
  const values = entry === null ? configuration.single(path) : entry.values;
  const kept = Object.entries(values).filter(([key, value]) => {
    const always = key === 'action' || (path === '/ip dns static' && key === 'type');
    return always || value !== (menu?.properties[key]?.usual ?? '');
  });
  const action = menu?.properties['action']?.usual;
  if (entry !== null && action !== undefined && values['action'] === undefined) kept.push(['action', action]);
  if (entry !== null && path === '/ip dns static' && values['type'] === undefined) kept.push(['type', 'A']);
  if (entry?.disabled === true && canBeOff(path)) kept.push(['disabled', 'yes']);
  return kept
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${quoted(value)}`)
    .join(' ');
}

/** @param path with all menus below it; empty: everything */
export function exported(configuration: Configuration, path: string, date: Date): string {
  const below = Object.keys(menus).filter(
    (one) => (one === path || one.startsWith(`${path} `) || path === '') && menus[one]?.hidden !== true,
  );
  const head = `# ${date.toISOString().slice(0, 19).replace('T', ' ')} by RouterOS ${version}`;
  const lines = below.flatMap((menu) => menuLines(configuration, menu));
  return [head, '# software id = EXAM-0001', '#', ...lines].map((line) => `${line}\r\n`).join('');
}

function menuLines(configuration: Configuration, path: string): string[] {
  if (menus[path]?.holds === 'one') {
    const set = pairs(configuration, path, null);
    return set === '' ? [] : [`${path} set ${set}`];
  }
  const fixed = menus[path]?.holds === 'fixed';
  return configuration
    .items(path)
    .filter(({ dynamic }) => !dynamic)
    .flatMap((entry) => {
      const remark = complaint(configuration, path, entry);
      const before = remark === undefined ? [] : [`# ${remark}`];
      if (!fixed) return [...before, `${path} add ${pairs(configuration, path, entry)}`];
      const { name = '', ...values } = entry.values;
      const changed = pairs(configuration, path, { ...entry, values });
      return changed === '' ? [] : [`${path} set ${quoted(name)} ${changed}`];
    });
}

/** Numbers, flags, comment and properties. */
export function printed(configuration: Configuration, path: string, entries: readonly Entry[]): string {
  if (menus[path]?.holds === 'one') {
    const { properties } = menus[path];
    const keys = Object.keys(properties);
    return keys.map((key) => `${key}: ${configuration.value(path, null, key)}\r\n`).join('');
  }
  const flags = 'Flags: X - DISABLED, I - INVALID; D - DYNAMIC\r\n';
  const all = configuration.items(path);
  return `${flags}${entries.map((entry) => line(path, entry, all.indexOf(entry), complaint(configuration, path, entry))).join('')}`;
}

function line(path: string, entry: Entry, number: number, remark: string | undefined): string {
  const { comment, ...values } = entry.values;
  const off = canBeOff(path) && entry.disabled;
  const flags = `${off ? 'X' : remark === undefined ? ' ' : 'I'}${entry.dynamic ? 'D' : ' '}`;
  const shown = Object.entries(values).map(([key, value]) => `${key}=${quoted(value)}`);
  const remarks = [comment, remark].flatMap((one) => (one === undefined ? [] : [`;;; ${one}`]));
  return [`${String(number).padStart(2)} ${flags} ${remarks.join('\r\n      ')}`, `      ${shown.join(' ')}`]
    .map((one) => `${one.trimEnd()}\r\n`)
    .join('');
}
