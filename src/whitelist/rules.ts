/** A whitelist as a router has to enforce it: what may be asked of the proxy, and what may be reached directly. Pure, canonical, and sorted. */
import { defaultPorts, type Entry, type UrlEntry } from './entry.ts';
import type { Whitelist } from './file.ts';

export interface Rules {
  /** `exam.example.cn:80/`, `*.cdn.example.cn:80/`, `www.example.cn:80/exam/`: host, port, and the path below which everything is allowed. */
  readonly http: readonly string[];
  /** The same over TLS, passed on unopened: the path does not count. */
  readonly https: readonly string[];
  /** The same over TLS that is opened with the exam site's own CA, so that path and Host count. Nothing is here and in `https` too. */
  readonly inspect: readonly string[];
  /** Addresses reached without the proxy, over TCP only: `203.0.113.40`, `203.0.113.64/28:8443`. */
  readonly addresses: readonly string[];
}

type Site = Pick<UrlEntry, 'scheme' | 'host' | 'subdomains' | 'port' | 'path'>;

/** What `*.cdn.example.cn` already allows is listed all the same when it is written down: a rule can be traced to its line. */
export function rulesOf({ allowed }: Pick<Whitelist, 'allowed'>): Rules {
  const sites = allowed.flatMap(({ entry, inspect }) => sitesOf(entry).map((site) => ({ ...site, inspect })));
  const [http, https] = (['http', 'https'] as const).map((scheme) => sites.filter((one) => one.scheme === scheme));
  const opened = (https ?? []).filter(({ inspect }) => inspect);
  const [inside, unopened] = split(https ?? [], (site) => opened.some((one) => covers(one, site)));
  return {
    http: sorted((http ?? []).map(written)),
    https: sorted(unopened.map(written)),
    inspect: sorted([...inside, ...withinOpened(unopened, opened)].map(written)),
    addresses: sorted(allowed.flatMap(({ entry }) => (entry.kind === 'address' ? [addressOf(entry)] : []))),
  };
}

/** Whether every host of `inner` is one of `outer`, on the same port. */
function covers(outer: Place, inner: Place): boolean {
  if (outer.port !== inner.port) return false;
  if (outer.host === inner.host) return outer.subdomains === inner.subdomains;
  return outer.subdomains && inner.host.endsWith(`.${outer.host}`);
}
type Place = Pick<Site, 'host' | 'subdomains' | 'port'>;

/** What `https://*.example.cn/` allows of `exam.example.cn` stays allowed when only the latter is opened, and from then on its path counts. */
const withinOpened = (unopened: readonly Site[], opened: readonly Site[]): Site[] =>
  unopened.flatMap(({ path, ...wide }) => opened.filter((one) => covers(wide, one)).map((one) => ({ ...one, path })));

function split<T>(some: readonly T[], first: (one: T) => boolean): [T[], T[]] {
  return [some.filter(first), some.filter((one) => !first(one))];
}

/** A host alone stands for its pages over HTTP and HTTPS, on their own ports. */
function sitesOf(entry: Entry): Site[] {
  if (entry.kind === 'address') return [];
  if (entry.kind === 'url') return [entry];
  const { host, subdomains } = entry;
  return (['http', 'https'] as const).map((scheme) => ({
    ...{ scheme, host, subdomains, port: defaultPorts[scheme], path: '/' },
  }));
}

const written = ({ host, subdomains, port, path }: Site): string => `${subdomains ? '*.' : ''}${host}:${port}${path}`;

function addressOf({ block, port }: Extract<Entry, { kind: 'address' }>): string {
  const address = block.replace(/\/32$/, '');
  return port === undefined ? address : `${address}:${port}`;
}

/** By code point: the same on every machine, whatever its locale. */
const sorted = (texts: readonly string[]): string[] => [...new Set(texts)].toSorted();

/** The parts of a line of `Rules.http`, `https` and `inspect`. */
export interface SiteRule {
  readonly host: string;
  readonly subdomains: boolean;
  readonly port: number;
  readonly path: string;
}

/** @throws Error for a text that `rulesOf` does not write */
export function siteRule(text: string): SiteRule {
  const parts = /^(?<wild>\*\.)?(?<host>[a-z0-9._-]+):(?<port>\d{1,5})(?<path>\/[\x21-\x7e]*)$/.exec(text)?.groups;
  const { wild, host = '', port = '', path = '' } = parts ?? {};
  if (parts === undefined) throw new Error(`not a rule: ${text}`);
  return { host, subdomains: wild !== undefined, port: Number(port), path };
}

/** The names whose TLS is opened, as certificates carry them: `exam.example.cn`, `*.cdn.example.cn`. */
export const inspectedHosts = ({ inspect }: Pick<Rules, 'inspect'>): string[] =>
  sorted(inspect.map(siteRule).map(({ host, subdomains }) => (subdomains ? `*.${host}` : host)));

/** The parts of a line of `Rules.addresses`. @throws Error for a text that `rulesOf` does not write */
export function addressRule(text: string): { readonly block: string; readonly port: number | undefined } {
  const parts = /^(?<block>\d+(?:\.\d+){3}(?:\/\d{1,2})?)(?::(?<port>\d{1,5}))?$/.exec(text)?.groups;
  if (parts === undefined) throw new Error(`not a rule: ${text}`);
  return { block: parts['block'] ?? '', port: parts['port'] === undefined ? undefined : Number(parts['port']) };
}
