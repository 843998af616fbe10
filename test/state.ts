/** A room's stack as the file backend keeps it. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { Home } from '../src/core/home.ts';
import { stackName } from '../src/cli/stack.ts';

const file = z.object({
  checkpoint: z.object({
    latest: z.object({
      resources: z
        .array(
          z.object({
            urn: z.string(),
            outputs: z.object({ reachable: z.boolean().optional(), actual: z.unknown().optional() }).optional(),
          }),
        )
        .default([]),
    }),
  }),
});

export interface Kept {
  /** `r301-s07-static-ip` */
  readonly name: string;
  readonly reachable: boolean;
  /** What was seen of it last. */
  readonly actual: unknown;
}

/** What the state knows of one PC: a resource a module. */
export async function stateOf(home: Home, room: string, host: string): Promise<Kept[]> {
  const text = await readFile(
    path.join(home.state, '.pulumi', 'stacks', 'examsite', `${stackName(room)}.json`),
    'utf8',
  );
  return file.parse(JSON.parse(text)).checkpoint.latest.resources.flatMap(({ urn, outputs }) => {
    const name = urn.slice(urn.lastIndexOf('::') + 2);
    const mine = name.startsWith(`${host}-`) && outputs?.reachable !== undefined;
    return mine ? [{ name, reachable: outputs.reachable === true, actual: outputs.actual }] : [];
  });
}
