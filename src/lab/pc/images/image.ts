/** Builds the shared bottom layer of a PC's disk from the stock data, once per operating system. */
import type { Contents } from '../contents.ts';
import { Files, type Node } from '../files.ts';
import { Journal } from '../journal.ts';
import { Layers } from '../layers.ts';
import { Registry, type Key } from '../registry.ts';
import { Services } from '../services.ts';
import { Tasks } from '../tasks.ts';
import { type OsName, type Stock, stock } from './stock.ts';

export interface Image {
  readonly files: ReadonlyMap<string, Node>;
  readonly registry: ReadonlyMap<string, Key>;
}

/** Images by the contents that they refer to: two labs in one process do not share a store. */
const built = new WeakMap<Contents, Map<OsName, Image>>();

export function imageOf(os: OsName, contents: Contents): Image {
  const images = built.get(contents) ?? new Map<OsName, Image>();
  built.set(contents, images);
  let image = images.get(os);
  if (!image) {
    image = build(stock[os], contents);
    images.set(os, image);
  }
  return image;
}

function build(from: Stock, contents: Contents): Image {
  const journal = new Journal();
  const nodes = new Layers<Node>(new Map());
  const keys = new Layers<Key>(new Map());
  const files = new Files(nodes, contents, journal, Number.MAX_SAFE_INTEGER);
  const registry = new Registry(keys, journal);
  for (const [key, values] of Object.entries(from.registry)) {
    registry.create(key);
    for (const [name, value] of Object.entries(values)) registry.set(key, name, value);
  }
  const services = new Services(registry, journal);
  for (const [name, [startType, path]] of Object.entries(from.services)) services.register(name, { startType, path });
  installFiles(from, files);
  const tasks = new Tasks(files);
  for (const task of from.tasks) tasks.set(task, true);
  return { files: new Map(nodes.entries()), registry: new Map(keys.entries()) };
}

function installFiles(from: Stock, files: Files): void {
  const program = (path: string, name: string, version: string): void => {
    const content = Buffer.from(JSON.stringify({ program: name, version }));
    files.write(path, { content, size: 60_000, version });
  };
  for (const command of from.commands) {
    program(`C:\\Windows\\System32\\${command}`, command.replace(/\.\w+$/, ''), from.fileVersion);
  }
  program('C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe', 'powershell', from.fileVersion);
  program('C:\\Program Files\\Internet Explorer\\iexplore.exe', 'iexplore', from.ieVersion);
  program('C:\\Program Files\\OpenSSH\\sshd.exe', 'sshd', '8.1.0.1');
  files.write('C:\\Windows\\WinSxS\\store.bin', { content: Buffer.alloc(0), size: from.bulkBytes });
  for (const folder of ['C:\\Windows\\Temp', 'C:\\Program Files (x86)', 'C:\\ProgramData\\ssh', 'C:\\Users\\exam']) {
    files.makeDirectory(folder);
  }
}
