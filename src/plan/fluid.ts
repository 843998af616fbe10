/**
 * PCs that work through their stages side by side. A stage either takes its seconds, or brings so many bytes from the depot, whose uplink all
 * that fetch share in max-min fairness: the water rises for everybody alike, and who is full at its own limit leaves the rest to the others.
 */
export const phases = ['uplink', 'card', 'disk', 'install', 'restart', 'look'] as const;
/** Of a fetch: what holds it back. Of the rest: what it is. */
export type Phase = (typeof phases)[number];

export type Stage =
  { readonly bytes: number } | { readonly phase: 'install' | 'restart' | 'look'; readonly seconds: number };

export interface Line {
  /** Bytes a second that its network card and its disk take. */
  readonly card: number;
  readonly disk: number;
  readonly stages: readonly Stage[];
}

/** Seconds by phase; together the time that the PC takes. */
export type Spent = Readonly<Record<Phase, number>>;

interface Running {
  readonly line: Line;
  readonly spent: Record<Phase, number>;
  at: number;
  /** Of the stage: bytes or seconds. */
  left: number;
}

/** All begin at once. @param uplink bytes a second */
export function flow(lines: readonly Line[], uplink: number): Spent[] {
  const all = lines.map((line): Running => {
    const spent = { uplink: 0, card: 0, disk: 0, install: 0, restart: 0, look: 0 };
    return { line, spent, at: -1, left: 0 };
  });
  let running = all.filter(begin);
  while (running.length > 0) {
    const fetching = running.filter((one) => 'bytes' in stageOf(one));
    const level = levelOf(fetching.map(limitOf), uplink);
    const speed = (one: Running): number => ('bytes' in stageOf(one) ? Math.min(level, limitOf(one)) : 1);
    const seconds = Math.min(...running.map((one) => one.left / speed(one)));
    for (const one of running) {
      one.spent[phaseOf(one, level)] += seconds;
      // Whoever comes first has come: what rounding leaves is not another stage.
      one.left = one.left / speed(one) - seconds < 1e-9 ? 0 : one.left - speed(one) * seconds;
    }
    running = running.filter((one) => one.left > 0 || begin(one));
  }
  return all.map(({ spent }) => spent);
}

/** What each may have at most, so that all that can take more have the same. Infinite where the uplink is enough for all. */
export function levelOf(limits: readonly number[], uplink: number): number {
  let open = limits;
  for (;;) {
    const closed = limits.filter((one) => !open.includes(one));
    const level = open.length === 0 ? Infinity : (uplink - sum(closed)) / open.length;
    const still = open.filter((one) => one > level);
    if (still.length === open.length || open.length === 0) return level;
    open = still;
  }
}

const sum = (all: readonly number[]): number => all.reduce((total, one) => total + one, 0);
const limitOf = ({ line }: Running): number => Math.min(line.card, line.disk);

function stageOf({ line, at }: Running): Stage {
  const stage = line.stages[at];
  if (stage === undefined) throw new Error('no stage');
  return stage;
}

/** Goes to the next stage that is not empty. @returns false at the end */
function begin(one: Running): boolean {
  while (one.left <= 0) {
    one.at += 1;
    const stage = one.line.stages[one.at];
    if (stage === undefined) return false;
    one.left = 'bytes' in stage ? stage.bytes : stage.seconds;
  }
  return true;
}

function phaseOf(one: Running, level: number): Phase {
  const stage = stageOf(one);
  if (!('bytes' in stage)) return stage.phase;
  if (level < limitOf(one)) return 'uplink';
  return one.line.disk < one.line.card ? 'disk' : 'card';
}
