/** What a module would do to a machine that takes its time: foretold by `examsite plan`, done by nobody. */
import type { Artifact } from './host.ts';
import type { Finding } from './finding.ts';

export interface Work {
  /** A product of the depot, `wheels`, `address` or `restart`: how long it takes is in handbook/durations.yaml. */
  readonly what: string;
  /** Fetched before it, all together. */
  readonly files: readonly Artifact[];
}

/** A machine as a module has seen it. */
export interface Seen<Actual> {
  readonly actual: Actual;
  readonly findings: readonly Finding[];
}

/** Properties that `apply` would put right. */
export const drifted = (findings: readonly Finding[]): ReadonlySet<string> =>
  new Set(findings.filter(({ verdict }) => verdict === 'drifted').map(({ property }) => property));

export const restarts = (count: number): Work[] =>
  Array.from({ length: Math.max(0, count) }, () => ({ what: 'restart', files: [] }));
