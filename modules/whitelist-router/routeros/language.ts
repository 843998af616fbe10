/**
 * RouterOS' own language, as far as commands are written and exports are read in it. MikroTik's manual: "Scripting" (escape sequences, line
 * joining, data types), "Configuration Management" (export).
 */

/** One item of a menu: its properties as an export has them, `comment` and `disabled` included. */
export type Item = Readonly<Record<string, string>>;

/** What may stand without quotes as a value, whatever the property. */
const bare = /^[A-Za-z0-9][A-Za-z0-9._/:,*@-]*$/;

/** A value as it may stand in a command. What is not plain ASCII goes as bytes of UTF-8, `?` too: typed on a console it asks for help. */
export function quote(text: string): string {
  if (bare.test(text)) return text;
  const bytes = [...Buffer.from(text, 'utf8')];
  return `"${bytes.map(escaped).join('')}"`;
}

function escaped(byte: number): string {
  const character = String.fromCharCode(byte);
  if (byte === 0x0a) return '\\n';
  if (byte === 0x0d) return '\\r';
  if (byte === 0x09) return '\\t';
  if (character === '"' || character === '\\' || character === '$') return `\\${character}`;
  const plain = byte >= 0x20 && byte < 0x7f && character !== '?';
  return plain ? character : `\\${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}

/** `action=accept comment="a b"`: in the order given. */
export const properties = (item: Item): string =>
  Object.entries(item)
    .map(([key, value]) => `${key}=${value === '' ? '""' : quote(value)}`)
    .join(' ');

/** One line of `export terse`. */
export interface ExportLine {
  /** `/ip firewall filter`. */
  readonly menu: string;
  readonly verb: 'add' | 'set';
  /** What stands between the verb and the first property: `[ find default-name=ether1 ]`, `ssh`. */
  readonly target: string;
  readonly item: Item;
  /** The remark above it: RouterOS says there why an item does not work. */
  readonly remark: string | null;
}

export interface Export {
  readonly lines: readonly ExportLine[];
  /** Menus that could not be exported. */
  readonly errors: readonly string[];
  /** `7.16.1`. */
  readonly version: string | null;
}

/** Above the first item, in every export. */
const heading = /^#(\s*$|.*\bby RouterOS |\s*(software id|model|serial number) = )/;

/** @throws Error for what no export has */
export function parseExport(text: string): Export {
  const lines: ExportLine[] = [];
  const errors: string[] = [];
  let version: string | null = null;
  let remark: string | null = null;
  for (const line of joined(text)) {
    if (line === '') continue;
    if (line.startsWith('#')) {
      version = /\bby RouterOS (\S+)/.exec(line)?.[1] ?? version;
      if (/^#\s*error exporting/.test(line)) errors.push(line.replace(/^#\s*/, ''));
      if (!heading.test(line)) remark = line.replace(/^#\s*/, '');
      continue;
    }
    lines.push({ ...parseLine(line), remark });
    remark = null;
  }
  return { lines, errors, version };
}

/** A line that ends in a backslash goes on in the next one, after its indent. */
const joined = (text: string): string[] =>
  text
    .replaceAll(/\\\r?\n[ \t]*/g, '')
    .split(/\r?\n/)
    .map((line) => line.trim());

function parseLine(line: string): Omit<ExportLine, 'remark'> {
  const head = /^(?<menu>\/[a-z0-9/ -]+?) (?<verb>add|set)(?: |$)/.exec(line)?.groups;
  const { menu = '', verb = '' } = head ?? {};
  if (head === undefined) throw new Error(`not a line of an export: ${line}`);
  const words = split(line.slice(menu.length + verb.length + 1).trim());
  const at = words.findIndex((word) => /^[A-Za-z0-9.-]+=/.test(word));
  const target = words.slice(0, at === -1 ? words.length : at).join(' ');
  const pairs = at === -1 ? [] : words.slice(at).map(pair);
  return { menu, verb: verb === 'add' ? 'add' : 'set', target, item: Object.fromEntries(pairs) };
}

/** At blanks that are neither in quotes nor in brackets. */
function split(text: string): string[] {
  const words: string[] = [];
  let [word, quoted, depth] = ['', false, 0];
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charAt(index);
    if (quoted && character === '\\') {
      word += character + text.charAt(index + 1);
      index += 1;
      continue;
    }
    if (character === '"') quoted = !quoted;
    else if (!quoted && character === '[') depth += 1;
    else if (!quoted && character === ']') depth -= 1;
    if (character === ' ' && !quoted && depth === 0) {
      if (word !== '') words.push(word);
      word = '';
    } else word += character;
  }
  if (word !== '') words.push(word);
  return words;
}

function pair(word: string): [string, string] {
  const at = word.indexOf('=');
  if (at === -1) return [word, ''];
  const value = word.slice(at + 1);
  return [word.slice(0, at), value.startsWith('"') ? unquote(value.slice(1, -1)) : value];
}

const named: Readonly<Record<string, string>> = {
  ...{ n: '\n', r: '\r', t: '\t', _: ' ', a: '\u0007', b: '\b', f: '\f', v: '\v' },
  ...{ '"': '"', '\\': '\\', $: '$', '?': '?' },
};

/** What stands between the quotes of an export, as it is. */
function unquote(text: string): string {
  const bytes: Buffer[] = [];
  const parts = text.matchAll(/\\([0-9A-F]{2})|\\(.)|([^\\]+)/gs);
  for (const [, hex, letter, rest] of parts) {
    if (hex !== undefined) bytes.push(Buffer.from(hex, 'hex'));
    else if (letter !== undefined) bytes.push(Buffer.from(named[letter] ?? `\\${letter}`));
    else bytes.push(Buffer.from(rest ?? ''));
  }
  return Buffer.concat(bytes).toString('utf8');
}
