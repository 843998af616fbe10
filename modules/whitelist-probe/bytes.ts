/** First bytes of a conversation, and what the first bytes of an answer mean. */
import { Duplex } from 'node:stream';
import tls from 'node:tls';
import dns from 'dns-packet';

const hellos = new Map<string | undefined, Promise<Buffer>>();

/**
 * A ClientHello as Node's own TLS writes it: no handshake is ever finished, the server's first record tells enough. Made once for each name:
 * a room asks the same of every PC, and what is there already costs no turn of the event loop, so a PC's calls still travel together.
 *
 * @param name for SNI; undefined: without
 */
export function clientHello(name: string | undefined): Promise<Buffer> {
  const hello = hellos.get(name) ?? writtenHello(name);
  hellos.set(name, hello);
  return hello;
}

async function writtenHello(name: string | undefined): Promise<Buffer> {
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
    rejectUnauthorized: false,
  });
  // It is given up on purpose, and says so.
  socket.on('error', () => undefined);
  const hello = await written.promise;
  socket.destroy();
  return hello;
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
