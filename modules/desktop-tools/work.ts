import type { Finding } from '../../src/core/finding.ts';
import type { DepotView } from '../../src/core/host.ts';
import { drifted, type Seen, type Work } from '../../src/core/work.ts';
import { wantedOf, type DesktopToolsActual, type DesktopToolsDesired } from './schema.ts';

/** Products of the level that are not there as they must be, in the order in which they are installed. */
export function missing({ level }: DesktopToolsDesired, findings: readonly Finding[]): string[] {
  const open = drifted(findings);
  return products(level).filter((product) => open.has(`tools.${product}`));
}

const products = (level: DesktopToolsDesired['level']): string[] => wantedOf(level).map(({ product }) => product);

export function work(desired: DesktopToolsDesired, seen: Seen<DesktopToolsActual> | null, depot: DepotView): Work[] {
  const wanted = seen === null ? products(desired.level) : missing(desired, seen.findings);
  return wanted.map((product) => ({
    what: product,
    files: [depot.artifact(product, desired.tools[product] ?? '')],
  }));
}
