/** Shared words of a PC's parts about its power and its faults. */

/**
 * - `closed`: the system shut its connections down
 * - `silent`: packets vanish: a cut cable, a cut power, an address that is gone
 */
export type SessionEnd = 'closed' | 'silent';

/** What can be made to go wrong; every field off in a healthy PC. */
export interface Faults {
  /** Accepts connections and never answers: a blue screen with a working network card. */
  hang: boolean;
  /** The session dies under the n-th request from now. */
  dropAfter: number | null;
  /** The session dies under a request with this probability. */
  dropProbability: number;
  /** So many files still to come arrive damaged. */
  corruptDownloads: number;
  /** The power goes in the middle of the next file written through the agent. */
  cutAtWrite: boolean;
  /** Stray output of the shell between answers. */
  garbage: boolean;
}

export const noFaults = (): Faults => ({
  hang: false,
  dropAfter: null,
  dropProbability: 0,
  corruptDownloads: 0,
  cutAtWrite: false,
  garbage: false,
});
