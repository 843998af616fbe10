/** What PCs have asked for and not got, as far as the device's log in memory goes back: a thousand lines, unless it is set to keep more. */
import type { Host } from '../../../src/core/host.ts';
import type { Refusal } from '../linux/refused.ts';
import { ask } from './console.ts';
import { tag } from './wanted.ts';

export const refusedCommand = `:foreach i in=[/log find where message~"^${tag} ${tag}-"] do={:put [/log get $i message]}`;

/** @returns most often refused first */
export async function refused(host: Host): Promise<Refusal[]> {
  const lines = (await ask(host, refusedCommand)).split(/\r?\n/).flatMap(parsed);
  const same = Map.groupBy(lines, ({ from, what }) => `${from} ${what}`);
  const all = [...same.values()].flatMap((some) => some.slice(0, 1).map((one) => ({ ...one, times: some.length })));
  return all.toSorted((a, b) => b.times - a.times);
}

/** The manual, "Log": `… proto TCP (SYN), 10.30.1.11:50000->198.18.0.67:443, len 52`; without ports for what has none. */
const shape =
  /\bproto (?<protocol>[A-Za-z0-9-]+)(?: \([^)]*\))?, (?<from>\d+(?:\.\d+){3})(?::\d+)?->(?<to>\d+(?:\.\d+){3}(?::\d+)?),/;

function parsed(line: string): Omit<Refusal, 'times'>[] {
  const { protocol, from, to } = shape.exec(line)?.groups ?? {};
  if (protocol === undefined || from === undefined || to === undefined) return [];
  return [{ from, what: `${protocol.toLowerCase()} ${to}` }];
}
