/** The first packet of a MySQL server, which it sends without being asked (MySQL internals, Protocol::HandshakeV10 and ERR_Packet). */
import type { Heard } from './heard.ts';

/** The server speaks first. */
export const ask = Buffer.alloc(0);

export function understand(received: Buffer): Heard {
  const length = received.length >= 4 ? received.readUIntLE(0, 3) : 0;
  const payload = received.subarray(4, 4 + length);
  if (length === 0 || payload.length === 0 || received[3] !== 0)
    return { version: null, why: 'not a packet of a MySQL server' };
  if (payload[0] === 0xff) {
    // 1129: too many failed connections, 1130: this host may not connect. Before the login there is no SQL state in it.
    const code = payload.length >= 3 ? payload.readUInt16LE(1) : 0;
    return { version: null, why: `error ${code}: ${payload.subarray(3).toString('latin1')}` };
  }
  const end = payload.indexOf(0, 1);
  if (payload[0] !== 0x0a || end < 2) return { version: null, why: 'not a handshake of protocol 10' };
  return { version: payload.subarray(1, end).toString('latin1'), why: null };
}
