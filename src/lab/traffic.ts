/**
 * What the room's PCs fetch from the depot, as a fluid: everything under way shares the depot's uplink in max-min fairness (what one cannot
 * use, the others get), and none comes in faster than its PC takes it. Off unless the lab has a pace; a test wants the bytes, not the wait.
 */
import { Refusal } from './pc/fault.ts';

/**
 * Progressive filling of one link.
 *
 * @param uplink bytes a second
 * @param limits of each, bytes a second
 * @returns bytes a second of each, in their order; together never more than the uplink
 */
export function fairShares(uplink: number, limits: readonly number[]): number[] {
  const shares = limits.map(() => 0);
  const slowestFirst = [...limits.entries()].sort(([, a], [, b]) => a - b);
  let left = uplink;
  slowestFirst.forEach(([index, limit], before) => {
    const share = Math.min(limit, left / (limits.length - before));
    shares[index] = share;
    left -= share;
  });
  return shares;
}

/** One file on its way to one PC. */
interface Transfer {
  /** Bytes a second that the PC takes: its card, or its disk. */
  readonly limit: () => number;
  /** The PC is on, and its cable in. */
  readonly alive: () => boolean;
  readonly arrived: () => void;
  readonly lost: (why: Refusal) => void;
  left: number;
  rate: number;
}

/** Half a byte is arithmetic. */
const nothing = 0.5;
/** Milliseconds. */
const longestTimer = 2 ** 31 - 1;

export class Traffic {
  /** Real seconds for each simulated one; 0: files come at once. 1/60: an hour in a minute. */
  pace: number;
  #uplink: number;
  readonly #underWay = new Set<Transfer>();
  #since = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param mbps of the depot's uplink, Mbit/s */
  constructor(mbps: number, pace = 0) {
    this.pace = pace;
    this.#uplink = bytesOf(mbps);
  }

  set uplinkMbps(mbps: number) {
    this.#progress();
    this.#uplink = bytesOf(mbps);
    this.#allot();
  }

  /**
   * Takes as long as so many bytes take now.
   *
   * @throws Refusal `no-answer` where the PC has gone off or lost its cable under way; noticed when the room's traffic next changes
   */
  async carry(bytes: number, { limit, alive }: Pick<Transfer, 'limit' | 'alive'>): Promise<void> {
    if (this.pace === 0) return;
    await new Promise<void>((arrived, lost) => {
      this.#progress();
      this.#underWay.add({ limit, alive, arrived, lost, left: bytes, rate: 0 });
      this.#allot();
    });
  }

  /** Credits each with what has come since it was last looked at. */
  #progress(): void {
    const now = performance.now();
    const seconds = (now - this.#since) / 1000 / this.pace;
    for (const one of this.#underWay) one.left -= one.rate * seconds;
    this.#since = now;
  }

  /** Lets go of what has arrived, shares anew, and sleeps until the next arrives. */
  #allot(): void {
    clearTimeout(this.#timer);
    for (const one of this.#underWay) {
      const alive = one.alive();
      if (alive && one.left > nothing) continue;
      this.#underWay.delete(one);
      if (alive) one.arrived();
      else one.lost(new Refusal('no-answer', 'the connection was lost under way'));
    }
    const all = [...this.#underWay];
    const shares = fairShares(
      this.#uplink,
      all.map((one) => one.limit()),
    );
    all.forEach((one, index) => (one.rate = shares[index] ?? 0));
    if (all.length === 0) return;
    const next = Math.min(...all.map(({ left, rate }) => left / rate)) * 1000 * this.pace;
    this.#timer = setTimeout(
      () => {
        this.#progress();
        this.#allot();
      },
      Math.min(Math.ceil(next), longestTimer),
    );
  }
}

const bytesOf = (mbps: number): number => (mbps * 1e6) / 8;
