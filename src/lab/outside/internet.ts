/**
 * A stand-in for the internet: whatever its name or address, a server is there and answers everybody. So what a router lets through is answered, and what is not
 * answered the router has stopped. Nothing of it leaves this process.
 */
import { createHash } from 'node:crypto';
import dns, { type Answer, type Question } from 'dns-packet';
import { readHello, serverHello } from './tls.ts';

/** @returns undefined: nothing comes back, of TCP on a connection that is open */
type Server = (sent: Buffer) => Buffer | undefined | Promise<Buffer | undefined>;

export type Transport = 'tcp' | 'udp';

export class Internet {
  /** RFC 2544: 198.18.0.0/15 belongs to nobody. A name has the same address every time, and now and then shares it with another one. */
  addressOf(name: string): string {
    const [first = 0, second = 0, third = 0] = createHash('sha256').update(name.toLowerCase()).digest();
    return `198.${18 + (first & 1)}.${second}.${1 + (third % 254)}`;
  }

  /** First bytes of what a server there says to these. */
  async answer(transport: Transport, port: number, sent: Buffer): Promise<Buffer | undefined> {
    const server = (transport === 'tcp' ? overTcp : overUdp)[port];
    return sent.length === 0 ? undefined : server?.(sent);
  }

  /** As any public resolver answers. */
  resolve(message: Buffer): Buffer {
    return answered(message, ({ name, type }) => {
      if (type === 'A') return [{ type, name, ttl: 60, data: this.addressOf(name) }];
      return type === 'TXT' ? [{ type, name, ttl: 60, data: 'v=spf1 -all' }] : [];
    });
  }
}

/** A response to the questions of a DNS message. */
export function answered(message: Buffer, answersTo: (question: Question) => Answer[]): Buffer {
  const { id, questions = [] } = dns.decode(message);
  const flags = dns.RECURSION_DESIRED | dns.RECURSION_AVAILABLE;
  return dns.encode({
    type: 'response',
    ...(id !== undefined && { id }),
    flags,
    questions,
    answers: questions.flatMap(answersTo),
  });
}

/** RFC 1035, 4.2.2: over TCP a length goes before. */
const framed = (message: Buffer): Buffer => {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(message.length);
  return Buffer.concat([length, message]);
};

const internet = new Internet();

const page: Server = (sent) => {
  if (!/^[A-Z]+ \S+ HTTP\/1\.[01]\r\n/.test(sent.toString('latin1'))) return undefined;
  const body = '<!doctype html><title>stand-in</title><p>A page of the stand-in internet.\n';
  const head = ['HTTP/1.1 200 OK', 'Server: stand-in', 'Content-Type: text/html', `Content-Length: ${body.length}`];
  return Buffer.from(`${head.join('\r\n')}\r\nConnection: close\r\n\r\n${body}`);
};
const secure: Server = async (sent) => {
  const hello = await readHello(sent);
  return hello === undefined ? undefined : serverHello(hello);
};

const overTcp: Readonly<Record<number, Server>> = {
  53: (sent) => framed(internet.resolve(sent.subarray(2))),
  80: page,
  443: secure,
  853: secure,
  8080: page,
  8443: secure,
};

const overUdp: Readonly<Record<number, Server>> = {
  53: (sent) => internet.resolve(sent),
  // RFC 5905: the mode of an answer is 4, whoever asked in mode 3.
  123: (sent) => Buffer.concat([Buffer.from([((sent[0] ?? 0) & 0b0011_1000) | 4, 1]), Buffer.alloc(46)]),
  443: versionsOf,
};

/** RFC 9000, 6 and 17.2.1: a server that has not that version names those that it has, and gives the connection's two ids back the other way round. */
function versionsOf(sent: Buffer): Buffer | undefined {
  if (sent.length < 1200 || ((sent[0] ?? 0) & 0x80) === 0) return undefined;
  const to = sent.subarray(5, 6 + (sent[5] ?? 0));
  const from = sent.subarray(5 + to.length, 6 + to.length + (sent[5 + to.length] ?? 0));
  return Buffer.concat([Buffer.from([0x80, 0, 0, 0, 0]), from, to, Buffer.from([0, 0, 0, 1])]);
}
