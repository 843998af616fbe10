/** What is asked from a PC, and what came of it. */
import { z } from 'zod';
import type { ExchangeResult } from '../../src/core/exchange.ts';

const name = z.string().regex(/^[a-z0-9.-]+$/);

export const targets = z.strictObject({
  names: z.array(name).meta({ description: 'names that must not be reached' }),
  addresses: z.array(z.ipv4()).meta({ description: 'addresses that must not be reached: they answer on 80 and 443' }),
  ports: z.array(z.int().min(1).max(65535)).meta({ description: 'more TCP ports of these addresses' }),
  resolvers: z.array(z.ipv4()).meta({ description: 'DNS servers that must not be reached' }),
  doh: z.array(name).meta({ description: 'names of DNS servers over HTTPS' }),
  text: name.meta({ description: 'domain that has TXT records' }),
  time: z.array(z.ipv4()).meta({ description: 'NTP servers that must not be reached' }),
  ipv6: z.array(z.ipv6()).meta({ description: 'IPv6 addresses that must not be reached' }),
  blockPage: z
    .string()
    .meta({ description: "what a router's own page for blocked addresses says; a regular expression" }),
});
export type Targets = z.infer<typeof targets>;

export const desired = z.strictObject({
  dns: z.ipv4().meta({ description: "the PC's own DNS server" }),
  http: z.array(z.string()).meta({ description: 'sites of the whitelist over HTTP: host, port, path' }),
  https: z.array(z.string()).meta({ description: 'sites of the whitelist over HTTPS' }),
  inspect: z.array(z.string()).default([]).meta({
    description: 'the same where the router opens TLS: what comes must be under the certificate of the exam site',
  }),
  authority: z
    .string()
    .nullable()
    .default(null)
    .meta({ description: "certificate of the exam site's own authority: DER, base64; null: nothing is opened" }),
  addresses: z.array(z.string()).meta({ description: 'addresses of the whitelist' }),
  unprobed: z
    .array(z.string())
    .default([])
    .meta({ description: 'entries that stand for many hosts and have no sample: nobody can try them' }),
  targets: targets.meta({ description: 'what must not be reached' }),
});
export type Desired = z.output<typeof desired>;

const result: z.ZodType<ExchangeResult> = z.strictObject({
  outcome: z.enum(['answered', 'connected', 'refused', 'silent', 'unreachable']),
  received: z.string().meta({ description: 'first bytes of the answer, base64' }),
  resolved: z.string().nullable().meta({ description: 'address it went to' }),
  detail: z.string().meta({ description: 'in words of the PC' }),
});

export const actual = z.strictObject({
  results: z.record(z.string(), result).meta({ description: 'by probe: what came of it' }),
  unobserved: z.string().nullable().meta({ description: 'why nothing could be asked' }),
});
export type Actual = z.output<typeof actual>;
