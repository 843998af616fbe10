/** What a session has at the other end of it: an agent, or a console that takes one line after the other. */
import type { Call, StepResult } from '../core/primitives.ts';

export interface Link {
  /** @returns one result per call, in their order. @throws LinkEnd */
  request(calls: readonly Call[]): Promise<StepResult[]>;
  /** Hardware addresses of the machine's network cards, lower case. @throws LinkEnd, CallError */
  macs(): Promise<readonly string[]>;
  readonly over: boolean;
  /** Settles when the link is over, for whatever reason; never rejects. */
  readonly closed: Promise<undefined>;
  close(): void;
}

/** The link is over, and with it every request that had no answer yet. */
export class LinkEnd extends Error {
  override readonly name = 'LinkEnd';
  readonly code: 'session-lost' | 'request-timeout';
  /** False when the link was already over before the request was sent: then it did not happen, and may be sent elsewhere. */
  readonly sent: boolean;
  constructor(code: LinkEnd['code'], message: string, sent: boolean) {
    super(message);
    this.code = code;
    this.sent = sent;
  }
}
