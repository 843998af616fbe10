/**
 * Firefox, which the handbook lets stand in Chrome's place at level 3. It takes the place of the level's Chrome only: P14 asks for Chrome on
 * every PC, and the level's driver is Chrome's. Where it registers itself is windows-facts 5.
 */
import { toolOf } from '../../handbook/handbook.ts';
import type { Text } from '../../src/core/finding.ts';
import type { Host } from '../../src/core/host.ts';
import type { Level } from '../../src/inventory/schema.ts';
import { compareVersions, meets } from '../version.ts';
import { chromeVersion } from './findings.ts';
import type { BrowserActual, BrowserDesired, Installed } from './schema.ts';

/** P14: Chrome stable 75.0 or newer, whatever the level. */
export const leastChrome = '75.0';

const pattern = 'C:\\Program Files*\\Mozilla Firefox*\\firefox.exe';
/** 64-bit installations, then 32-bit ones: a key for each version that is there, `115.12.0 (x64 zh-CN)`. */
const keys = ['SOFTWARE\\Mozilla', 'SOFTWARE\\WOW6432Node\\Mozilla'].map(
  (root) => `HKLM\\${root}\\Mozilla Firefox\\*\\Main`,
);

/** Whether the handbook takes this Firefox for the level's Chrome. */
export const firefoxWillDo = (level: Level, version: string | null): boolean =>
  (toolOf(level, 'chrome')?.instead ?? []).some(
    ({ product, rule }) => product === 'firefox' && (version === null ? 'any' in rule : meets(rule, version)),
  );

/** Machine-wide ones that are both registered and there: a copied folder is not installed, nor is what only its keys are left of. */
export async function firefoxes(host: Host): Promise<Installed[]> {
  const [found, ...registered] = await Promise.all([
    host.call('file.find', { pattern }),
    ...keys.map((key) => host.call('registry.find', { pattern: key, names: ['PathToExe'] })),
  ]);
  const paths = registered.flatMap(({ keys: all }) => all.map(({ values }) => values['PathToExe']?.data));
  const known = new Set(paths.map((path) => (typeof path === 'string' ? path.toLowerCase() : '')));
  return found.files
    .filter(({ path }) => known.has(path.toLowerCase()))
    .map(({ path, version }) => ({ path, version }));
}

/** The Firefox that stands in the place of the level's Chrome; undefined where the pinned Chrome is there. */
export function firefoxInstead({ level, chrome }: BrowserDesired, actual: BrowserActual): Installed | undefined {
  if (chromeVersion(actual) === chrome) return undefined;
  return actual.firefoxes.find(({ version }) => firefoxWillDo(level, version));
}

/** Version of a Chrome that is not the pinned one and may stay, because a Firefox stands in the pinned one's place. */
export function otherChrome(desired: BrowserDesired, actual: BrowserActual): string | undefined {
  const version = chromeVersion(actual);
  const may = version !== null && compareVersions(version, leastChrome) >= 0;
  return may && firefoxInstead(desired, actual) !== undefined ? version : undefined;
}

/** @param chrome the one that it replaces */
export const insteadOf = (chrome: string, version: string | null): Text => ({
  zh: `以 Firefox${version === null ? '' : ` ${version}`} 代替 Chrome ${chrome}，该级别任何 Firefox 均可`,
  en: `instead of chrome ${chrome} there is Firefox${version === null ? '' : ` ${version}`}, at this level any Firefox will do`,
});
