// Does not prove that a server means what it says: only that its first bytes are read right, and nothing else is taken for them.
import { serialize } from 'bson';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { serverIds, servers } from './servers.ts';
import * as mongodb from './wire/mongodb.ts';
import * as mysql from './wire/mysql.ts';
import * as redis from './wire/redis.ts';

function packet(payload: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUIntLE(payload.length, 0, 3);
  return Buffer.concat([head, payload]);
}
function reply(document: object, to = 4711): Buffer {
  const body = serialize(document);
  const head = Buffer.alloc(36);
  head.writeInt32LE(36 + body.length, 0);
  head.writeInt32LE(to, 8);
  head.writeInt32LE(1, 12);
  return Buffer.concat([head, body]);
}

describe('MySQL', () => {
  const greeting = packet(Buffer.concat([Buffer.from([10]), Buffer.from('8.0.27\0'), Buffer.alloc(40, 7)]));
  it('tells its version before anybody logs in', () => {
    expect(mysql.understand(greeting)).toEqual({ version: '8.0.27', why: null });
  });
  it('may refuse this PC at once, which is no version', () => {
    const error = packet(Buffer.from([0xff, 0x69, 0x04, ...Buffer.from("Host '10.30.1.7' is blocked")]));
    expect(mysql.understand(error)).toEqual({ version: null, why: "error 1129: Host '10.30.1.7' is blocked" });
  });
});

test.each([
  ['+PONG\r\n', null],
  ['-NOAUTH Authentication required.\r\n', null],
  ['-DENIED Redis is running in protected mode …\r\n', null],
  ['-ERR unknown command\r\n', 'answered -ERR unknown command'],
  ['', 'not an answer of a Redis server'],
])('Redis that answers %j: %s', (line, why) => {
  expect(redis.understand(Buffer.from(line)).why).toBe(why);
});

describe('MongoDB', () => {
  it('tells its version', () => {
    expect(mongodb.understand(reply({ version: '4.0.27', ok: 1 }))).toEqual({ version: '4.0.27', why: null });
  });
  it('may say no, or answer somebody else', () => {
    expect(mongodb.understand(reply({ ok: 0, errmsg: 'no such command' })).why).toBe('no such command');
    expect(mongodb.understand(reply({ version: '4.0.27', ok: 1 }, 1)).version).toBe(null);
  });
});

test('whatever bytes come, in whatever pieces, there is an answer, and a version only where one was sent', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      for (const id of serverIds) {
        const { version, why } = servers[id].understand(Buffer.from(bytes));
        expect(version === null).toBe(why !== null);
        if (version !== null && version !== '') expect(Buffer.from(bytes).toString('latin1')).toContain(version);
      }
    }),
  );
  const whole = reply({ version: '4.0.27', ok: 1 });
  fc.assert(
    fc.property(fc.nat(whole.length - 1), (length) => {
      expect(mongodb.understand(whole.subarray(0, length)).version).toBe(null);
    }),
  );
});
