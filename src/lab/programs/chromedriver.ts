/** chromedriver.exe on a command line. As a server it would wait for ever; sessions go through webdriver.ts. */
import { z } from 'zod';
import { atOnce, exit, lines } from './exit.ts';

export const driverFacts = z.looseObject({
  program: z.literal('chromedriver'),
  version: z.string(),
  /** What follows the version in brackets. */
  revision: z.string(),
  /** A 32-bit driver looks among the 32-bit programs first. */
  bits: z.union([z.literal(32), z.literal(64)]),
});
export type DriverFacts = z.infer<typeof driverFacts>;

export const chromedriver = atOnce(({ facts, args }) => {
  const { version, revision } = driverFacts.parse(facts);
  if (args.includes('--version') || args.includes('-v')) return exit(0, lines(`ChromeDriver ${version} (${revision})`));
  return exit(
    1,
    lines(`Starting ChromeDriver ${version} (${revision})`),
    lines('this simulated chromedriver serves no port'),
  );
});
