/** The beginning of a TLS handshake as a server sees it, and its answer. Nobody goes on from there: there are no keys behind it. */
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { getExtensionData, NonTlsError, readTlsClientHello, type TlsClientHelloMessage } from 'read-tls-client-hello';

/** @returns undefined where it is no TLS */
export async function readHello(sent: Buffer): Promise<TlsClientHelloMessage | undefined> {
  try {
    return await readTlsClientHello(Readable.from([sent], { objectMode: false }));
  } catch (error) {
    if (error instanceof NonTlsError) return undefined;
    throw error;
  }
}

/** The name of the site that is asked for (RFC 6066, 3), in lower case. */
export const nameIn = (hello: TlsClientHelloMessage): string | undefined =>
  getExtensionData(hello, 'server_name')?.serverName?.toLowerCase();

/** RFC 5246, 7.4.1.3: a ServerHello of TLS 1.2 with the client's first usable cipher suite. */
export function serverHello({ cipherSuites, sessionId }: TlsClientHelloMessage): Buffer {
  const suite = cipherSuites.find((one) => one >> 8 === 0xc0) ?? cipherSuites[0] ?? 0;
  const session = Buffer.concat([Buffer.from([sessionId.length]), sessionId]);
  const chosen = Buffer.from([suite >> 8, suite & 0xff, 0]);
  const body = Buffer.concat([version, randomBytes(32), session, chosen]);
  const handshake = Buffer.concat([Buffer.from([2, 0, 0, body.length]), body]);
  return Buffer.concat([Buffer.from([22]), version, Buffer.from([0, handshake.length]), handshake]);
}
const version = Buffer.from([3, 3]);
