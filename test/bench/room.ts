/**
 * The demo's room of 44 simulated PCs, none of them set up yet: a quarter of the restore cards closed, Chromes of four ages, Windows 7 and 10.
 * The room is a process of its own, as the PCs of a real room would not run inside the controller; nothing in it waits to look slower.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { levelTools } from '../../handbook/handbook.ts';
import { wheelLock } from '../../handbook/wheels.ts';
import { roomToEnroll } from '../../src/cli/commands/enroll.ts';
import { startLab } from '../../src/cli/commands/lab.ts';
import type { Io } from '../../src/cli/io.ts';
import { home as homeAt, packageRoot, type Home } from '../../src/core/home.ts';
import { lockFile } from '../../src/depot/hosts.ts';
import { writeLock } from '../../src/depot/read.ts';
import { serveDepot, type DepotServer } from '../../src/depot/serve.ts';
import { dial } from '../../src/hosts/dial.ts';
import { enrollRoom } from '../../src/hosts/enroll.ts';
import { saveEnrolment } from '../../src/hosts/enroll-save.ts';
import { importRoom } from '../../src/inventory/import.ts';
import { loadRoom } from '../../src/inventory/load.ts';
import { levels } from '../../src/inventory/schema.ts';
import { LabClient } from '../../src/lab/control/client.ts';
import { buildDepot } from '../../src/lab/packages/build.ts';
import { timed, type Timed } from './timed.ts';

const room = '301';
const passwordName = 'EXAMSITE_BENCH_CARD_PASSWORD';
/** Addresses of examples/room-301-assets.csv that no PC has. */
const gateway = '10.30.1.1';
const depotHost = '10.30.1.251';

export class BenchRoom {
  readonly home: Home;
  readonly #depot: DepotServer;
  readonly #env: Readonly<Record<string, string>>;

  private constructor(home: Home, depot: DepotServer, env: Readonly<Record<string, string>>) {
    this.home = home;
    this.#depot = depot;
    this.#env = env;
  }

  /** @param folder an empty one */
  static async open(folder: string): Promise<BenchRoom> {
    const home = homeAt(folder);
    // The lab, started from here, is told the cards' passwords by the same reference as the commands.
    process.env[passwordName] ??= randomBytes(9).toString('base64url');
    const env = { EXAMSITE_HOME: folder, [passwordName]: process.env[passwordName] };
    const depotPort = await freePort(depotHost);
    await importRoom({
      home,
      file: path.join(packageRoot, 'examples', 'room-301-assets.csv'),
      room,
      site: '示范学院考点',
      staff: 5,
      proctors: 2,
      spacingMetres: 1.2,
      restoreCard: { driver: 'deep-freeze', password: { env: passwordName } },
      depot: `http://${depotHost}:${depotPort}/`,
      ssh: { network: 'lab', port: await freePort(gateway) },
    });
    const depot = await openDepot(home, depotPort);
    const opened = new BenchRoom(home, depot, env);
    try {
      await opened.#start();
    } catch (error) {
      await opened.close();
      throw error;
    }
    return opened;
  }

  /** `examsite <words> --room 301 --json` as a process, from its start to its end. */
  examsite(...words: readonly string[]): Promise<Timed> {
    return this.script('src/cli/main.ts', ...words, '--room', room, '--json', '--lang', 'en');
  }

  /** Any script of the clone, in this room's environment. */
  script(file: string, ...words: readonly string[]): Promise<Timed> {
    // examsite's 0, 1 and 2 are answers; whether it is the right one is the caller's to say.
    const options = { env: this.#env, expected: [0, 1, 2] };
    return timed([process.execPath, path.join(packageRoot, file), ...words], options);
  }

  async close(): Promise<void> {
    await this.#depot.close();
    await new LabClient(this.home.lab).stop();
    await rm(this.home.root, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }

  async #start(): Promise<void> {
    const { site, room: inventory } = loadRoom(this.home, room);
    await startLab(silent(this.home), { room, port: String(site.ssh.port) });
    await saveEnrolment(
      this.home,
      await enrollRoom({ home: this.home, room: roomToEnroll(inventory, site) }),
    );
  }
}

async function openDepot(home: Home, port: number): Promise<DepotServer> {
  const install = (id: string): string[] => [
    ...new Set(levels.flatMap((level) => levelTools[level].find((tool) => tool.id === id)?.install ?? [])),
  ];
  const lock = await buildDepot({
    dir: home.depot,
    chrome: install('chrome'),
    chromedriver: install('chromedriver'),
    python: install('python'),
    wheels: Object.fromEntries(levels.map((level) => [level, wheelLock(level)])),
  });
  await writeLock(lockFile(home), lock);
  return serveDepot({ dir: home.depot, lock, host: dial('lab', depotHost), port });
}

async function freePort(lanAddress: string): Promise<number> {
  const server = createServer().listen(0, dial('lab', lanAddress));
  await once(server, 'listening');
  const bound = server.address();
  server.close();
  await once(server, 'close');
  if (bound === null || typeof bound === 'string') throw new Error('expected a TCP address');
  return bound.port;
}

const nothing = (): void => undefined;
const silent = (home: Home): Io => ({
  home,
  lang: 'en',
  json: false,
  print: nothing,
  note: nothing,
  result: nothing,
});
