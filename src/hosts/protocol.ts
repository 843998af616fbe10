/**
 * The wire: one JSON text a line, ASCII only (`\uXXXX` for the rest; a Chinese Windows answers in code page 936).
 *
 * To the agent, per platform (src/hosts/windows/channel.ts, src/hosts/linux/channel.ts): the agent's source once, then a request a line.
 * From the agent: lines that begin with `@@`; everything else on the stream is noise of the shell and is kept for diagnosis only.
 *
 *     @@{"hello":{…}}
 *     @@{"id":7,"results":[{"ok":{…}},{"error":{"code":"not-found","message":"…"}}]}
 */
import { z } from 'zod';
import type { Json } from '../core/finding.ts';
import type { Call, ErrorCode, Hello, StepResult } from '../core/primitives.ts';

export const protocolVersion = 1;
export const answerPrefix = '@@';

export interface Request {
  readonly id: number;
  readonly calls: readonly Call[];
}

const errorCodes = [
  'not-found',
  'denied',
  'timeout',
  'busy',
  'no-space',
  'hash-mismatch',
  'no-answer',
  'duplicate-address',
  'unsupported',
  'bad-request',
  'failed',
] as const satisfies readonly ErrorCode[];

/** JSON.parse has just made it; walking it again would be a sixth of what a check costs the controller. */
const json = z.custom<Json>((value) => value !== undefined);

const wireError = z.object({
  code: z.enum(errorCodes),
  message: z.string(),
  detail: z.record(z.string(), json).optional(),
});
export const hello: z.ZodType<Hello> = z.object({
  protocol: z.literal(protocolVersion),
  agent: z.string().regex(/^[0-9a-f]{64}$/),
  platform: z.enum(['windows', 'linux']),
  osVersion: z.string(),
  bootTime: z.iso.datetime(),
  machineId: z.string().min(1),
  pid: z.int(),
});
const answer = z.union([
  z.object({ hello }),
  z.object({ id: z.int(), results: z.array(z.union([z.object({ ok: json }), z.object({ error: wireError })])) }),
]);
export type Answer = { hello: Hello } | { id: number; results: StepResult[] };

/** One line of ASCII, without its newline. */
export function toAscii(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** @returns undefined for a line that is not an answer (a banner, a warning of the shell). @throws when an answer is malformed. */
export function parseAnswer(line: string): Answer | undefined {
  if (!line.startsWith(answerPrefix)) return undefined;
  return answer.parse(JSON.parse(line.slice(answerPrefix.length))) as Answer;
}
