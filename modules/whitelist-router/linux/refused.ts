/** What PCs have asked for and not got, since the rules were last changed (nftables) and since the day began (the proxy's log): one round trip. */
import { z } from 'zod';
import type { Host } from '../../../src/core/host.ts';

export interface Refusal {
  /** Address of the PC. */
  readonly from: string;
  /** `http GET denied.example:80/`, `https denied.example:443`, `tcp 198.18.0.66:22`. */
  readonly what: string;
  readonly times: number;
}

const elements = z.object({
  nftables: z.array(
    z.looseObject({
      set: z
        .looseObject({
          elem: z
            .array(
              z.object({
                elem: z.looseObject({
                  val: z.object({
                    concat: z.tuple([z.string(), z.string(), z.string(), z.union([z.string(), z.number()])]),
                  }),
                  counter: z.looseObject({ packets: z.int() }),
                }),
              }),
            )
            .optional(),
        })
        .optional(),
    }),
  ),
});

const timeoutSec = 20;

/** @returns most often refused first. @throws CallError where there are no rules on the box */
export async function refused(host: Host): Promise<Refusal[]> {
  const run = (exe: string, args: readonly string[], expectExit: readonly number[]) =>
    host.call('process.run', { exe, args, timeoutSec, expectExit, readOnly: true });
  const log = ['-u', 'examsite-proxy.service', '-o', 'cat', '--no-pager', '--since', 'today', '-n', '20000'];
  const [set, journal] = await Promise.all([
    run('/usr/sbin/nft', ['-j', 'list', 'set', 'inet', 'examsite', 'refused'], [0]),
    run('/usr/bin/journalctl', log, [0, 1]),
  ]);
  return [...counted(set.stdout), ...logged(journal.stdout)].toSorted((a, b) => b.times - a.times);
}

/** @param json what `nft -j list set` prints */
export function counted(json: string): Refusal[] {
  return elements
    .parse(JSON.parse(json))
    .nftables.flatMap(({ set }) => set?.elem ?? [])
    .map(({ elem: { val, counter } }) => {
      const [from, to, protocol, port] = val.concat;
      return { from, what: `${protocol} ${to}:${port}`, times: counter.packets };
    });
}

/** @param text lines of the proxy's log: haproxy.cfg says how they are made */
export function logged(text: string): Refusal[] {
  const lines = text.split('\n').flatMap((line) => {
    const [, from, what] = /^refused (\d+(?:\.\d+){3}) (\S.*)$/.exec(line) ?? [];
    return from === undefined || what === undefined ? [] : [{ from, what }];
  });
  const same = Map.groupBy(lines, ({ from, what }) => `${from} ${what}`);
  return [...same.values()].flatMap((some) => some.slice(0, 1).map((one) => ({ ...one, times: some.length })));
}
