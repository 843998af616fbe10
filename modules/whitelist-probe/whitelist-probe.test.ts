// Does not prove that a router is tight: test/network/leaktest.test.ts asks through a real one.
import { describe, expect, it } from 'vitest';
import type { ExchangeResult } from '../../src/core/exchange.ts';
import { HostError } from '../../src/core/errors.ts';
import { runCases } from '../cases.ts';
import { ScriptedHost, type Answer } from '../scripted-host.ts';
import { clientHello, dnsAnswer, dnsQuestion, quicPacket } from './bytes.ts';
import { whitelistProbe } from './module.ts';
import { outlines, probesOf } from './probes.ts';
import { desired as schema } from './schema.ts';

runCases(whitelistProbe, import.meta.dirname);

const desired = schema.parse({
  dns: '10.30.1.1',
  http: ['exam.example:80/', '*.cdn.example:80/'],
  https: ['exam.example:443/', 'exam.example:443/a', 'v.example:8443/'],
  addresses: ['203.0.113.40:8443', '203.0.113.64/28', '203.0.113.41'],
  targets: {
    ...{
      names: ['www.evil.example'],
      addresses: ['198.18.0.66'],
      ports: [853],
      resolvers: ['198.18.0.54'],
      doh: ['doh.example'],
    },
    ...{ text: 'evil.example', time: ['198.18.0.123'], ipv6: ['2001:db8::1'], blockPage: 'x-examsite' },
  },
});

const base64 = (text: string | Buffer): string => Buffer.from(text).toString('base64');
const result = (outcome: ExchangeResult['outcome'], received: string | Buffer = ''): ExchangeResult => ({
  outcome,
  received: base64(received),
  resolved: '198.18.0.66',
  detail: '',
});
const said = (id: string, one: ExchangeResult): unknown => {
  const finding = whitelistProbe
    .plan(desired, { results: { [id]: one }, unobserved: null })
    .find(({ property }) => property === id);
  return finding?.actual;
};
/** RFC 1035: a response with one A record. */
const records = (address: string): Buffer => {
  const question = dnsQuestion('www.evil.example', 'A');
  const head = Buffer.from(question);
  head.writeUInt16BE(0x8180, 2);
  head.writeUInt16BE(1, 6);
  return Buffer.concat([
    head,
    Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, ...address.split('.').map(Number)]),
  ]);
};
const empty = (code: number): Buffer => {
  const head = Buffer.from(dnsQuestion('www.evil.example', 'A'));
  head.writeUInt16BE(0x8180 + code, 2);
  return head;
};

describe('an outcome', () => {
  const http = 'closed.http www.evil.example';
  const https = 'closed.https www.evil.example';
  const dns = 'closed.dns www.evil.example @ 198.18.0.54';
  it.each<[string, string, ExchangeResult, string]>([
    ['a page', http, result('answered', 'HTTP/1.1 200 OK\r\n\r\nhello'), 'leaked'],
    ['a redirect', http, result('answered', 'HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n'), 'leaked'],
    [
      "the router's own page",
      http,
      result('answered', 'HTTP/1.1 403 Forbidden\r\nX-Examsite: blocked\r\n\r\n'),
      'blocked',
    ],
    ['no HTTP', http, result('answered', '\u0000\u0001'), 'could not tell'],
    ['a connection that is closed', http, result('connected'), 'blocked'],
    ['a reset', http, result('refused'), 'blocked'],
    ['no such name', http, result('unreachable'), 'blocked'],
    ['a TLS server that goes on', https, result('answered', Buffer.from([0x16])), 'leaked'],
    ['a TLS alert', https, result('answered', Buffer.from([0x15])), 'blocked'],
    ['silence', https, result('silent'), 'blocked'],
    ['an open port', 'closed.tcp 198.18.0.66:853', result('connected'), 'leaked'],
    ['a resolver that tells', dns, result('answered', records('198.18.0.10')), 'leaked'],
    ['a resolver that is the router itself', dns, result('answered', records('10.30.1.1')), 'blocked'],
    ['a resolver that knows no such name', dns, result('answered', empty(3)), 'blocked'],
    ['a resolver that speaks nonsense', dns, result('answered', 'xx'), 'could not tell'],
    ['a QUIC server', 'closed.quic 198.18.0.66', result('answered', Buffer.from([0xc0])), 'leaked'],
    ['a listed page', 'listed.http exam.example:80/', result('answered', 'HTTP/1.1 404 Not Found\r\n\r\n'), 'answers'],
    [
      'a listed page that the router keeps back',
      'listed.http exam.example:80/',
      result('answered', 'HTTP/1.1 503 x\r\nX-Examsite: unreachable\r\n\r\n'),
      'dead',
    ],
    ['a listed server that is off', 'listed.https exam.example:443', result('refused'), 'dead'],
    ['a listed address', 'listed.tcp 203.0.113.40:8443', result('connected'), 'answers'],
  ])('%s means: %s', (_, id, one, meaning) => {
    expect(said(id, one)).toBe(meaning);
  });
});

describe('what is asked', () => {
  it('is every listed entry that can be asked for, once', () => {
    const listed = outlines(desired)
      .filter((one) => one.listed)
      .map(({ id }) => id);
    expect(listed).toEqual([
      'listed.http exam.example:80/',
      'listed.https exam.example:443',
      'listed.https v.example:8443',
      'listed.tcp 203.0.113.40:8443',
    ]);
  });

  it('has names of its own, the same in every run', async () => {
    const [first, second] = await Promise.all([probesOf(desired), probesOf(desired)]);
    expect(new Set(first.map(({ id }) => id)).size).toBe(first.length);
    expect(first.map(({ id }) => id)).toEqual(second.map(({ id }) => id));
  });

  it('is made of bytes that servers understand', async () => {
    const hello = await clientHello('exam.example');
    expect(hello[0]).toBe(0x16);
    expect(hello.includes('exam.example')).toBe(true);
    expect((await clientHello(undefined)).includes('exam.example')).toBe(false);
    expect(dnsAnswer(records('198.18.0.10'))).toEqual(['A "198.18.0.10"']);
    expect(quicPacket()).toHaveLength(1200);
  });
});

it('says by name which entries nobody can try, and never that they are as they must be', () => {
  const [finding, ...more] = whitelistProbe
    .plan(schema.parse({ ...desired, unprobed: ['*.cdn.example'] }), { results: {}, unobserved: null })
    .filter(({ actual }) => actual === 'not probed');
  expect(finding).toMatchObject({ property: 'listed.any *.cdn.example', verdict: 'unknown', requirement: 'P15' });
  expect(more).toEqual([]);
});

describe('looking', () => {
  it('takes one round trip, and what a PC cannot ask is unknown', async () => {
    const denied: Answer[] = [{ call: 'net.exchange', args: {}, error: { code: 'unsupported', message: 'no' } }];
    const host = new ScriptedHost(denied);
    const findings = whitelistProbe.plan(
      desired,
      whitelistProbe.actual.parse(await whitelistProbe.read(host, desired)),
    );
    expect(host.roundTrips).toBe(1);
    expect(new Set(findings.map(({ verdict }) => verdict))).toEqual(new Set(['unknown']));
  });

  it("travels with the PC's other calls once its bytes are there", async () => {
    const answers: Answer[] = [
      { call: 'net.exchange', args: {}, ok: { results: [] } },
      { call: 'process.list', args: {}, ok: { names: [] } },
    ];
    await probesOf(desired);
    const host = new ScriptedHost(answers);
    await Promise.all([whitelistProbe.read(host, desired), host.call('process.list', {})]);
    expect(host.roundTrips).toBe(1);
  });

  it('at a PC that is off tells so', async () => {
    await expect(whitelistProbe.read(new ScriptedHost([], {}, 'unreachable'), desired)).rejects.toThrow(HostError);
  });
});
