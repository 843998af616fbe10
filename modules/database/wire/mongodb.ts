/**
 * `buildInfo`, which a MongoDB server answers to anybody, in the oldest form that every version up to 5.0 understands: OP_QUERY on
 * `admin.$cmd`, answered by OP_REPLY (MongoDB wire protocol; BSON by the vendor's own library).
 */
import { deserialize, serialize } from 'bson';
import { z } from 'zod';
import type { Heard } from './heard.ts';

const query = 2004;
const reply = 1;
const headBytes = 16;
/** OP_REPLY's own fields before its documents: flags, cursor (8), starting from, count. */
const replyBytes = 20;
const requestId = 4711;

export const ask: Buffer = question();

function question(): Buffer {
  const collection = Buffer.from('admin.$cmd\0');
  const numbers = Buffer.alloc(8);
  numbers.writeInt32LE(-1, 4);
  const body = Buffer.concat([Buffer.alloc(4), collection, numbers, serialize({ buildInfo: 1 })]);
  const head = Buffer.alloc(headBytes);
  head.writeInt32LE(headBytes + body.length, 0);
  head.writeInt32LE(requestId, 4);
  head.writeInt32LE(query, 12);
  return Buffer.concat([head, body]);
}

const answer = z.looseObject({ ok: z.number(), version: z.string().optional(), errmsg: z.string().optional() });

export function understand(received: Buffer): Heard {
  const none: Heard = { version: null, why: 'not an answer of a MongoDB server' };
  if (received.length < headBytes + replyBytes || received.readInt32LE(12) !== reply) return none;
  if (received.readInt32LE(8) !== requestId) return none;
  try {
    const { ok, version, errmsg } = answer.parse(
      deserialize(received.subarray(headBytes + replyBytes, received.readInt32LE(0))),
    );
    return ok === 1 && version !== undefined
      ? { version, why: null }
      : { version: null, why: errmsg ?? 'buildInfo failed' };
  } catch {
    return none;
  }
}
