/** What the findings of this module have in common. */
import type { Finding, Text } from '../../src/core/finding.ts';
import * as at from './places.ts';
import type { BrowserActual, Installed, Part } from './schema.ts';

export type About = Pick<Finding, 'requirement' | 'property' | 'expected'>;
export type Judged = Omit<Finding, keyof About>;

/** What could not be seen is not judged: one part that the machine kept to itself makes the whole finding `unknown`. */
export function judge(about: About, actual: BrowserActual, parts: readonly Part[], verdict: () => Judged): Finding {
  const why = parts.map((part) => actual.unobserved[part]).find((reason) => reason !== undefined);
  if (why === undefined) return { ...about, ...verdict() };
  // Machines end their messages with a full stop.
  const said = why.replace(/[.。]$/, '');
  const sentence: Text = { zh: `无法查看，机器回答：${said}`, en: `could not be looked at, the machine said: ${said}` };
  return { ...about, actual: null, verdict: 'unknown', sentence };
}

/** The Chrome that the seat is judged by: the machine-wide one that programs find first. */
export const judged = (chromes: readonly Installed[]): Installed | undefined =>
  chromes.find((one) => at.placeOf(one.path) !== -1);

export const chromeVersion = (actual: BrowserActual): string | null => judged(actual.chromes)?.version ?? null;
