/** The errors a person is meant to see. Everything else is a bug, and only a bug prints a stack. */
import type { Finding, Lang, Text } from './finding.ts';
import { language } from './language.ts';
import type { ErrorCode, WireError } from './primitives.ts';

/** One fault in something a person wrote or asked for: an inventory cell, an option, a file. */
export interface Problem {
  /** `inventories/room-301.yaml:14:7`, `assets.csv row 10 column IP地址`, `r301-s07 static-ip.gateway`. */
  readonly where: string;
  readonly expected: Text;
  readonly got: string;
  readonly fix: Text;
  /** Stable, for searching: `INV007`. Listed in docs/reference/errors.md. */
  readonly code: string;
}

/** All problems at once; nothing was changed. The command line prints one line a problem and exits 2. */
export class UserError extends Error {
  override readonly name = 'UserError';
  readonly problems: readonly Problem[];
  constructor(problems: readonly Problem[]) {
    super(problems.map((problem) => formatProblem(problem, 'en')).join('\n'));
    this.problems = problems;
  }
}

/** `<where>: expected …, got …; <fix> [CODE]` */
export function formatProblem(problem: Problem, lang: Lang): string {
  const { where, expected, got, fix, code } = problem;
  return lang === 'zh'
    ? `${where}：应为 ${expected.zh}，实为 ${got}；${fix.zh} [${code}]`
    : `${where}: expected ${expected.en}, got ${got}; ${fix.en} [${code}]`;
}

/** The machine answered, and refused this one call. */
export class CallError extends Error {
  override readonly name = 'CallError';
  readonly code: ErrorCode;
  readonly detail: WireError['detail'];
  constructor(call: string, error: WireError) {
    super(`${call}: ${error.message}`);
    this.code = error.code;
    this.detail = error.detail;
  }
}

export type HostErrorCode =
  | 'not-enrolled'
  | 'unreachable'
  | 'host-key-changed'
  | 'auth-failed'
  | 'agent-failed'
  | 'session-lost'
  | 'request-timeout'
  | 'restart-timeout'
  /** Whoever asked has been told to stop (Ctrl-C): not to be tried again, and nothing is known of the machine. */
  | 'cancelled';

/**
 * There is no answer to be had from the machine. `mayHaveHappened` is true when a changing call was on its way as the session died: the
 * caller must look again before it acts again.
 */
export class HostError extends Error {
  override readonly name = 'HostError';
  readonly host: string;
  readonly code: HostErrorCode;
  readonly mayHaveHappened: boolean;
  constructor(host: string, code: HostErrorCode, message: string, mayHaveHappened = false) {
    super(`${host}: ${message} [${code}]`);
    this.host = host;
    this.code = code;
    this.mayHaveHappened = mayHaveHappened;
  }
}

/** A module could not make a machine as required. The message has one line for every property that stays wrong. */
export class ConvergeError extends Error {
  override readonly name = 'ConvergeError';
  readonly findings: readonly Finding[];
  constructor(host: string, module: string, findings: readonly Finding[], lang: Lang = language()) {
    super(findings.map((finding) => formatFinding(host, module, finding, lang)).join('\n'));
    this.findings = findings;
  }
}

/** `r301-s07 static-ip.gateway: <sentence> [P6 drifted]` */
export function formatFinding(host: string, module: string, finding: Finding, lang: Lang): string {
  const { property, sentence, requirement, verdict } = finding;
  return `${host} ${module}.${property}: ${sentence[lang]} [${requirement} ${verdict}]`;
}

export const isCancelled = (error: unknown): boolean => error instanceof HostError && error.code === 'cancelled';

/** For `catch`: there was no answer to be had, which the caller expects; a cancellation is passed on. */
export function unlessGone(error: unknown): undefined {
  if (error instanceof HostError && !isCancelled(error)) return undefined;
  throw error;
}

/** For `catch`: the answer was lost, and what was asked may have happened. */
export function unlessUnderWay(error: unknown): undefined {
  if (error instanceof HostError && error.mayHaveHappened) return undefined;
  throw error;
}

/** For `catch`: the machine answered, and said no. */
export function unlessRefused(error: unknown): undefined {
  if (error instanceof CallError) return undefined;
  throw error;
}
