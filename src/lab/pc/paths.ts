/** Windows paths and registry keys: compared without case, one spelling inside. */

/** Nothing to do: as most paths are, for a model that asks for them all the time. */
const normal = /^[A-Z]:(?:\\[^\\/]*[^\\/. ])*$/;

/** `C:/x/../y\` → `C:\y`. Case is kept. @throws RangeError for a path without a drive */
export function normalise(path: string): string {
  if (normal.test(path)) return path;
  const match = /^[\\/]?([A-Za-z]:)(.*)$/.exec(path);
  if (!match) throw new RangeError(`expected a path with a drive letter, got ${JSON.stringify(path)}`);
  const parts: string[] = [];
  for (const part of (match[2] ?? '').split(/[\\/]+/)) {
    if (part === '..') parts.pop();
    // Windows drops trailing dots and blanks of a name, silently.
    else if (part !== '' && part !== '.') parts.push(part.replace(/[. ]+$/, '') || part);
  }
  return [match[1]?.toUpperCase(), ...parts].join('\\');
}

export const fold = (text: string): string => text.toLowerCase();

export function parentOf(path: string): string | undefined {
  const cut = path.lastIndexOf('\\');
  return cut < 0 ? undefined : path.slice(0, cut);
}

export const baseName = (path: string): string => path.slice(path.lastIndexOf('\\') + 1);

/** `*` and `?`, without case, as FindFirstFile has it. */
export function wildcard(pattern: string): RegExp {
  const escaped = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${escaped}$`, 'is');
}

const hives: Readonly<Record<string, string>> = {
  HKEY_LOCAL_MACHINE: 'HKLM',
  HKEY_CURRENT_USER: 'HKCU',
  HKEY_USERS: 'HKU',
  HKEY_CLASSES_ROOT: 'HKCR',
};

const normalKey = /^HK(?:LM|CU|U|CR)(?:\\[^\\]+)*$/;

/** `HKEY_LOCAL_MACHINE\SOFTWARE\` , `HKLM:\Software` → `HKLM\SOFTWARE` as written. */
export function normaliseKey(key: string): string {
  if (normalKey.test(key)) return key;
  const [hive = '', ...rest] = key.replace(/^Registry::/i, '').split('\\');
  const short = hive.replace(/:$/, '').toUpperCase();
  const known = hives[short] ?? short;
  if (!Object.values(hives).includes(known)) throw new RangeError(`expected a registry hive such as HKLM, got ${hive}`);
  return [known, ...rest.filter((part) => part !== '')].join('\\');
}
