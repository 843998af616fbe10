/**
 * The grammar of one whitelist entry, as examining bodies and schools write them. A rule is never wider than its line: what cannot be
 * enforced as it is written is refused, with what to write instead.
 *
 * | written | means |
 * |---|---|
 * | `https://exam.example.cn/` | that site over HTTPS; a path is only looked at where TLS is inspected |
 * | `http://www.example.cn/exam/*` | pages below `/exam/` over HTTP |
 * | `exam.example.cn` | that host, HTTP and HTTPS |
 * | `*.cdn.example.cn` | every host below it, not the name itself |
 * | `203.0.113.40`, `203.0.113.40:8443`, `203.0.113.64/28` | addresses, without or with one TCP port |
 */
import { domainToASCII } from 'node:url';
import ipaddr from 'ipaddr.js';
import type { Text } from '../core/finding.ts';

export interface UrlEntry {
  readonly kind: 'url';
  readonly scheme: 'http' | 'https';
  /** Lower-case ASCII (punycode), without a final dot. */
  readonly host: string;
  /** True: every host below `host`, and not `host` itself. */
  readonly subdomains: boolean;
  readonly port: number;
  /** Begins with `/`. Ending in `/`: everything below; otherwise that page, and what is below it. Never decoded, never with a query. */
  readonly path: string;
}
export interface HostEntry {
  readonly kind: 'host';
  readonly host: string;
  readonly subdomains: boolean;
}
export interface AddressEntry {
  readonly kind: 'address';
  /** IPv4 in CIDR notation, host bits zero: `203.0.113.40/32`. */
  readonly block: string;
  /** One TCP port; undefined: every TCP port. */
  readonly port?: number;
}
export type Entry = UrlEntry | HostEntry | AddressEntry;

/** Why a text is no entry: what would be one, and what to do. */
export interface EntryFault {
  readonly expected: Text;
  readonly fix: Text;
}
export type Parsed = { readonly entry: Entry } | { readonly fault: EntryFault };

const fault = (expected: [zh: string, en: string], fix: [zh: string, en: string]): { fault: EntryFault } => ({
  fault: { expected: { zh: expected[0], en: expected[1] }, fix: { zh: fix[0], en: fix[1] } },
});

/** Full-width letters, digits and punctuation (：／．) are what an input method gives: the same characters for a reader. */
const tidy = (text: string): string => text.normalize('NFKC').trim();

export function parseEntry(written: string): Parsed {
  const text = tidy(written);
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text);
  if (scheme) return parseUrl(text.slice(scheme[0].length), (scheme[1] ?? '').toLowerCase());
  if (/^[\d.]+(?:[/:~].*|-[\d.]*)?$/.test(text)) return parseAddress(text);
  if (text.includes(':') && !/^[^:/]+:\d*$/.test(text) && ipaddr.IPv6.isValid(text.replace(/\/\d+$/, '')))
    return noIpv6();
  if (/[/:]/.test(text)) {
    return fault(
      ['带 http:// 或 https:// 的网址', 'a URL with http:// or https://'],
      ['写明协议，例如 https://exam.example.cn/', 'write the scheme: https://exam.example.cn/'],
    );
  }
  const host = parseHost(text);
  return 'fault' in host ? host : { entry: { kind: 'host', ...host } };
}

/** The entry as it is written in inventories/whitelist.yaml; `parseEntry` gives the same entry back. */
export function formatEntry(entry: Entry): string {
  if (entry.kind === 'address') {
    const block = entry.block.replace(/\/32$/, '');
    return entry.port === undefined ? block : `${block}:${entry.port}`;
  }
  const host = entry.subdomains ? `*.${entry.host}` : entry.host;
  if (entry.kind === 'host') return host;
  const port = entry.port === defaultPorts[entry.scheme] ? '' : `:${entry.port}`;
  return `${entry.scheme}://${host}${port}${entry.path}`;
}

export const defaultPorts = { http: 80, https: 443 } as const;

function parseUrl(rest: string, scheme: string): Parsed {
  if (scheme !== 'http' && scheme !== 'https') {
    return fault(
      ['http 或 https', 'http or https'],
      [
        '其他协议请写地址和端口，例如 203.0.113.40:8443',
        'for another protocol write address and port: 203.0.113.40:8443',
      ],
    );
  }
  const parts = /^(?<authority>[^/?#]*)(?<path>\/[^?#]*)?(?<more>[?#].*)?$/s.exec(rest)?.groups ?? {};
  const { authority = '', path = '/', more = '' } = parts;
  if (more !== '') {
    return fault(
      ['不带 ? 和 # 的网址', 'a URL without ? and #'],
      ['只能限制到路径：去掉 ? 或 # 及其后部分', 'a rule ends at the path: leave out ? or # and what follows'],
    );
  }
  const place = parseAuthority(authority, scheme);
  if ('fault' in place) return place;
  const prefix = parsePath(path);
  if (typeof prefix !== 'string') return prefix;
  if (!('block' in place)) return { entry: { kind: 'url', scheme, ...place, path: prefix } };
  if (prefix === '/') return { entry: { kind: 'address', ...place } };
  return fault(
    ['主机名，或不带路径的地址', 'a host name, or an address without a path'],
    [
      `地址不能限制到路径：写成 ${place.block.replace('/32', '')}:${place.port}`,
      `an address has no paths: write ${place.block.replace('/32', '')}:${place.port}`,
    ],
  );
}

type Place = { host: string; subdomains: boolean; port: number } | { block: string; port: number };

function parseAuthority(authority: string, scheme: 'http' | 'https'): Place | { fault: EntryFault } {
  if (authority.includes('@')) {
    return fault(
      ['不带用户名的网址', 'a URL without a user name'],
      ['去掉 @ 及其前面的部分', 'leave out @ and what is before it'],
    );
  }
  const { name = '', digits } = /^(?<name>.*?)(?::(?<digits>\d*))?$/s.exec(authority)?.groups ?? {};
  const port = digits === undefined || digits === '' ? defaultPorts[scheme] : Number(digits);
  if (!isPort(port)) return badPort();
  if (/^[\d.]+$/.test(name)) {
    const block = oneAddress(name);
    return block === undefined ? badAddress() : { block, port };
  }
  if (name.startsWith('[')) return noIpv6();
  const host = parseHost(name);
  return 'fault' in host ? host : { ...host, port };
}

/** `/exam/*` and `/exam/` are the same; a `*` elsewhere has no meaning that a router could be held to. */
function parsePath(path: string): string | { fault: EntryFault } {
  const prefix = path.endsWith('/*') ? path.slice(0, -1) : path;
  if (prefix.includes('*')) {
    return fault(
      ['* 只能在末尾的 /* 里', '* only at the end, as /*'],
      ['写成路径前缀，例如 http://www.example.cn/exam/*', 'write a prefix of the path: http://www.example.cn/exam/*'],
    );
  }
  // What a server may decode into another path (`..`, `%2f`) cannot be compared with what a PC asks for.
  if (/\/\.{1,2}(?:\/|$)|\/\/|\\|%/.test(prefix)) {
    return fault(
      ['不含 ..、//、\\ 和 % 的路径', 'a path without .., //, \\ and %'],
      ['写出服务器看到的路径', 'write the path as the server sees it'],
    );
  }
  if (/^[\x21-\x7e]+$/.test(prefix)) return prefix;
  return fault(
    ['ASCII 路径', 'a path of ASCII characters'],
    ['写到上一级目录为止', 'end the rule at the folder above'],
  );
}

function parseHost(written: string): { host: string; subdomains: boolean } | { fault: EntryFault } {
  const subdomains = written.startsWith('*.');
  const name = (subdomains ? written.slice(2) : written).replace(/\.$/, '');
  if (name.includes('*') || name === '') {
    return fault(
      ['最前面的 *. 加域名', '*. in front of a domain'],
      ['例如 *.cdn.example.cn', 'as in *.cdn.example.cn'],
    );
  }
  const host = domainToASCII(name);
  const labels = host.split('.');
  const proper = labels.every((label) => /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/.test(label)) && host.length <= 253;
  // A last label of digits is an address in one of its odd spellings (0x7f.1, 192.168.1), which a resolver may take for another one.
  const numeric = /^(?:\d+|0x[0-9a-f]*)$/.test(labels.at(-1) ?? '');
  if (proper && !numeric && (labels.length > 1 || subdomains)) return { host, subdomains };
  return fault(
    ['完整主机名，例如 exam.example.cn', 'a full host name: exam.example.cn'],
    ['核对拼写；地址写成 203.0.113.40', 'check the spelling; write an address as 203.0.113.40'],
  );
}

function parseAddress(text: string): Parsed {
  const {
    address = '',
    length,
    port,
  } = /^(?<address>[\d.]+)(?:\/(?<length>\d{1,2}))?(?::(?<port>\d{1,5}))?$/.exec(text)?.groups ?? {};
  const block = oneAddress(address);
  if (block === undefined) return badAddress();
  if (port !== undefined && !isPort(Number(port))) return badPort();
  const onPort = port === undefined ? {} : { port: Number(port) };
  if (length === undefined) return { entry: { kind: 'address', block, ...onPort } };
  if (Number(length) > 32) return badAddress();
  const network = ipaddr.IPv4.networkAddressFromCIDR(`${address}/${length}`).toString();
  if (network === address) return { entry: { kind: 'address', block: `${address}/${Number(length)}`, ...onPort } };
  return fault(
    ['网段的起始地址', 'the first address of the block'],
    [
      `写 ${network}/${length}（整段）或 ${address}（一个地址）`,
      `write ${network}/${length} for the block or ${address} for the one address`,
    ],
  );
}

/** Four decimal numbers without leading zeros, which everybody reads alike: `010.0.0.1` is 8.0.0.1 for some. */
function oneAddress(text: string): string | undefined {
  return ipaddr.IPv4.isValidFourPartDecimal(text) && !/(?:^|\.)0\d/.test(text) ? `${text}/32` : undefined;
}

const isPort = (port: number): boolean => port >= 1 && port <= 65_535;

const badPort = (): { fault: EntryFault } =>
  fault(['1 到 65535 的端口', 'a port from 1 to 65535'], ['更正端口', 'correct the port']);

const badAddress = (): { fault: EntryFault } =>
  fault(
    [
      '四段十进制地址，例如 203.0.113.40 或 203.0.113.64/28',
      'an address of four decimal parts: 203.0.113.40, 203.0.113.64/28',
    ],
    ['更正地址；一段地址请写成网段', 'correct the address; write a range as blocks'],
  );

const noIpv6 = (): { fault: EntryFault } =>
  fault(
    ['IPv4 地址或主机名', 'an IPv4 address or a host name'],
    [
      '考试期间 IPv6 关闭：写主机名或 IPv4 地址',
      'IPv6 is closed during an exam: write the host name or the IPv4 address',
    ],
  );
