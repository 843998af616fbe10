/** The box's own pages (LuCI) listen on every address, and so on the proxy's ports: they move to the loopback, reached through SSH. Pure. */
import type { Desired } from '../schema.ts';
import { siteRule } from '../../../src/whitelist/rules.ts';
import { uciValue } from './quote.ts';
import type { Actual } from './schema.ts';

type Listener = Actual['web'][number];

/** @param text what `uci export uhttpd` prints ("The UCI system": `config TYPE 'NAME'`, `option`, `list`) */
export function listenersOf(text: string): Listener[] {
  const found: { section: string; option: string; at: string[] }[] = [];
  let section = '';
  let count = 0;
  for (const line of text.split('\n')) {
    const start = /^config (\S+)(?: '?([A-Za-z0-9_]+)'?)?$/.exec(line.trim());
    if (start !== null) section = start[1] === 'uhttpd' ? (start[2] ?? `@uhttpd[${count}]`) : '';
    if (start?.[1] === 'uhttpd') count += 1;
    const [, option, value] = /^(?:option|list) (listen_https?) '([^']*)'$/.exec(line.trim()) ?? [];
    if (section === '' || option === undefined || value === undefined) continue;
    const there = found.find((one) => one.section === section && one.option === option);
    // An option may hold several, with spaces.
    const at = value.split(/\s+/).filter((one) => one !== '');
    if (there === undefined) found.push({ section, option, at });
    else there.at.push(...at);
  }
  return found;
}

/** Those that the proxy could not bind its ports beside. */
export function inTheWay({ lan, rules }: Desired, web: readonly Listener[]): Listener[] {
  const ports = new Set([80, 443, ...[...rules.http, ...rules.https].map((rule) => siteRule(rule).port)]);
  const everywhere = new Set(['', '0.0.0.0', '[::]', '*', lan.address]);
  return web.filter(({ at }) =>
    at.some((one) => {
      const [, address = '', port = ''] = /^(?:(.*):)?(\d+)$/.exec(one) ?? [];
      return everywhere.has(address) && ports.has(Number(port));
    }),
  );
}

/** Lines for `uci batch`. */
export const moved = (listeners: readonly Listener[]): string[] =>
  listeners.flatMap(({ section, option }) => [
    `delete uhttpd.${section}.${option}`,
    `add_list uhttpd.${section}.${option}=${uciValue(`127.0.0.1:${option === 'listen_http' ? 80 : 443}`)}`,
  ]);
