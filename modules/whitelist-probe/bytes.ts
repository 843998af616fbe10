/** First bytes of a conversation, and what the first bytes of an answer mean. */
import { X509Certificate } from 'node:crypto';
import { Duplex } from 'node:stream';
import tls from 'node:tls';
import dns from 'dns-packet';

const hellos = new Map<string, Promise<Buffer>>();

/**
 * A ClientHello as Node's own TLS writes it: no handshake is ever finished, the server's first record tells enough. Made once for each name:
 * a room asks the same of every PC, and what is there already costs no turn of the event loop, so a PC's calls still travel together.
 *
 * @param name for SNI; undefined: without. @param newest of the versions that are offered
 */
export function clientHello(name: string | undefined, newest?: tls.SecureVersion): Promise<Buffer> {
  const key = JSON.stringify([name, newest]);
  const hello = hellos.get(key) ?? writtenHello(name, newest);
  hellos.set(key, hello);
  return hello;
}

/**
 * A hello that a server answers with its certificate in plain sight (TLS 1.2: RFC 5246, 7.4.2), and then, at once, "I will not go on" (user_canceled, 7.2.2):
 * so the server has said all that it will, and closes.
 */
export const certificateHello = async (name: string): Promise<Buffer> =>
  Buffer.concat([await clientHello(name, 'TLSv1.2'), Buffer.from([0x15, 3, 3, 0, 2, 2, 90])]);

async function writtenHello(name: string | undefined, newest: tls.SecureVersion | undefined): Promise<Buffer> {
  const written = Promise.withResolvers<Buffer>();
  const wire = new Duplex({
    read: () => undefined,
    write: (chunk: Buffer, _encoding, done) => {
      written.resolve(chunk);
      done();
    },
  });
  const socket = tls.connect({
    socket: wire,
    ...(name === undefined ? {} : { servername: name }),
    ...(newest === undefined ? {} : { maxVersion: newest }),
    rejectUnauthorized: false,
  });
  // It is given up on purpose, and says so.
  socket.on('error', () => undefined);
  const hello = await written.promise;
  socket.destroy();
  return hello;
}

/** The server's own certificate, of a handshake in TLS 1.2. @returns undefined where the answer holds none */
export function serverCertificate(bytes: Buffer): X509Certificate | undefined {
  const message = handshakeMessages(bytes).find(({ type }) => type === certificateMessage);
  // Lengths of three bytes: of the list, of the first in it.
  if (message === undefined || message.body.length < 6) return undefined;
  const length = message.body.readUIntBE(3, 3);
  try {
    return new X509Certificate(message.body.subarray(6, 6 + length));
  } catch {
    return undefined;
  }
}
const certificateMessage = 11;
const handshakeRecord = 0x16;

/** RFC 5246, 6.2.1 and 7.4: records are cut as the server likes; the messages in them have lengths of their own. Whole ones only. */
function handshakeMessages(bytes: Buffer): { readonly type: number; readonly body: Buffer }[] {
  const parts: Buffer[] = [];
  for (let at = 0; at + 5 <= bytes.length && bytes[at] === handshakeRecord; at += 5 + bytes.readUInt16BE(at + 3))
    parts.push(bytes.subarray(at + 5, at + 5 + bytes.readUInt16BE(at + 3)));
  const all = Buffer.concat(parts);
  const messages: { type: number; body: Buffer }[] = [];
  for (let at = 0; at + 4 <= all.length; at += 4 + all.readUIntBE(at + 1, 3)) {
    const end = at + 4 + all.readUIntBE(at + 1, 3);
    if (end <= all.length) messages.push({ type: all.readUInt8(at), body: all.subarray(at + 4, end) });
  }
  return messages;
}

/** RFC 8446, 5.1: a handshake record is a server that goes on, an alert one that does not. */
export function tlsAnswer(bytes: Buffer): 'hello' | 'alert' | 'other' {
  if (bytes[0] === 0x16) return 'hello';
  return bytes[0] === 0x15 ? 'alert' : 'other';
}

export const httpRequest = (host: string, path: string): Buffer =>
  Buffer.from(
    `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nUser-Agent: examsite\r\nAccept: */*\r\nConnection: close\r\n\r\n`,
  );

/** @returns undefined where it is no HTTP */
export function httpAnswer(bytes: Buffer): { status: number; text: string } | undefined {
  const text = bytes.toString('latin1');
  const status = /^HTTP\/\d(?:\.\d)? (\d{3})/.exec(text)?.[1];
  return status === undefined ? undefined : { status: Number(status), text };
}

export const dnsQuestion = (name: string, type: 'A' | 'TXT'): Buffer =>
  dns.encode({ type: 'query', id: 0x4578, flags: dns.RECURSION_DESIRED, questions: [{ type, name }] });

/** A length in front, as over TCP. */
export const overTcp = (message: Buffer): Buffer => {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(message.length);
  return Buffer.concat([length, message]);
};

/** Records of an answer, in words; an empty list where there are none. @returns undefined where it is no DNS */
export function dnsAnswer(message: Buffer): string[] | undefined {
  try {
    const { type, answers = [] } = dns.decode(message);
    if (type !== 'response') return undefined;
    return answers.flatMap((one) => ('data' in one ? [`${one.type} ${JSON.stringify(one.data)}`] : []));
  } catch {
    return undefined;
  }
}

/**
 * RFC 9000, 17.2.1 and 6: a server answers a first packet of a version that nobody has with the versions that it has. 1200 bytes, or it need not.
 */
export function quicPacket(): Buffer {
  const head = Buffer.from([
    0xc0,
    0x1a,
    0x2a,
    0x3a,
    0x4a,
    8,
    ...Buffer.from('examsite'),
    8,
    ...Buffer.from('nobodyis'),
  ]);
  return Buffer.concat([head, Buffer.alloc(1200 - head.length)]);
}

/** RFC 5905: version 4, client. */
export const ntpPacket = (): Buffer => Buffer.concat([Buffer.from([0x23]), Buffer.alloc(47)]);
