/** The machine refuses: what a primitive answers as a typed error, and what a program model sees as a failed system call. */
import type { ErrorCode, WireError } from '../../core/primitives.ts';
import type { Json } from '../../core/finding.ts';

export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: ErrorCode;
  readonly detail: Readonly<Record<string, Json>> | undefined;
  constructor(code: ErrorCode, message: string, detail?: Readonly<Record<string, Json>>) {
    super(message);
    this.code = code;
    this.detail = detail;
  }
}

export function toWire(error: unknown): WireError {
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof Refusal)) return { code: 'failed', message };
  return { code: error.code, message, ...(error.detail && { detail: error.detail }) };
}
