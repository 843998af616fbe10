/** How a job stands, and why a call or one of its steps has failed. */
import type { Json } from './finding.ts';

export type JobState =
  'absent' | 'running' | 'awaiting-confirmation' | 'done' | 'rolled-back' | 'failed' | 'interrupted';
export interface JobStatus {
  readonly id: string;
  readonly state: JobState;
  /** How many steps have finished; the failed one is `steps[completed]`. */
  readonly completed: number;
  /** One result per finished step, in order. */
  readonly results: readonly StepResult[];
  /** Why a step failed, or why it was rolled back. */
  readonly error: WireError | null;
}
export type StepResult = { readonly ok: Json } | { readonly error: WireError };
export interface WireError {
  readonly code: ErrorCode;
  readonly message: string;
  /** Facts of the failure: `{ expected, actual }` hashes, an exit code, the bytes that were free. */
  readonly detail?: { readonly [key: string]: Json };
}
export type ErrorCode =
  | 'not-found'
  | 'denied'
  | 'timeout'
  | 'busy'
  | 'no-space'
  | 'hash-mismatch'
  | 'no-answer'
  | 'duplicate-address'
  | 'unsupported'
  | 'bad-request'
  | 'failed';
