/** PING, and what a Redis server answers to it (redis.io, RESP): `+PONG`, or `-NOAUTH` when it wants a password first. */
import type { Heard } from './heard.ts';

export const ask = Buffer.from('PING\r\n');

export function understand(received: Buffer): Heard {
  const line = received.toString('latin1').split('\r\n')[0] ?? '';
  if (line === '+PONG' || line.startsWith('-NOAUTH ')) return { version: '', why: null };
  // Without a password and bound to more than loopback, it protects itself.
  if (line.startsWith('-DENIED ')) return { version: '', why: null };
  return { version: null, why: line === '' ? 'not an answer of a Redis server' : `answered ${line.slice(0, 80)}` };
}
