/** What would open the room: entries so wide that they are let through only by `--allow-wide`. */
import ipaddr from 'ipaddr.js';
import { getPublicSuffix } from 'tldts';
import type { Text } from '../core/finding.ts';
import type { Entry } from './entry.ts';

/** Prefix length; a shorter one is a larger block. */
export const defaultWidestBlock = 24;

/**
 * @param widestBlock shortest prefix that needs no `--allow-wide`
 * @returns why it is too wide; undefined when it is not
 */
export function tooWide(entry: Entry, widestBlock: number = defaultWidestBlock): Text | undefined {
  if (entry.kind === 'address') return wideBlock(entry.block, widestBlock);
  // With private suffixes too: below github.io or a cloud's storage domain anybody may put a page.
  const suffix = getPublicSuffix(entry.host, { allowPrivateDomains: true });
  if (!entry.subdomains || suffix !== entry.host) return undefined;
  return {
    zh: `任何人都可以在 ${entry.host} 下注册域名`,
    en: `anybody can have a name below ${entry.host}`,
  };
}

const closed = ['unspecified', 'loopback', 'linkLocal', 'multicast', 'broadcast'];

function wideBlock(block: string, widestBlock: number): Text | undefined {
  const [address, length] = ipaddr.IPv4.parseCIDR(block);
  if (length < widestBlock) {
    const count = 2 ** (32 - length);
    return { zh: `共 ${count} 个地址，多于 /${widestBlock}`, en: `${count} addresses, more than a /${widestBlock}` };
  }
  const range = address.range();
  if (!closed.includes(range)) return undefined;
  return { zh: `${block} 不是可访问的主机（${range}）`, en: `${block} is nobody's host (${range})` };
}
