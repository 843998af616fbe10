/**
 * One host of an entry that stands for many: the PCs ask for it in place of the whole. Without one nobody knows which host of `*.cdn.example.cn` or of
 * `203.0.113.64/28` there is, so nothing is asked, and that is said.
 *
 * | entry | sample |
 * |---|---|
 * | `*.cdn.example.cn` | `img.cdn.example.cn` |
 * | `203.0.113.64/28:8443` | `203.0.113.70` |
 * | `203.0.113.64/28`, `203.0.113.40` | `203.0.113.70:443`: the entry says no port |
 */
import ipaddr from 'ipaddr.js';
import type { Text } from '../core/finding.ts';
import { formatEntry, parseEntry, type AddressEntry, type Entry } from './entry.ts';
import type { Allowed, Whitelist } from './file.ts';
import { rulesOf, type Rules } from './rules.ts';

/** Only one of many, or of many ports. */
export const wantsSample = (entry: Entry): boolean =>
  entry.kind === 'address' ? !entry.block.endsWith('/32') || entry.port === undefined : entry.subdomains;

/** @returns what would be a sample of this entry; undefined when `written` is one */
export function sampleFault(entry: Entry, written: string): Text | undefined {
  if (!wantsSample(entry))
    return { zh: '无需 sample：该条目本身就会被尝试', en: 'no sample: this entry is tried as it is' };
  return sampled(entry, written) === undefined ? expectedOf(entry) : undefined;
}

/** The entry with its sample in its place. @returns undefined when it does not lie inside */
function sampled(entry: Entry, written: string): Entry | undefined {
  const parsed = parseEntry(written);
  if ('fault' in parsed) return undefined;
  const { entry: sample } = parsed;
  if (entry.kind === 'address') return sample.kind === 'address' ? address(entry, sample) : undefined;
  if (sample.kind !== 'host' || sample.subdomains || !sample.host.endsWith(`.${entry.host}`)) return undefined;
  return { ...entry, host: sample.host, subdomains: false };
}

function address({ block, port }: AddressEntry, sample: AddressEntry): AddressEntry | undefined {
  const asked = sample.port ?? port;
  const [host, length] = ipaddr.IPv4.parseCIDR(sample.block);
  if (length !== 32 || asked === undefined || (port !== undefined && asked !== port)) return undefined;
  return host.match(ipaddr.IPv4.parseCIDR(block)) ? { kind: 'address', block: sample.block, port: asked } : undefined;
}

function expectedOf(entry: Entry): Text {
  if (entry.kind !== 'address') return { zh: `${entry.host} 下的一个主机名`, en: `one host below ${entry.host}` };
  const [inside, port] = [entry.block, entry.port === undefined];
  return {
    zh: `${inside} 内的一个地址${port ? '，并写明端口' : ''}`,
    en: `one address inside ${inside}${port ? ', with a port' : ''}`,
  };
}

export interface Asked extends Pick<Rules, 'http' | 'https' | 'inspect' | 'addresses'> {
  /** Entries that stand for many and have no sample, as they are written. */
  readonly unprobed: readonly string[];
}

/** What the PCs ask for: every entry, or its sample. */
export function askedOf({ allowed }: Pick<Whitelist, 'allowed'>): Asked {
  const samples = allowed.flatMap((one): Allowed[] => {
    const entry = one.sample === undefined ? undefined : sampled(one.entry, one.sample);
    return entry === undefined ? [] : [{ entry, text: formatEntry(entry), inspect: false, wide: false }];
  });
  const { http, https, inspect, addresses } = rulesOf({ allowed: [...allowed, ...samples] });
  const unprobed = allowed.flatMap(({ entry, text, sample }) =>
    wantsSample(entry) && sample === undefined ? [text] : [],
  );
  return { http, https, inspect, addresses, unprobed };
}
