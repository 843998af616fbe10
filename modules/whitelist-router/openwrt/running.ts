/** What procd runs, as `ubus call service list` says it (procd, service/service.c: instances of a service, each with `running`). */
import { z } from 'zod';

const list = z.record(
  z.string(),
  z.looseObject({ instances: z.record(z.string(), z.looseObject({ running: z.boolean().optional() })).optional() }),
);

/** @returns names of services with an instance that runs; none where ubus said something else */
export function runningOf(json: string): string[] {
  const parsed = list.safeParse(parse(json));
  if (!parsed.success) return [];
  return Object.entries(parsed.data).flatMap(([name, { instances = {} }]) =>
    Object.values(instances).some(({ running }) => running === true) ? [name] : [],
  );
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
