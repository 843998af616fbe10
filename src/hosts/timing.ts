/** Every wait of this layer in one place, in milliseconds, so that tests can shorten them and nothing waits for ever. */
export interface Timing {
  /** A machine on the same LAN answers a SYN within a few; ARP needs up to a second on a busy switch. */
  readonly tcpMs: number;
  /** From the first byte to "authenticated". Pure-script key exchange on an old PC under load is the slow part. */
  readonly handshakeMs: number;
  /**
   * The same of a machine that is about to move, whose address may go away under the first bytes: twice as long with each try, up to handshakeMs.
   * A scan gives each address as long to show its key.
   */
  readonly movingMs: number;
  /** From starting the agent to its hello: a cold PowerShell on a hard disk, with antivirus, takes up to 5 s; twelve times that is broken. */
  readonly helloMs: number;
  /** A dead link is noticed after four of these (three unanswered probes), 40 s. */
  readonly keepaliveMs: number;
  /** Added to what a batch's calls ask for themselves. */
  readonly requestMarginMs: number;
  /** From the word "restart" to a new boot time that answers. */
  readonly restartMs: number;
  /** How long `relocate` looks for a machine whose address was changed under the session. */
  readonly relocateMs: number;
  /** One address of a scan. Shorter than tcpMs: a scan is of hundreds of addresses, and is repeated. */
  readonly scanMs: number;
  /** Pause between two scans: from the first to the second value, half as long again each time, with jitter. */
  readonly rescanMs: readonly [number, number];
  /** How long "unreachable" is believed: ten modules of one PC that is off must not each look for it. */
  readonly absentMs: number;
}

export const defaultTiming: Timing = {
  tcpMs: 3_000,
  handshakeMs: 20_000,
  movingMs: 5_000,
  helloMs: 60_000,
  keepaliveMs: 10_000,
  requestMarginMs: 30_000,
  restartMs: 300_000,
  relocateMs: 60_000,
  scanMs: 1_000,
  rescanMs: [200, 5_000],
  absentMs: 10_000,
};

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** @returns the pause before the next try, `attempt` counted from 0; ± 25 %, so that a room of PCs does not keep step. */
export function backoff([first, most]: readonly [number, number], attempt: number): number {
  return Math.min(first * 1.5 ** attempt, most) * (0.75 + Math.random() / 2);
}

/** @returns whether it happened within the time. The timer is gone as soon as that is known, so it keeps no process alive. */
export async function within(happening: Promise<unknown>, ms: number): Promise<boolean> {
  const late = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => late.resolve(false), ms);
  try {
    return await Promise.race([happening.then(() => true), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
