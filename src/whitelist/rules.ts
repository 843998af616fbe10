/** A whitelist as a router has to enforce it: what may be asked of the proxy, and what may be reached directly. Pure, canonical, and sorted. */
import { defaultPorts, type Entry, type UrlEntry } from './entry.ts';
import type { Whitelist } from './file.ts';

export interface Rules {
  /** `exam.example.cn:80/`, `*.cdn.example.cn:80/`, `www.example.cn:80/exam/`: host, port, and the path below which everything is allowed. */
  readonly http: readonly string[];
  /** The same over TLS. A path counts only where TLS is inspected. */
  readonly https: readonly string[];
  /** Hosts whose TLS is opened with the room's own CA. */
  readonly inspect: readonly string[];
  /** Addresses reached without the proxy, over TCP only: `203.0.113.40`, `203.0.113.64/28:8443`. */
  readonly addresses: readonly string[];
}

type Site = Pick<UrlEntry, 'scheme' | 'host' | 'subdomains' | 'port' | 'path'>;

/** What `*.cdn.example.cn` already allows is listed all the same when it is written down: a rule can be traced to its line. */
export function rulesOf({ allowed }: Pick<Whitelist, 'allowed'>): Rules {
  const sites = allowed.flatMap(({ entry }) => sitesOf(entry));
  const of = (scheme: Site['scheme']): string[] => sorted(sites.filter((one) => one.scheme === scheme).map(written));
  return {
    http: of('http'),
    https: of('https'),
    inspect: sorted(allowed.flatMap(({ entry, inspect }) => (inspect ? sitesOf(entry).map(({ host }) => host) : []))),
    addresses: sorted(allowed.flatMap(({ entry }) => (entry.kind === 'address' ? [addressOf(entry)] : []))),
  };
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

/** The parts of a line of `Rules.http` and `Rules.https`. */
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

/** The parts of a line of `Rules.addresses`. @throws Error for a text that `rulesOf` does not write */
export function addressRule(text: string): { readonly block: string; readonly port: number | undefined } {
  const parts = /^(?<block>\d+(?:\.\d+){3}(?:\/\d{1,2})?)(?::(?<port>\d{1,5}))?$/.exec(text)?.groups;
  if (parts === undefined) throw new Error(`not a rule: ${text}`);
  return { block: parts['block'] ?? '', port: parts['port'] === undefined ? undefined : Number(parts['port']) };
}
