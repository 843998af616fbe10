/** What a module concludes about one property of one machine. Preview, `apply`, `check` and the report all show the same findings. */

/** The two languages everything a person reads is written in. */
export type Lang = 'zh' | 'en';
/** A sentence in both languages; the reader's language is chosen where it is shown, never where it is written. */
export type Text = Record<Lang, string>;

/**
 * - `ok`: as required
 * - `drifted`: not as required, and `apply` can make it so
 * - `failed`: not as required, and no program can make it so (too little memory, a card that restores)
 * - `unknown`: could not be observed. Unknown never passes: it fails the room.
 */
export type Verdict = 'ok' | 'drifted' | 'failed' | 'unknown';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

export interface Finding {
  /** Id in the handbook catalogue: `P6`, `L2.chromedriver`. */
  readonly requirement: string;
  /** Path of the property in the module's desired state: `gateway`, `packages.requests`. */
  readonly property: string;
  readonly expected: Json;
  readonly actual: Json;
  readonly verdict: Verdict;
  /** One sentence that an auditor understands without the source. Lower case, no full stop, both values named. */
  readonly sentence: Text;
  /** Handbook values come in two heights: the recommended one (建议配置) and the least allowed one (最低配置). Only on `ok`. */
  readonly grade?: 'recommended' | 'minimum';
  /** What was looked at: a registry path, a command's version line, a session's capabilities. */
  readonly evidence?: string;
}

/** Verdicts from best to worst. */
const order: readonly Verdict[] = ['ok', 'drifted', 'failed', 'unknown'];

export const isOk = (finding: Finding): boolean => finding.verdict === 'ok';

/** The worst verdict of a list; `ok` for an empty one. */
export function worst(verdicts: readonly Verdict[]): Verdict {
  return verdicts.reduce<Verdict>((a, b) => (order.indexOf(b) > order.indexOf(a) ? b : a), 'ok');
}
