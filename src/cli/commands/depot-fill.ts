/** `examsite depot lock`, `fetch`, `add`: which files a cycle needs, and how they come into the depot. */
import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { productsOf } from '../../../handbook/handbook.ts';
import { knownFiles } from '../../../handbook/known-files.ts';
import { linuxWheelLock } from '../../../handbook/linux.ts';
import { wheelLock } from '../../../handbook/wheels.ts';
import { addInstaller } from '../../depot/add.ts';
import { fetchWheels } from '../../depot/fetch.ts';
import { lockFile } from '../../depot/hosts.ts';
import type { DepotLock } from '../../depot/lock.ts';
import { neededLock, type Lacking, type NeededLock } from '../../depot/needed.ts';
import { readLock, writeLock } from '../../depot/read.ts';
import { loadRoom, loadSite, rooms } from '../../inventory/load.ts';
import { linux } from '../../inventory/linux.ts';
import { levels, seatsOf, type Level, type Room } from '../../inventory/schema.ts';
import type { Home } from '../../core/home.ts';
import type { Io } from '../io.ts';

export function fillCommands(depot: Command, io: Io): void {
  depot
    .command('lock')
    .description("write depot.lock.yaml: every file that the rooms' levels install, by version, size and SHA-256")
    .action(async () => lock(io));
  depot
    .command('fetch')
    .description('download the wheels of the lock from PyPI or its mirror, by pip; needs no network for what is there')
    .action(async () => fetch(io));
  depot
    .command('add')
    .description('take an installer into the depot: it must be the one in the lock, or one that is lacking')
    .argument('<file>', 'the installer as its vendor gives it')
    .option('--product <name>', 'what it is, where its name does not tell: chrome')
    .option('--version <version>', 'which version it is')
    .action(async (file: string, said: { product?: string; version?: string }) => add(io, file, said));
}

/** Levels that some seat of a platform has; without any room, all of them on Windows. */
function levelsOf(home: Home, platform: Room['platform']): readonly Level[] {
  const all = rooms(home).map((room) => loadRoom(home, room).room);
  if (all.length === 0) return platform === 'windows' ? levels : [];
  const own = all
    .filter((room) => room.platform === platform)
    .flatMap((room) => seatsOf(room).map(({ level }) => level));
  return levels.filter((level) => own.includes(level));
}

/** Packages that the site has pinned for its Linux PCs. They are its distribution's: nobody but who has one can get them. */
function debianOf(home: Home, of: readonly Level[]): Readonly<Record<string, readonly string[]>> {
  const { browser, databases } = loadSite(home).linux ?? linux.parse({});
  const pins = { ...browser.packages, ...(of.some((level) => level !== 'L1') ? databases.packages : {}) };
  return of.length === 0 ? {} : Object.fromEntries(Object.entries(pins).map(([name, version]) => [name, [version]]));
}

async function needed(home: Home): Promise<NeededLock> {
  const [of, onLinux] = [levelsOf(home, 'windows'), levelsOf(home, 'linux')];
  const needs = {
    products: { ...productsOf(of, loadSite(home).tools), ...debianOf(home, onLinux) },
    wheels: Object.fromEntries(of.map((level) => [level, wheelLock(level)])),
    linuxWheels: Object.fromEntries(onLinux.map((level) => [`${level}-linux`, linuxWheelLock(level)])),
  };
  const file = lockFile(home);
  const before: DepotLock = existsSync(file) ? await readLock(file) : { artifacts: [], wheels: {} };
  return neededLock(needs, knownFiles(), before);
}

async function lock(io: Io): Promise<void> {
  const { lock: wanted, lacking, dropped } = await needed(io.home);
  await writeLock(lockFile(io.home), wanted);
  for (const { file } of dropped) io.print(`- ${file}`);
  const count = wanted.artifacts.length;
  io.print({ zh: `锁定 ${count} 个文件`, en: `${count} files are locked` }[io.lang]);
  tellLacking(io, lacking);
  io.result({ files: count, lacking, dropped: dropped.map(({ file }) => file) });
}

async function fetch(io: Io): Promise<void> {
  const { lacking } = await needed(io.home);
  const fetched = await fetchWheels(io.home.depot, await readLock(lockFile(io.home)), (set, { files, bytes }) => {
    const size = (bytes / 1e6).toFixed(1);
    io.note(
      { zh: `${set}：下载 ${files} 个 wheel（${size} MB）`, en: `${set}: downloading ${files} wheels (${size} MB)` }[
        io.lang
      ],
    );
  });
  const { files } = fetched;
  io.print({ zh: `下载了 ${files} 个 wheel`, en: `${files} wheels were downloaded` }[io.lang]);
  tellLacking(io, lacking);
  io.result({ ...fetched, lacking });
}

async function add(io: Io, file: string, said: { product?: string; version?: string }): Promise<void> {
  const { lock: wanted, lacking } = await needed(io.home);
  const added = await addInstaller({ file, dir: io.home.depot, lock: wanted, lacking, ...said });
  await writeLock(lockFile(io.home), added.lock);
  const { entry, unproved } = added;
  const what = `${entry.product} ${entry.version}: ${entry.file}`;
  io.print({ zh: `已加入 ${what}`, en: `added ${what}` }[io.lang]);
  if (unproved) {
    io.note(
      {
        zh: `锁定文件里没有它的哈希值，现已记下，请与厂商公布的核对：SHA-256 ${entry.sha256}`,
        en: `its hash was not in the lock and is now; compare it with the vendor's: SHA-256 ${entry.sha256}`,
      }[io.lang],
    );
  }
  tellLacking(
    io,
    lacking.filter(({ product, version }) => product !== entry.product || version !== entry.version),
  );
  io.result({ entry, unproved });
}

/** No registry has these: a person downloads them, once a cycle. */
function tellLacking(io: Io, lacking: readonly Lacking[]): void {
  if (lacking.length === 0) return;
  io.note(
    {
      zh: `还缺 ${lacking.length} 个安装程序，下载后用 examsite depot add 加入：`,
      en: `${lacking.length} installers are lacking; download each and run examsite depot add FILE:`,
    }[io.lang],
  );
  for (const { product, version, known } of lacking) {
    io.note(
      `  ${[`${product} ${version}`, known?.file, known?.source].filter((part) => part !== undefined).join('  ')}`,
    );
  }
}
