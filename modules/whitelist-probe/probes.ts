/** Every conversation that a PC is asked to try, with what its outcome means: from the whitelist and the targets. */
import { X509Certificate } from 'node:crypto';
import ipaddr from 'ipaddr.js';
import type { Exchange, ExchangeResult } from '../../src/core/exchange.ts';
import type { Text } from '../../src/core/finding.ts';
import { addressRule, siteRule } from '../../src/whitelist/rules.ts';
import {
  certificateHello,
  clientHello,
  dnsAnswer,
  dnsQuestion,
  httpAnswer,
  httpRequest,
  ntpPacket,
  overTcp,
  quicPacket,
  serverCertificate,
  tlsAnswer,
} from './bytes.ts';
import type { Desired } from './schema.ts';

/**
 * What was got: nothing, the router's own refusal, or something from outside. `unopened`: TLS that the router was to open, and it came as it is.
 * `unclear`: it does not tell.
 */
export type Meaning = 'nothing' | 'refused' | 'something' | 'unopened' | 'unclear';

/** A probe without its bytes: what it is about, and what an outcome of it means. */
export interface Outline {
  /** Unique, and the same in every run: `closed.http www.baidu.com`. */
  readonly id: string;
  readonly about: Text;
  /** On the whitelist, so that something must come. */
  readonly listed: boolean;
  readonly meaning: (result: ExchangeResult) => Meaning;
  readonly to: Target;
}

export interface Probe extends Outline {
  readonly exchange: Exchange;
}

interface Target {
  readonly protocol: 'tcp' | 'udp';
  readonly address: string;
  readonly port: number;
  readonly receiveBytes: number;
  /** Written first; `hello`: a ClientHello with this name in it, null: without one; `certificateOf`: one that is answered with the certificate. */
  readonly send: Buffer | { readonly hello: string | null } | { readonly certificateOf: string };
}

/**
 * Everything at once: it takes as long as the slowest. A room of 44 asks its DNS server some thousand questions in a second, and one that is lost is asked
 * again after five (resolv.conf(5), timeout): with less than that a listed site would be called dead for it.
 */
const timeoutMs = 8000;
const enough = { page: 2048, record: 1, message: 512, open: 0, certificates: 16_384 } as const;

/** @returns the outlines with their bytes; those of TLS are made by TLS itself, which takes a moment */
export function probesOf(desired: Desired): Promise<readonly Probe[]> {
  return Promise.all(
    outlines(desired).map(async (one) => {
      const { send, ...to } = one.to;
      return { ...one, exchange: { ...to, send: (await bytesFor(send)).toString('base64'), timeoutMs } };
    }),
  );
}

async function bytesFor(send: Target['send']): Promise<Buffer> {
  if (Buffer.isBuffer(send)) return send;
  return 'hello' in send ? clientHello(send.hello ?? undefined) : certificateHello(send.certificateOf);
}

/** In the order of the report. Wildcards and blocks are not asked for: nobody knows which host of them there is. */
export const outlines = (desired: Desired): readonly Outline[] => [
  ...listedOutlines(desired),
  ...closedOutlines(desired),
];

function listedOutlines({ http, https, inspect, authority, addresses, targets }: Desired): Outline[] {
  const sites = (rules: readonly string[]) => rules.map(siteRule).filter(({ subdomains }) => !subdomains);
  const pages = sites(http).map(({ host, port, path }) =>
    outline(
      true,
      'http',
      `${host}:${port}${path}`,
      pageMeaning(targets.blockPage),
      tcp(host, port, httpRequest(hostHeader(host, port), path), enough.page),
    ),
  );
  const secure = sites(https).map(({ host, port }) =>
    outline(true, 'https', `${host}:${port}`, tlsMeaning, tcp(host, port, { hello: host }, enough.record)),
  );
  const opened = sites(inspect).map(({ host, port }) =>
    outline(
      true,
      'opened',
      `${host}:${port}`,
      openedMeaning(authority),
      tcp(host, port, { certificateOf: host }, enough.certificates),
    ),
  );
  const direct = addresses
    .map(addressRule)
    .flatMap(({ block, port }) =>
      block.includes('/') || port === undefined
        ? []
        : [outline(true, 'tcp', `${block}:${port}`, openMeaning, open(block, port))],
    );
  // Two rules may stand for one conversation.
  return [...new Map([...pages, ...secure, ...opened, ...direct].map((one) => [one.id, one])).values()];
}

function closedOutlines({ dns, http, https, inspect, targets }: Desired): Outline[] {
  const { names, addresses, ports, resolvers, doh, text, time, ipv6, blockPage } = targets;
  const meaning = pageMeaning(blockPage);
  const page = (kind: string, host: string, name: string): Outline =>
    outline(false, kind, named(host, name), meaning, tcp(host, 80, httpRequest(name, '/'), enough.page));
  const hello = (kind: string, host: string, name: string | null): Outline =>
    outline(false, kind, named(host, name), tlsMeaning, tcp(host, 443, { hello: name }, enough.record));
  const listed = [...http, ...https, ...inspect].map(siteRule).find(({ subdomains }) => !subdomains)?.host;
  const [name = text] = names;
  return [
    ...names.flatMap((one) => [page('http', one, one), hello('https', one, one)]),
    ...doh.map((one) => hello('doh', one, one)),
    ...addresses.flatMap((one) => [page('http-address', one, one), hello('https-address', one, null)]),
    // A listed name at an unlisted address, and an unlisted name at a listed server's.
    ...(listed === undefined
      ? []
      : addresses.flatMap((one) => [page('forged-host', one, listed), hello('forged-sni', one, listed)])),
    ...(listed === undefined ? [] : [page('same-server', listed, name), hello('same-server-tls', listed, name)]),
    ...addresses.flatMap((one) =>
      ports.map((port) => outline(false, 'tcp', `${one}:${port}`, openMeaning, open(one, port))),
    ),
    ...resolvers.flatMap((one) => elsewhere(one, name)),
    outline(false, 'dns-tunnel', `TXT ${text} @ ${dns}`, recordMeaning(0), udp(dns, 53, dnsQuestion(text, 'TXT'))),
    ...addresses.map((one) => outline(false, 'quic', one, answerMeaning, udp(one, 443, quicPacket()))),
    ...time.map((one) => outline(false, 'ntp', one, answerMeaning, udp(one, 123, ntpPacket()))),
    ...ipv6.map((one) => outline(false, 'ipv6', one, openMeaning, open(one, 443))),
  ];
}

const named = (host: string, name: string | null): string =>
  name === null || name === host ? host : `${name} @ ${host}`;

function elsewhere(address: string, name: string): Outline[] {
  const question = dnsQuestion(name, 'A');
  return [
    outline(false, 'dns', named(address, name), recordMeaning(0), udp(address, 53, question)),
    outline(
      false,
      'dns-tcp',
      named(address, name),
      recordMeaning(2),
      tcp(address, 53, overTcp(question), enough.message),
    ),
  ];
}

const words: Readonly<Record<string, Text>> = {
  http: { zh: 'HTTP 访问', en: 'HTTP to' },
  https: { zh: 'HTTPS 访问', en: 'HTTPS to' },
  opened: { zh: '打开检查的 HTTPS', en: 'HTTPS that is opened, to' },
  tcp: { zh: 'TCP 连接', en: 'TCP to' },
  doh: { zh: '加密 DNS（DoH）', en: 'DNS over HTTPS at' },
  'http-address': { zh: '按地址 HTTP 访问', en: 'HTTP by address to' },
  'https-address': { zh: '按地址 HTTPS 访问', en: 'HTTPS by address to' },
  'forged-host': { zh: '伪造 Host 访问', en: 'HTTP under a listed name,' },
  'forged-sni': { zh: '伪造 SNI 访问', en: 'HTTPS under a listed name,' },
  'same-server': { zh: '白名单服务器上的其他域名', en: 'HTTP to another name on a listed server,' },
  'same-server-tls': { zh: '白名单服务器上的其他域名（HTTPS）', en: 'HTTPS to another name on a listed server,' },
  dns: { zh: '其他 DNS 服务器', en: 'another DNS server,' },
  'dns-tcp': { zh: '其他 DNS 服务器（TCP）', en: 'another DNS server over TCP,' },
  'dns-tunnel': { zh: 'DNS 隧道', en: 'records carried in DNS,' },
  quic: { zh: 'QUIC', en: 'QUIC to' },
  ntp: { zh: '外部 NTP', en: 'NTP to' },
  ipv6: { zh: 'IPv6', en: 'IPv6 to' },
};

function outline(listed: boolean, kind: string, target: string, meaning: Outline['meaning'], to: Target): Outline {
  const how = words[kind] ?? { zh: kind, en: kind };
  const about = { zh: `${how.zh} ${target}`, en: `${how.en} ${target}` };
  return { id: `${listed ? 'listed' : 'closed'}.${kind} ${target}`, listed, about, meaning, to };
}

const tcp = (address: string, port: number, send: Target['send'], receiveBytes: number): Target => ({
  protocol: 'tcp',
  address,
  port,
  send,
  receiveBytes,
});
const open = (address: string, port: number): Target => tcp(address, port, Buffer.alloc(0), enough.open);
const udp = (address: string, port: number, send: Buffer): Target => ({
  protocol: 'udp',
  address,
  port,
  send,
  receiveBytes: enough.message,
});
const hostHeader = (host: string, port: number): string => (port === 80 ? host : `${host}:${port}`);

const bytesOf = ({ received }: ExchangeResult): Buffer => Buffer.from(received, 'base64');

/** A page is something, unless it is the router's own. A connection on which nothing comes is nothing: a proxy takes it, and says no more. */
function pageMeaning(blockPage: string): Outline['meaning'] {
  const own = new RegExp(blockPage, 'i');
  return (result) => {
    if (result.outcome !== 'answered') return 'nothing';
    const answer = httpAnswer(bytesOf(result));
    if (answer === undefined) return 'unclear';
    return own.test(answer.text) ? 'refused' : 'something';
  };
}

const tlsMeaning: Outline['meaning'] = (result) => {
  if (result.outcome !== 'answered') return 'nothing';
  const answer = tlsAnswer(bytesOf(result));
  return answer === 'hello' ? 'something' : answer === 'alert' ? 'refused' : 'unclear';
};

/** Under any other certificate than the exam site's own, nobody on the way sees path and Host. */
function openedMeaning(authority: string | null): Outline['meaning'] {
  const issuer = authority === null ? undefined : new X509Certificate(Buffer.from(authority, 'base64'));
  return (result) => {
    const certificate = result.outcome === 'answered' ? serverCertificate(bytesOf(result)) : undefined;
    if (certificate === undefined) return tlsMeaning(result) === 'something' ? 'unclear' : tlsMeaning(result);
    const own = issuer !== undefined && certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
    return own ? 'something' : 'unopened';
  };
}

const openMeaning: Outline['meaning'] = ({ outcome }) =>
  outcome === 'answered' || outcome === 'connected' ? 'something' : 'nothing';

const answerMeaning: Outline['meaning'] = ({ outcome }) => (outcome === 'answered' ? 'something' : 'nothing');

/** Addresses of a private network are a router's own answer: it redirects names to itself. */
const recordMeaning =
  (skip: number): Outline['meaning'] =>
  (result) => {
    if (result.outcome !== 'answered') return 'nothing';
    const records = dnsAnswer(bytesOf(result).subarray(skip));
    if (records === undefined) return 'unclear';
    const outside = records.filter((one) => !isOwn(one));
    return outside.length > 0 ? 'something' : 'refused';
  };

const inside = ['private', 'loopback', 'linkLocal', 'carrierGradeNat', 'unspecified'];

function isOwn(record: string): boolean {
  const address = /^A "([\d.]+)"$/.exec(record)?.[1];
  return address !== undefined && ipaddr.isValid(address) && inside.includes(ipaddr.parse(address).range());
}
