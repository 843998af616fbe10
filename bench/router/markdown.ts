/** The router's figures as docs/benchmarks.md shows them. */
import type { Measured, RouterFigures } from './measure.ts';

export function routerMarkdown({ plain, filtered, clients, rounds, pages, large }: RouterFigures): string {
  const line = (what: string, of: (one: Measured) => number, digits: number): string => {
    const [without, through] = [of(plain), of(filtered)];
    return `| ${what} | ${without.toFixed(digits)} | ${through.toFixed(digits)} | ${(through / without).toFixed(2)} |`;
  };
  return [
    `${clients} clients, each with an address of its own; every request is a connection of its own. ${rounds} rounds of ${pages} pages, ${pages} pages over TLS, one a second of each`,
    `client, then a file of ${large / 1e6} MB by all at once. The same box, once as a plain router and once with the whitelist; clients, box and server share the cores.`,
    '',
    '| | plain routing | whitelist | ratio |',
    '|---|---|---|---|',
    line('a page, median ms', ({ ms }) => ms.page.median, 2),
    line('a page, 95th percentile ms', ({ ms }) => ms.page.p95, 2),
    line('a page over TLS (spliced), median ms', ({ ms }) => ms.tls.median, 2),
    line('a page over TLS, 95th percentile ms', ({ ms }) => ms.tls.p95, 2),
    line('all clients download, MB/s', ({ megabytesPerSec }) => megabytesPerSec, 0),
    '',
  ].join('\n');
}
