// Does not prove the figures of handbook/durations.yaml: lab and plan rest on the same assumptions. Nor SSH and the engine, which are left out:
// what is compared is what becomes of a room in which everything takes its time, computed by two programs that know nothing of each other.
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { productsOf } from '../../handbook/handbook.ts';
import { wheelLock } from '../../handbook/wheels.ts';
import { modules } from '../../modules/index.ts';
import { seatModules } from '../../modules/seat.ts';
import type { DepotLock } from '../depot/lock.ts';
import { serveDepot, type DepotServer } from '../depot/serve.ts';
import { newKeyPair } from '../hosts/key-pair.ts';
import { levels, seatsOf, type Level, type Room, type Seat, type Site } from '../inventory/schema.ts';
import { act } from '../lab/actions.ts';
import { directHost, type DirectHost } from '../lab/direct-host.ts';
import { Lab } from '../lab/lab.ts';
import { buildDepot } from '../lab/packages/build.ts';
import type { Pc } from '../lab/pc/pc.ts';
import { usualMix } from '../lab/room-mix.ts';
import { sampleRoom } from '../lab/sample-room.ts';
import { inSimulatedTime } from '../lab/simulated-time.ts';
import { depotView } from '../lab/testing.ts';
import { ExamsiteProvider } from '../provider/provider.ts';
import { foretell } from './foretell.ts';
import { lookAt, type SeatWork } from './look.ts';

/** Bytes, chosen so that with the wheels level 2 is 1.2 GB: nobody has weighed the vendors' files here. */
const sizes = {
  ...{ pycharm: 260e6, navicat: 120e6, '360zip': 16e6, 'vc-redist': 26e6, chrome: 58e6, chromedriver: 5e6 },
  ...{ python: 27e6, mysql: 220e6, mongodb: 456e6, redis: 12e6 },
};
const net = '10.77.1';
const dir = mkdtempSync(path.join(os.tmpdir(), 'examsite-plan-'));
let lock: DepotLock;
let depot: DepotServer;

beforeAll(async () => {
  const wheels = Object.fromEntries(levels.map((level) => [level, wheelLock(level)]));
  lock = await buildDepot({ dir: path.join(dir, 'depot'), products: productsOf(levels), wheels, sizes });
  depot = await serveDepot({ dir: path.join(dir, 'depot'), lock, host: '127.77.1.2', port: 0 });
});
afterAll(async () => {
  await depot.close();
  rmSync(dir, { recursive: true, force: true });
});

/** A simulated room as a school hands it over, and what examsite does to it, without engine and SSH. */
class Trial {
  readonly lab: Lab;
  readonly #room: Room;
  readonly #site: Site;
  readonly #hosts: ReadonlyMap<string, DirectHost>;
  /** Of whole files, whether or not their zeros have travelled. */
  fetchedBytes = 0;

  private constructor(lab: Lab, room: Room, site: Site) {
    [this.lab, this.#room, this.#site] = [lab, room, site];
    const view = depotView(lock, depot.url.replace('127.', '10.'));
    this.#hosts = new Map(lab.pcs.map((pc) => [pc.name, directHost(pc, view)]));
    for (const pc of lab.pcs) this.#count(pc);
  }

  static async of(level: Level, seats: number, depotMbps = 1000): Promise<Trial> {
    const { room, site } = sampleRoom(seats, { net });
    const [authorizedKey, mix] = [newKeyPair().public, usualMix];
    const wanted = { ...room, level };
    const options = { dir: path.join(dir, 'lab'), room: wanted, site, authorizedKey, mix, depotMbps };
    return new Trial(await Lab.create(options), wanted, site);
  }

  #count(pc: Pc): void {
    const { fetched } = pc;
    pc.fetched = async (...asked) => {
      const answer = await fetched(...asked);
      this.fetchedBytes += answer.whole ?? 0;
      return answer;
    };
  }

  #host({ name }: Seat): DirectHost {
    const host = this.#hosts.get(name);
    if (host === undefined) throw new RangeError(name);
    return host;
  }

  look(): Promise<SeatWork[]> {
    const [view, seats] = [depotView(lock, depot.url), seatsOf(this.#room)];
    return Promise.all(
      seats.map((seat) =>
        lookAt({ site: this.#site, room: this.#room, certificates: [] }, seat, this.#host(seat), view),
      ),
    );
  }

  /** @returns simulated seconds until the last PC was done */
  up(): Promise<number> {
    const seats = seatsOf(this.#room);
    const hosts = new Map(seats.map((seat) => [seat.name, this.#host(seat)]));
    const host = (name: string): DirectHost => hosts.get(name) ?? this.#host(seats[0] as Seat);
    const provider = new ExamsiteProvider('0', modules, { host, close: () => Promise.resolve() });
    this.lab.latency = 1;
    const all = async (seat: Seat): Promise<void> => {
      for (const { module, desired } of seatModules(this.#site, this.#room, seat, [])) {
        const urn = `urn:pulumi:room-301::examsite::${module.token}::${seat.name}-${module.name}`;
        await provider.create(urn, { host: seat.name, ...(desired as object) });
      }
    };
    return inSimulatedTime(this.lab.pcs, () => Promise.all(seats.map(all)));
  }

  get starts(): number[] {
    return this.lab.pcs.map(({ journal }) => journal.events.filter(({ action }) => action === 'up').length);
  }
}

describe('44 PCs that fetch a level of 1.2 GB at once', () => {
  test.each([
    [1000, 'install', 250],
    [250, 'uplink', 1000],
  ] as const)(
    'over a depot of %i Mbit/s take as long as is foretold, within a fifth, most of it for the %s; another LAN would be foretold otherwise',
    async (mbps, bottleneck, otherMbps) => {
      const trial = await Trial.of('L2', 44, mbps);
      const seen = await trial.look();
      const foretold = foretell(seen, mbps);
      const took = await trial.up();
      expect(foretold).toMatchObject({ bottleneck, bytes: trial.fetchedBytes });
      expect(foretold.bytes / 44e9).toBeCloseTo(1.2, 1);
      expect(Math.abs(foretold.seconds - took) / took).toBeLessThan(0.2);
      expect(Math.abs(foretell(seen, otherMbps).seconds - took) / took).toBeGreaterThan(0.2);
      expect(trial.starts).toEqual(foretold.pcs.map(({ restarts }) => restarts));
    },
    60_000,
  );
});

describe('one PC', () => {
  test.each(levels)(
    'of %s fetches what was foretold, and restarts as often; then nothing is left to do',
    async (level) => {
      const trial = await Trial.of(level, 1);
      const { bytes, pcs } = foretell(await trial.look(), 1000);
      await trial.up();
      expect({ bytes, starts: pcs.map(({ restarts }) => restarts) }).toEqual({
        bytes: trial.fetchedBytes,
        starts: trial.starts,
      });
      trial.lab.latency = 0;
      const writes = trial.lab.pcs.map(({ journal }) => journal.writes);
      expect(foretell(await trial.look(), 1000)).toMatchObject({ bytes: 0, pcs: [{ restarts: 0, assumed: null }] });
      expect(trial.lab.pcs.map(({ journal }) => journal.writes)).toEqual(writes);
    },
  );

  test('whose Chrome has updated itself fetches Chrome again', async () => {
    const trial = await Trial.of('L2', 1);
    await trial.up();
    const [pc] = trial.lab.pcs;
    if (pc === undefined) throw new Error('no PC');
    trial.lab.latency = 0;
    await act(pc, 'tamper', ['chrome', '120.0.6099.71']);
    await act(pc, 'card', ['100']);
    const { pcs } = foretell(await trial.look(), 1000);
    expect(pcs).toMatchObject([{ bytes: sizes.chrome, restarts: 1, cardMbps: 100, assumed: null }]);
    expect(pcs[0]?.phases.card).toBeCloseTo(sizes.chrome / 12.5e6, 3);
  });

  test('that does not answer is assumed to be a fresh one, and that is said', async () => {
    const trial = await Trial.of('L2', 1);
    const [fresh] = await trial.look();
    trial.lab.pcs[0]?.plug(false);
    const [assumed] = await trial.look();
    expect(assumed?.assumed?.en).toContain('no answer');
    expect(assumed?.works).toEqual(fresh?.works);
    expect(foretell([...(assumed ? [assumed] : [])], 1000).pcs).toMatchObject([{ cardMbps: 1000, restarts: 3 }]);
  });
});
