import type { Host } from '../../src/core/host.ts';
import { observe } from '../observe.ts';
import { products } from '../products.ts';
import { load } from './saved.ts';
import { wantedOf, type DesktopToolsActual, type DesktopToolsDesired } from './schema.ts';
import { toolOf } from './tools/index.ts';
import { unpackers } from './tools/unpackers.ts';

/** One round trip: every tool makes its calls before the first answer is awaited, and all share one look at the list of programs. */
export async function read(host: Host, desired: DesktopToolsDesired): Promise<DesktopToolsActual> {
  const list = products(host);
  const wanted = wantedOf(desired.level);
  const anyUnpacker = wanted.some(({ instead }) => instead);
  const [looks, others, ours] = await Promise.all([
    Promise.all(wanted.map(({ product }) => observe(toolOf(product).look(host, list)))),
    observe(anyUnpacker ? unpackers(host, list) : Promise.resolve([])),
    observe(load(host)),
    // Refused for one, it is refused for all who use it; those who do not must not fail by it.
    list.catch(() => undefined),
  ]);
  const seen = wanted.map(({ product }, index) => [product, looks[index]] as const);
  const why = [...seen, ['unpackers', others] as const, ['ours', ours] as const];
  return {
    tools: Object.fromEntries(seen.map(([product, look]) => [product, look?.value ?? []])),
    unpackers: others.value ?? [],
    ours: Object.fromEntries(Object.entries(ours.value ?? {}).map(([product, { version }]) => [product, version])),
    unobserved: Object.fromEntries(
      why.flatMap(([part, look]) => (typeof look?.why === 'string' ? [[part, look.why]] : [])),
    ),
  };
}
