/**
 * `uci` of OpenWrt ("The UCI system"), run on the device: configuration files in /etc/config, and changes beside them in /tmp/.uci until they are
 * committed. What is changed is seen by get, show and changes at once, and by nobody else before the commit.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

interface Section {
  readonly type: string;
  /** Null: anonymous. */
  readonly name: string | null;
  readonly options: Map<string, string | string[]>;
}
type Package = Section[];

const [config, staging] = ['/etc/config', '/tmp/.uci'];
class Fault extends Error {}

/** @throws Fault */
function words(line: string): string[] {
  const found: string[] = [];
  let word: string | undefined;
  for (let at = 0; at < line.length; at += 1) {
    const c = line[at] ?? '';
    if (c === "'" || c === '"') {
      const end = line.indexOf(c, at + 1);
      if (end === -1) throw new Fault('Parse error (unterminated quote)');
      word = (word ?? '') + line.slice(at + 1, end);
      at = end;
    } else if (c === '\\') word = (word ?? '') + (line[(at += 1)] ?? '');
    else if (/\s/.test(c)) {
      if (word !== undefined) found.push(word);
      word = undefined;
    } else word = (word ?? '') + c;
  }
  return word === undefined ? found : [...found, word];
}

function parse(text: string): Package {
  const sections: Package = [];
  for (const line of text.split('\n')) {
    const [keyword, ...rest] = words(line.replace(/^\s*#.*/, ''));
    const [first = '', second = ''] = rest;
    const section = sections.at(-1);
    if (keyword === undefined || keyword === 'package') continue;
    if (keyword === 'config') sections.push({ type: first, name: rest[1] ?? null, options: new Map() });
    else if (section === undefined) throw new Fault('Parse error (option outside a section)');
    else if (keyword === 'option') section.options.set(first, second);
    else if (keyword === 'list') {
      const before = section.options.get(first);
      section.options.set(first, [...(Array.isArray(before) ? before : []), second]);
    } else throw new Fault('Parse error (invalid command)');
  }
  return sections;
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

function written(sections: Package): string {
  return sections
    .map(({ type, name, options }) => {
      const lines = [...options].flatMap(([key, value]) =>
        Array.isArray(value)
          ? value.map((one) => `\tlist ${key} ${quoted(one)}`)
          : [`\toption ${key} ${quoted(value)}`],
      );
      return [`config ${type}${name === null ? '' : ` ${quoted(name)}`}`, ...lines, ''].join('\n');
    })
    .map((text) => `${text}\n`)
    .join('');
}

function load(name: string): Package {
  const staged = `${staging}/${name}`;
  const file = existsSync(staged) ? staged : `${config}/${name}`;
  if (!existsSync(file)) throw new Fault('Entry not found');
  return parse(readFileSync(file, 'utf8'));
}

function stage(name: string, sections: Package): void {
  mkdirSync(staging, { recursive: true });
  writeFileSync(`${staging}/${name}`, written(sections));
}

/** `uhttpd.main.listen_http`, `uhttpd.@uhttpd[0].listen_http=value` */
function target(text: string) {
  const parts =
    /^(?<name>[\w-]+)(?:\.(?<section>@[\w-]+\[-?\d+\]|[\w]+)(?:\.(?<option>[\w-]+))?)?(?:=(?<value>.*))?$/s.exec(
      text,
    )?.groups;
  if (parts === undefined) throw new Fault('Invalid argument');
  const { name = '', section, option, value } = parts;
  return { name, section, option, value };
}

function find(sections: Package, which: string | undefined): Section | undefined {
  const [, type, index] = /^@([\w-]+)\[(-?\d+)\]$/.exec(which ?? '') ?? [];
  if (type === undefined) return sections.find(({ name }) => name === which);
  return sections.filter((one) => one.type === type).at(Number(index));
}

function show(name: string, sections: Package): string[] {
  const counts = new Map<string, number>();
  return sections.flatMap(({ type, name: own, options }) => {
    const index = counts.get(type) ?? 0;
    counts.set(type, index + 1);
    const at = `${name}.${own ?? `@${type}[${index}]`}`;
    const values = [...options].map(
      ([key, value]) => `${at}.${key}=${(Array.isArray(value) ? value : [value]).map(quoted).join(' ')}`,
    );
    return [`${at}=${type}`, ...values];
  });
}

function change(command: string, argument: string): string[] {
  const { name, section, option, value } = target(argument);
  const sections = load(name);
  const found = find(sections, section);
  if (command === 'delete') {
    if (found === undefined) throw new Fault('Entry not found');
    if (option === undefined) sections.splice(sections.indexOf(found), 1);
    else if (!found.options.delete(option)) throw new Fault('Entry not found');
  } else if (value === undefined) throw new Fault('Invalid argument');
  else if (option === undefined) {
    if (command !== 'set') throw new Fault('Invalid argument');
    if (found === undefined) sections.push({ type: value, name: section ?? null, options: new Map() });
  } else if (found === undefined) throw new Fault('Entry not found');
  else if (command === 'set') found.options.set(option, value);
  else {
    const before = found.options.get(option) ?? [];
    const list = Array.isArray(before) ? before : [before];
    found.options.set(option, command === 'add_list' ? [...list, value] : list.filter((one) => one !== value));
  }
  stage(name, sections);
  return [];
}

function look(command: string, argument: string | undefined): string[] {
  const names = readdirSync(config);
  if (argument === undefined) return names.flatMap((name) => show(name, load(name)));
  const { name, section, option } = target(argument);
  const sections = load(name);
  if (section === undefined) return show(name, sections);
  const value = option === undefined ? find(sections, section)?.type : find(sections, section)?.options.get(option);
  if (value === undefined) throw new Fault('Entry not found');
  const text = Array.isArray(value) ? value.join(' ') : value;
  return [command === 'get' ? text : `${argument}=${quoted(text)}`];
}

function changes(): string[] {
  if (!existsSync(staging)) return [];
  return readdirSync(staging).flatMap((name) => {
    const before = new Set(
      show(name, existsSync(`${config}/${name}`) ? parse(readFileSync(`${config}/${name}`, 'utf8')) : []),
    );
    const after = show(name, load(name));
    const gone = [...before]
      .map((line) => line.split('=')[0] ?? '')
      .filter((key) => !after.some((line) => line.startsWith(`${key}=`)));
    return [...gone.map((key) => `-${key}`), ...after.filter((line) => !before.has(line))];
  });
}

function commit(name: string | undefined): string[] {
  for (const one of existsSync(staging) ? readdirSync(staging) : []) {
    if (name !== undefined && one !== name) continue;
    writeFileSync(`${config}/${one}`, readFileSync(`${staging}/${one}`));
    rmSync(`${staging}/${one}`);
  }
  return [];
}

const input = (): string => readFileSync(0, 'utf8');

/** Goes on after a command that failed. */
function batch(): string[] {
  const said: string[] = [];
  for (const line of input().split('\n')) {
    const [command, ...rest] = words(line);
    if (command === undefined) continue;
    try {
      said.push(...run(command, rest));
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      process.stderr.write(`uci: ${error.message}\n`);
    }
  }
  return said;
}

function run(command: string, [argument, ...rest]: readonly string[]): string[] {
  if (rest.length > 0) throw new Fault('Invalid argument');
  if (command === 'batch') return batch();
  if (command === 'commit') return commit(argument);
  if (command === 'changes') return changes();
  if (command === 'get' || command === 'show') return look(command, argument);
  if (argument === undefined) throw new Fault('Invalid argument');
  if (command === 'export') return [`package ${argument}`, '', ...written(load(argument)).trimEnd().split('\n'), ''];
  if (command === 'import') return (stage(argument, parse(input())), []);
  if (command === 'revert') return (rmSync(`${staging}/${argument}`, { force: true }), []);
  if (['set', 'add_list', 'del_list', 'delete'].includes(command)) return change(command, argument);
  throw new Fault('Invalid command');
}

const given = process.argv.slice(2);
const quiet = given[0] === '-q';
try {
  const [command = '', ...rest] = quiet ? given.slice(1) : given;
  for (const line of run(command, rest)) process.stdout.write(`${line}\n`);
} catch (error) {
  if (!(error instanceof Fault)) throw error;
  if (!quiet) process.stderr.write(`uci: ${error.message}\n`);
  process.exitCode = 1;
}
