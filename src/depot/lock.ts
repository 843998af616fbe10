/** `inventories/depot.lock.yaml`: every file that may be installed, by exact version, size and SHA-256. Nothing is ever "latest". */
import { z } from 'zod';

export const artifact = z.strictObject({
  /** `chrome`, `chromedriver`, `python`, or `wheel`. */
  product: z.string().regex(/^[a-z0-9-]+$/),
  /** For a wheel: the distribution's normalised name, `scrapy`. */
  name: z.string().optional(),
  version: z.string().min(1),
  /** File name in the depot, ASCII. */
  file: z.string().regex(/^[A-Za-z0-9._+-]+$/),
  size: z.int().min(1).meta({ unit: 'bytes' }),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  source: z.string().optional(),
  licence: z.string().optional(),
});
export type LockedArtifact = z.infer<typeof artifact>;

export const depotLock = z.strictObject({
  artifacts: z.array(artifact),
  /** Closed sets of wheels, by name of the set (`L2`): file names of wheel artifacts. */
  wheels: z.record(z.string(), z.array(z.string())),
});
export type DepotLock = z.infer<typeof depotLock>;
