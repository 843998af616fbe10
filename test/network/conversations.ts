/** The rows of conversations.yaml, as what a PC has to do for them. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { desired, rules, type Desired } from '../../modules/whitelist-router/schema.ts';
import { room } from './exam-network.ts';
import { internet } from './internet.ts';

const about = { id: z.string(), what: z.string(), says: z.string().optional() };
const row = z.union([
  z.strictObject({ ...about, curl: z.array(z.string()), trusting: z.literal(true).optional() }),
  z.strictObject({ ...about, tls: z.string(), send: z.string() }),
  z.strictObject({ ...about, ping: z.ipv4() }),
  z.strictObject({ ...about, http: z.string() }),
  z.strictObject({
    ...about,
    dns: z.string(),
    type: z.int().default(1),
    server: z.ipv4(),
    tcp: z.literal(true).optional(),
  }),
  z.strictObject({
    ...about,
    protocol: z.union([z.enum(['tcp', 'udp']), z.int()]),
    address: z.ipv4(),
    port: z.int().default(0),
    send: z.string(),
  }),
]);
export type Row = z.infer<typeof row>;

const file = path.join(import.meta.dirname, 'conversations.yaml');
export const conversations = z
  .strictObject({
    ...{ rules, allowed: z.array(row), forbidden: z.array(row) },
    inspect: rules.shape.inspect,
    inspected: z.strictObject({ allowed: z.array(row), forbidden: z.array(row) }),
  })
  .parse(parse(readFileSync(file, 'utf8')));

/** The router that the conversations are about. */
export const wanted = (of: Partial<z.input<typeof desired>> = {}): Desired =>
  desired.parse({
    lan: { interface: 'lan0', address: room.gateway, prefix: 24 },
    wan: { interface: 'wan0' },
    upstream: [internet.resolver],
    management: { address: '127.0.0.1', from: ['10.99.0.0/24'] },
    // The room lies in one of them.
    privateNetworks: ['10.60.0.0/24', '10.30.0.0/16'],
    services: [{ name: 'depot.exam', address: '10.30.1.250' }],
    rules: conversations.rules,
    ...of,
  });

/** Bytes to somewhere, for rows without a client program; undefined for the others. */
export function packetOf(
  one: Row,
): { protocol: 'tcp' | 'udp' | number; address: string; port: number; send: Buffer } | undefined {
  if ('http' in one) return { protocol: 'tcp', address: room.gateway, port: 80, send: Buffer.from(one.http) };
  if ('protocol' in one) return { ...one, send: Buffer.from(one.send) };
  if (!('dns' in one)) return undefined;
  const message = question(one.dns, one.type);
  const send = one.tcp === true ? Buffer.concat([lengthOf(message), message]) : message;
  return { protocol: one.tcp === true ? 'tcp' : 'udp', address: one.server, port: 53, send };
}

/** A question with recursion asked for; type 1 is A, 16 TXT, 28 AAAA. */
function question(name: string, type: number): Buffer {
  const labels = name.split('.').map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)]));
  const head = Buffer.from([0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
  return Buffer.concat([head, ...labels, Buffer.from([0, 0, type, 0, 1])]);
}

function lengthOf(message: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(message.length);
  return length;
}

/** An answer of a resolver in words: its first four bits of flags say whether the name exists, the next number how many records came. */
export function answerOf(message: Buffer): string {
  const code = message.readUInt8(3) % 16;
  if (code === 3) return 'no such name';
  if (code !== 0) return `error ${code}`;
  // The address of an A record stands at the end.
  return message.readUInt16BE(6) === 0 ? 'no answer' : `an answer: ${[...message.subarray(-4)].join('.')}`;
}
