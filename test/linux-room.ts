/** A room with one Linux PC that has nothing yet: inventory, the real depot beside it, and commands as a person runs them. */
import { createHash, randomBytes } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execFileSync } from 'node:child_process';
import { execa } from 'execa';
import { cached } from '../engine/cache.mjs';
import { linuxWheelLock } from '../handbook/linux.ts';
import { home as homeAt, packageRoot, type Home } from '../src/core/home.ts';
import { ensurePrivate } from '../src/core/private.ts';
import type { LockedArtifact } from '../src/depot/lock.ts';
import { lockFile } from '../src/depot/hosts.ts';
import { writeLock } from '../src/depot/read.ts';
import { HostPool } from '../src/hosts/pool.ts';
import type { Host } from '../src/core/host.ts';
import { ensureIdentity } from '../src/hosts/identity.ts';
import { loadRoom } from '../src/inventory/load.ts';
import type { LinuxChoice } from '../src/inventory/linux.ts';
import type { Level } from '../src/inventory/schema.ts';
import { Command, resultOf, type Ended } from './command.ts';
import { debianPackages } from './debian-packages.ts';
import { LinuxPc } from './linux-pc.ts';
import { python37 } from './python37.ts';
import { operation, roomCheck, type Operation, type RoomCheck } from './results.ts';
import { room, saveRoom, saveSite, writeInventory } from './site-parts.ts';

/** Of the databases' root: with everything in it that is written otherwise somewhere. */
export const password = `q"\\'${randomBytes(12).toString('base64url')}' & 100%`;
export const passwordFile = 'databases.password';
const browserPackages = ['chromium', 'chromium-common', 'chromium-driver'];
const serverPackages = ['mariadb-server', 'redis-server'];
/** What apt brings beside MariaDB where it is let: dpkg takes the server off only after them. */
const withServers = ['bzip2', 'lz4', 'lzma', 'lzo', 'snappy'].map((one) => `mariadb-plugin-provider-${one}`);

export class LinuxRoom {
  readonly home: Home;
  readonly pc: LinuxPc;

  private constructor(home: Home, pc: LinuxPc) {
    this.home = home;
    this.pc = pc;
  }

  /**
   * @param net three octets of the test file's own
   * @param levels of whose files the depot has; the room is of the first
   */
  static async open(net: string, ...levels: readonly [Level, ...Level[]]): Promise<LinuxRoom> {
    const home = homeAt(mkdtempSync(path.join(tmpdir(), 'examsite-linux-')));
    const pc = await LinuxPc.open({
      ...{ net, network: 'systemd-networkd', addresses: [`${net}.101`, `${net}.102`] },
      ...{
        authorizedKey: ensureIdentity(home).publicKey,
        without: [...browserPackages, ...serverPackages, ...withServers],
      },
    });
    const opened = new LinuxRoom(home, pc);
    try {
      const packages = await fillDepot(home, levels);
      await opened.#describe(levels[0], packages);
      const script = path.join(packageRoot, 'test', 'linux-depot.ts');
      const args = [script, home.depot, lockFile(home), pc.gateway];
      pc.namespaces.start(pc.lan, process.execPath, args, { stdio: 'ignore' });
      await pc.start();
      return opened;
    } catch (error) {
      await opened.close();
      throw error;
    }
  }

  run(...words: readonly string[]): Promise<Ended> {
    return this.ofSite(...words, '--room', room);
  }

  /** A command that is about no room. */
  ofSite(...words: readonly string[]): Promise<Ended> {
    return new Command('src/cli/main.ts', [...words, '--json', '--lang', 'en'], this.home.root).ended;
  }

  async operate(...words: readonly string[]): Promise<Operation & { readonly ended: Ended }> {
    const ended = await this.run(...words);
    return { ...resultOf(ended, operation), ended };
  }

  /** In the inventory. */
  async change(level: Level): Promise<void> {
    await saveRoom(this.home, { ...loadRoom(this.home, room).room, level });
  }

  /** As a person at the PC: not through any module. */
  async act(use: (host: Host) => Promise<unknown>): Promise<void> {
    const pool = new HostPool({ home: this.home });
    try {
      await use(pool.host('r301-s01'));
    } finally {
      await pool.close();
    }
  }

  /** What the PC is: its settings, the exam's folder, what examsite keeps there, packages and units; one line each. */
  state(): string[] {
    const { root } = this.pc.machine;
    const folders = ['etc', 'opt', 'srv', 'var/lib/examsite'].filter((folder) => existsSync(path.join(root, folder)));
    const sums = execFileSync('find', [...folders, '-type', 'f', '-exec', 'sha256sum', '{}', '+'], {
      cwd: root,
      encoding: 'utf8',
    });
    const links = execFileSync('find', [...folders, '-type', 'l', '-printf', '%p -> %l\n'], {
      cwd: root,
      encoding: 'utf8',
    });
    const format = '--showformat=${Package} ${db:Status-Status} ${Version}\n';
    const packages = execFileSync('dpkg-query', [`--admindir=${root}/var/lib/dpkg`, '--show', format], {
      encoding: 'utf8',
    });
    return [sums, links, packages].flatMap((text) => text.split('\n').filter((line) => line !== '')).sort();
  }

  async check(): Promise<RoomCheck> {
    return resultOf(await this.run('check'), roomCheck);
  }

  async close(): Promise<void> {
    await this.pc.close();
    rmSync(this.home.root, { recursive: true, force: true });
  }

  async #describe(level: Level, versions: Readonly<Record<string, string>>): Promise<void> {
    const { net, mac, gateway } = this.pc;
    const pick = (names: readonly string[]): Record<string, string> =>
      Object.fromEntries(names.map((name) => [name, versions[name] ?? '']));
    const { site } = await writeInventory(this.home, {
      ...{ net, seats: 1, spares: 0 },
      room: (plain) => ({ ...plain, level, platform: 'linux', seats: plain.seats.map((seat) => ({ ...seat, mac })) }),
    });
    const linux: LinuxChoice = {
      python: python37() ?? '',
      browser: {
        ...{ program: '/usr/bin/chromium', driver: '/usr/bin/chromedriver', packages: pick(browserPackages) },
        accepted: true,
      },
      databases: {
        services: { mysql: 'mariadb.service', redis: 'redis-server.service' },
        packages: pick(serverPackages),
        // Debian's are a MariaDB and a newer Redis.
        accepted: ['mysql', 'redis'],
      },
    };
    const ssh = { user: 'root', port: 22, network: 'lab' } as const;
    writeFileSync(path.join(this.home.root, passwordFile), `${password}\n`, { mode: 0o600 });
    const databases = { password: { file: passwordFile } };
    await saveSite(this.home, { ...site, ssh, depot: `http://${gateway}:8080/`, linux, databases });
  }
}

/** Debian's packages and PyPI's wheels. @returns versions by package */
async function fillDepot(home: Home, levels: readonly Level[]): Promise<Record<string, string>> {
  mkdirSync(home.depot, { recursive: true });
  await ensurePrivate(home.inventories);
  const debs = await Promise.all(
    (await debianPackages(...browserPackages, ...serverPackages)).map((file) => asPackage(home, file)),
  );
  const sets = await Promise.all(levels.map(async (level) => [`${level}-linux`, await wheelsOf(home, level)] as const));
  const wheels = new Map(sets.flatMap(([, files]) => files.map((one) => [one.file, one])));
  await writeLock(lockFile(home), {
    artifacts: [...debs, ...wheels.values()],
    wheels: Object.fromEntries(sets.map(([set, files]) => [set, files.map(({ file }) => file)])),
  });
  return Object.fromEntries(debs.map(({ product, version }) => [product, version]));
}

async function wheelsOf(home: Home, level: Level): Promise<LockedArtifact[]> {
  const folder = await linuxWheels(level);
  return readdirSync(folder).map((file) => locked(home, path.join(folder, file), 'wheel', file.split('-')[1] ?? ''));
}

async function asPackage(home: Home, deb: string): Promise<LockedArtifact> {
  const { stdout } = await execa('dpkg-deb', ['--show', '--showformat=${Package} ${Version}', deb]);
  const [name = '', version = ''] = stdout.split(' ');
  return locked(home, deb, name, version);
}

/** In the depot's folder, under a name of its kind: a file of apt's has `%3a` and `~` in it. */
function locked(home: Home, from: string, product: string, version: string): LockedArtifact {
  const file = path.basename(from).replaceAll(/%3a|[^A-Za-z0-9._+-]/g, '-');
  copyFileSync(from, path.join(home.depot, file));
  const content = readFileSync(from);
  const name = product === 'wheel' ? { name: (file.split('-')[0] ?? '').toLowerCase().replaceAll(/[_.]+/g, '-') } : {};
  const sha256 = createHash('sha256').update(content).digest('hex');
  return { product, ...name, version, file, size: content.length, sha256 };
}

/** By pip, in the user's cache: once. */
function linuxWheels(level: Level): Promise<string> {
  const pins = Object.entries(linuxWheelLock(level)).map(([name, version]) => `${name}==${version}`);
  const id = createHash('sha256').update(JSON.stringify(pins)).digest('hex').slice(0, 12);
  return cached(
    `test-linux-wheels-${level}-${id}`,
    (folder) => existsSync(folder) && readdirSync(folder).length === pins.length,
    async (folder) => {
      const args = ['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--no-deps'];
      await execa(python37() ?? 'python3.7', [...args, '--only-binary', ':all:', '-d', folder, ...pins]);
    },
    () => undefined,
  );
}
