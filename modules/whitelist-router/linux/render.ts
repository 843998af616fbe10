/** A rule set as files for nftables, dnsmasq and HAProxy. Pure: equal rules give equal bytes, and the name of a rule set is the hash of them. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import Handlebars from 'handlebars';
import ipaddr from 'ipaddr.js';
import { packageRoot } from '../../../src/core/home.ts';
import { leafName } from '../../../src/inspection/places.ts';
import { addressRule, siteRule, type SiteRule } from '../../../src/whitelist/rules.ts';
import type { Desired } from '../schema.ts';
import { policyName, statsPort, trustStore } from './places.ts';

export interface RuleSet {
  /** `examsite-` and the first half of the hash of all files, certificates included. */
  readonly policy: string;
  /** By file name. */
  readonly files: Readonly<Record<string, string>>;
  /** Files with a certificate and its key, which are read where they are written: by file name, the host and the file's SHA-256 (hex). */
  readonly certificates: Readonly<Record<string, { readonly host: string; readonly sha256: string }>>;
}

/**
 * Names that must not exist: browsers and Windows ask for them to find out whether a network is one that a person has to sign in to, or one
 * in which they may use a resolver of their own (use-application-dns.net: support.mozilla.org, "canary domain").
 */
const nonexistent = [
  'use-application-dns.net',
  'mask.icloud.com',
  'mask-h2.icloud.com',
  'msftconnecttest.com',
  'msftncsi.com',
  'detectportal.firefox.com',
];

/** @param leaseFile where the resolver keeps the addresses that it has given: gone when the box is switched off */
export function ruleSet(desired: Desired, leaseFile = '/run/examsite-resolver.leases'): RuleSet {
  const unnamed = files(desired, 'examsite-', leaseFile);
  const certificates = certificatesOf(desired);
  const content = desired.inspection === null ? unnamed : [unnamed, certificates];
  const hash = createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 32);
  const policy = `examsite-${hash}`;
  return { policy, files: files(desired, policy, leaseFile), certificates };
}

const certificatesOf = ({ inspection }: Pick<Desired, 'inspection'>): RuleSet['certificates'] =>
  Object.fromEntries(
    Object.entries(inspection?.leaves ?? {})
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([host, sha256]) => [`certificates/${leafName(host)}`, { host, sha256 }]),
  );

/** What the proxy looks names up in, by file name: the part of a rule set that a whitelist makes. */
export function lists({ rules }: Pick<Desired, 'rules'>): Record<string, string[]> {
  const [https, inspect] = [rules.https.map(siteRule), rules.inspect.map(siteRule)];
  return {
    ...byPath('http', rules.http.map(siteRule)),
    'https-hosts.lst': exact(https),
    'https-suffixes.lst': suffixes(https),
    'https-pools.map': pooled(https, 'https'),
    ...byPath('inspect', inspect),
    // Whose TLS is opened at all, whatever is then asked for.
    'inspect-names.lst': exact(inspect),
    'inspect-domains.lst': suffixes(inspect),
  };
}

function byPath(scheme: string, some: readonly SiteRule[]): Record<string, string[]> {
  const whole = some.filter(({ path: below }) => below === '/');
  return {
    [`${scheme}-hosts.lst`]: exact(whole),
    [`${scheme}-suffixes.lst`]: suffixes(whole),
    [`${scheme}-paths.lst`]: some.filter(({ path: below }) => below !== '/').map(pattern),
    [`${scheme}-pools.map`]: pooled(some, scheme),
  };
}

const unique = (lines: readonly string[]): string[] => [...new Set(lines)];
const exact = (some: readonly SiteRule[]): string[] =>
  unique(some.filter(({ subdomains }) => !subdomains).map(({ host, port }) => `${host}:${port}`));
const suffixes = (some: readonly SiteRule[]): string[] =>
  unique(some.filter(({ subdomains }) => subdomains).map(({ host, port }) => `.${host}:${port}`));
const pooled = (some: readonly SiteRule[], scheme: string): string[] =>
  exact(some).map((key) => `${key} ${poolName(scheme, key)}`);
const poolName = (scheme: string, key: string): string => `${scheme}_${key.replace(':', '_')}`;

/** `www.example.cn:80/exam`: that page and what is below it; ending in `/`, what is below it. */
function pattern({ host, subdomains, port, path: below }: SiteRule): string {
  const name = subdomains ? `[a-z0-9._-]+\\.${escaped(host)}` : escaped(host);
  return `^${name}:${port}${escaped(below)}${below.endsWith('/') ? '' : '(/|$)'}`;
}

const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');

function files(desired: Desired, policy: string, leaseFile: string): Record<string, string> {
  const { lan, rules } = desired;
  const [http, https] = [ports(rules.http, 80), ports([...rules.https, ...rules.inspect], 443)];
  const opened = rules.inspect.length > 0;
  const made = Object.fromEntries(Object.entries(lists(desired)).filter(([name]) => opened || !isOfInspection(name)));
  const view = {
    ...{ ...desired, policy, leaseFile, policyName, statsPort, nonexistent: absentNames(rules) },
    lan: { ...lan, block: networkOf(lan) },
    netmask: ipaddr.IPv4.subnetMaskFromPrefixLength(lan.prefix).toString(),
    ...{ httpPorts: http, httpsPorts: https, proxyPorts: [...http, ...https] },
    forwards: forwards(rules.addresses),
    pools: [
      ...pools(made['http-pools.map'] ?? [], true),
      ...pools(made['https-pools.map'] ?? [], false),
      ...pools(made['inspect-pools.map'] ?? [], true, tls),
    ],
    ...{ opened, tls },
  };
  const rendered = ['exam.nft', 'dnsmasq.conf', 'haproxy.cfg'].map((name) => [name, render(`${name}.hbs`, view)]);
  const copied = ['blocked.html', 'unreachable.html'].map((name) => [name, source(name)]);
  const certificates = opened ? [['certificates.lst', Object.keys(certificatesOf(desired))] as const] : [];
  const listed = [...Object.entries(made), ...certificates].map(([name, lines]) => [name, textOf(lines)]);
  return Object.fromEntries([...rendered, ...copied, ...listed, ['kernel.conf', kernel(rules)]]) as Record<
    string,
    string
  >;
}

const textOf = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');
export const isOfInspection = (list: string): boolean => list.startsWith('inspect-');

/** Towards a server behind opened TLS: it must be who it says that it is, by what the box trusts. Asked by HTTP/1.1: one request, one host. */
const tls = `ssl verify required ca-file ${trustStore} sni var(txn.host) alpn http/1.1`;

/**
 * What the kernel works by once the rules are in force: as the box comes up (90-examsite.conf), and forwarding where it is needed. In one file, for
 * forwarding that is turned off on the way, and on again, stops packets that are allowed.
 */
const kernel = ({ addresses }: Desired['rules']): string =>
  source('90-examsite.conf').replace(
    /^(net\.ipv4\.ip_forward = )0$/m,
    (_, setting: string) => `${setting}${addresses.length > 0 ? 1 : 0}`,
  );

const networkOf = ({ address, prefix }: Desired['lan']): string =>
  `${ipaddr.IPv4.networkAddressFromCIDR(`${address}/${prefix}`).toString()}/${prefix}`;

const ports = (list: readonly string[], always: number): number[] =>
  [...new Set([always, ...list.map((text) => siteRule(text).port)])].toSorted((a, b) => a - b);

/** A name that is on the whitelist exists. */
function absentNames({ http, https, inspect }: Desired['rules']): string[] {
  const hosts = [...http, ...https, ...inspect].map((text) => siteRule(text).host);
  return nonexistent.filter((name) => !hosts.some((host) => host === name || host.endsWith(`.${name}`)));
}

/** One pair of rules a port; those without one share theirs. */
function forwards(addresses: readonly string[]): { port: number | undefined; blocks: string[] }[] {
  const byPort = Map.groupBy(addresses.map(addressRule), ({ port }) => port);
  return [...byPort].map(([port, some]) => ({ port, blocks: merged(some.map((one) => one.block)) }));
}

/** nftables refuses intervals that overlap: a block inside another one says nothing more. */
function merged(blocks: readonly string[]): string[] {
  const holds = (outer: string, inner: string): boolean => {
    const [[network, length], [address, itsLength]] = [parsed(outer), parsed(inner)];
    return length <= itsLength && address.match(network, length);
  };
  return blocks.filter((block, at) => !blocks.some((other, index) => index !== at && holds(other, block)));
}

const parsed = (block: string): [ipaddr.IPv4, number] =>
  ipaddr.IPv4.parseCIDR(block.includes('/') ? block : `${block}/32`);

function pools(map: readonly string[], http: boolean, tls = '') {
  return map.map((line) => {
    const [key = '', name = ''] = line.split(' ');
    const [host = '', port = ''] = key.split(':');
    return { name, host, port, http, tls, mode: http ? 'http' : 'tcp' };
  });
}

const folder = path.join(packageRoot, 'templates', 'router');
export const source = (name: string, box = 'linux'): string => readFileSync(path.join(folder, box, name), 'utf8');

// None of these files is HTML; what goes into them is numbers, addresses and names that the schemas have looked at.
const handlebars = Handlebars.create();
handlebars.registerHelper('list', (values: readonly unknown[]) => values.join(', '));
handlebars.registerHelper('match', function (this: { port?: number }, side: string) {
  return this.port === undefined ? 'meta l4proto tcp' : `tcp ${side} ${this.port}`;
});
const compiled = new Map<string, HandlebarsTemplateDelegate>();

function render(name: string, view: object): string {
  const template = compiled.get(name) ?? handlebars.compile(source(name), { strict: true, noEscape: true });
  compiled.set(name, template);
  return template(view);
}
