import type { DepotView } from '../../src/core/host.ts';
import { drifted, type Seen, type Work } from '../../src/core/work.ts';
import { worksFor } from './install.ts';
import type { BrowserActual, BrowserDesired } from './schema.ts';

/** Both files are fetched before the first is used. */
export function work(desired: BrowserDesired, seen: Seen<BrowserActual> | null, depot: DepotView): Work[] {
  const { chrome, driver } =
    seen === null ? { chrome: true, driver: true } : worksFor(desired, seen.actual, drifted(seen.findings));
  const msi = chrome ? [depot.artifact('chrome', desired.chrome)] : [];
  const zip = driver && desired.chromedriver !== null ? [depot.artifact('chromedriver', desired.chromedriver)] : [];
  const what = [...msi.map(() => 'chrome'), ...zip.map(() => 'chromedriver')];
  return what.map((one, index) => ({ what: one, files: index === 0 ? [...msi, ...zip] : [] }));
}
