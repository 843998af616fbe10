// Does not prove a controller whose disk or power fails: processes are killed, what they had written to disk stays.
import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { said, type Command, type Ended } from './command.ts';
import { leftOver } from './processes.ts';
import { against, onlyTooSmall } from './results.ts';
import { TestSite } from './site.ts';
import { needs } from './tools.ts';

const minute = 60_000;
const password = 'EXAMSITE_TEST_CARD_PASSWORD';
const pcs = ['r301-s01', 'r301-spare01'];
/** Four kills on the way of each of five fresh rooms: twenty moments, one in each quarter of an `up`. */
const rooms = 5;
const killsPerRoom = 4;
/** Printed with a failure, and reproducible: EXAMSITE_TEST_SEED. */
const seed = Number(process.env['EXAMSITE_TEST_SEED'] ?? Math.floor(Date.now() / 1000));

/** Numbers from 0 to 1 (mulberry32). */
function random(state: number): () => number {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

needs('pulumi').describe(`a controller that is killed in the middle of an up (seed ${seed})`, () => {
  let site: TestSite;
  let clock: UpClock;
  const next = random(seed);

  beforeAll(async () => {
    site = await TestSite.open({
      net: '10.34.1',
      seats: 1,
      // Installers that take no time at all would never be under way when the kill comes.
      latency: 0.01,
      env: { [password]: 'the right one' },
      room: (plain) => ({ ...plain, restoreCard: { driver: 'deep-freeze', password: { env: password } } }),
    });
    const began = Date.now();
    const { seconds } = wellEnded(await site.run('up'));
    clock = new UpClock(
      seconds * 1000,
      happened(site).map(({ time }) => Date.parse(time) - began),
    );
  }, 2 * minute);
  afterAll(() => site.close(), minute);

  /** Other PCs in their places, and a controller that has never seen the room. */
  async function freshRoom(): Promise<void> {
    for (const pc of pcs) await site.reset(pc);
    await rm(site.home.state, { recursive: true, force: true });
    await rm(site.home.notes, { recursive: true, force: true });
    await site.enroll(pcs);
  }

  /** By turns the command alone, which leaves its engine an orphan, and everything that it has started. */
  async function killedUp(kill: number): Promise<void> {
    // An up that goes on from where another was killed may have less to do than the clock expects, and end first: an earlier moment, then.
    for (let part = (kill + next()) / killsPerRoom; !(await killedAt(part, kill)); part *= 0.6);
    wellEnded(await site.run('repair'));
    expect(await leftOver(site.home.root, 10_000)).toEqual([]);
  }

  /** @returns false when it had ended, and well, before the kill */
  async function killedAt(part: number, kill: number): Promise<boolean> {
    const up = site.start('up');
    await clock.moment(part, next(), site, up);
    up.kill('SIGKILL', kill % 2 === 0 ? 'group' : 'alone');
    const ended = await up.ended;
    if (ended.signal !== 'SIGKILL') wellEnded(ended);
    return ended.signal === 'SIGKILL';
  }

  it.each(Array.from({ length: rooms }, (_, index) => index + 1))(
    `room %i: ${killsPerRoom} kills, each repaired, and the next up ends well with nothing done twice`,
    async () => {
      await freshRoom();
      for (let kill = 0; kill < killsPerRoom; kill++) await killedUp(kill);
      wellEnded(await site.run('up'));
      expect(against(await site.check())).toEqual(onlyTooSmall);
      for (const pc of pcs) expect({ pc, ...timesDone(site, pc) }).toEqual({ pc, ...once });
    },
    5 * minute,
  );
});

/**
 * An `up` that goes on from where another was killed is ahead of the time: a moment is chosen on the clock of an undisturbed one, and
 * recognised by how far the PCs have come.
 */
class UpClock {
  readonly #durationMs: number;
  /** When each thing happened on the PCs, from the command's start. */
  readonly #times: readonly number[];

  constructor(durationMs: number, times: readonly number[]) {
    this.#durationMs = durationMs;
    this.#times = times.toSorted((a, b) => a - b);
  }

  /** @param part of the whole, 0 to 1. @param shift the same, of the pause until the PCs' next event */
  async moment(part: number, shift: number, site: TestSite, up: Command): Promise<void> {
    const at = part * this.#durationMs;
    const events = this.#times.filter((time) => time <= at).length;
    if (events === 0) return sleep(at);
    const [before = 0, after = this.#durationMs] = this.#times.slice(events - 1);
    const reached = async (): Promise<void> => {
      while (!up.isOver && happened(site).length < events) await sleep(10);
      await sleep(Math.min(shift * (after - before), 1000));
    };
    await Promise.race([reached(), up.ended]);
  }
}

const happened = (site: TestSite) => pcs.flatMap((pc) => site.events(pc));

function wellEnded(ended: Ended): Ended {
  if (ended.code !== 0) throw new Error(`seed ${seed}: exit ${String(ended.code)}\n${said(ended)}`);
  return ended;
}

const once = { chrome: 1, chromedriver: 1, python: 1, requests: 1, restartsWithinReason: true };

/** What an installer that ran twice would have written twice. Proving a card takes three restarts; a kill may cost one more each. */
function timesDone(site: TestSite, pc: string): typeof once {
  const events = site.events(pc).filter(({ actor }) => actor === 'ssh');
  const written = (end: RegExp): number =>
    events.filter(({ kind, action, what }) => kind === 'file' && action === 'write' && end.test(what)).length;
  const restarts = events.filter(({ kind, action }) => kind === 'power' && action === 'restart').length;
  return {
    chrome: written(/\\Application\\chrome\.exe$/i),
    chromedriver: written(/\\ChromeDriver\\chromedriver\.exe$/i),
    python: written(/\\Python37\\python\.exe$/i),
    requests: written(/\\requests\\__init__\.py$/i),
    restartsWithinReason: restarts >= 3 && restarts <= 3 + killsPerRoom,
  };
}
