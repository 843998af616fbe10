/** Dotted versions with any number of parts: Chrome has four, Python three, a rule may have two. (semver libraries insist on three.) */
import type { Rule } from '../handbook/handbook.ts';

const parts = (version: string): number[] => (version.match(/^\d+(?:\.\d+)*/)?.[0] ?? '').split('.').map(Number);

/** Negative, zero or positive, by number and not by letter; missing parts count as 0. What follows the dotted numbers (`.post0`, `rc1`) is not compared. */
export function compareVersions(a: string, b: string): number {
  const left = parts(a);
  const right = parts(b);
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** MAJOR.MINOR.BUILD: what Chrome and its driver must have in common (developer.chrome.com/docs/chromedriver, version selection). */
export const build = (version: string): string => version.split('.').slice(0, 3).join('.');

/** @param other version of the tool that `matches` names; without it such a rule is not met. */
export function meets(rule: Rule, version: string, other?: string): boolean {
  if ('exact' in rule) return version === rule.exact;
  if ('atLeast' in rule) return compareVersions(version, rule.atLeast) >= 0;
  if ('anyPatch' in rule) return version.startsWith(`${rule.anyPatch}.`);
  if ('matches' in rule) return other !== undefined && build(version) === build(other);
  return true;
}

/** The rule as a person writes it: `= 75.0.3770.100`, `≥ 75.0`, `3.7.x`, `any version`. */
export function ruleText(rule: Rule): { zh: string; en: string } {
  if ('exact' in rule) return { zh: `= ${rule.exact}`, en: `= ${rule.exact}` };
  if ('atLeast' in rule) return { zh: `≥ ${rule.atLeast}`, en: `≥ ${rule.atLeast}` };
  if ('anyPatch' in rule) return { zh: `${rule.anyPatch}.x`, en: `${rule.anyPatch}.x` };
  if ('matches' in rule) return { zh: `与 ${rule.matches} 版本一致`, en: `the version of ${rule.matches}` };
  return { zh: '版本不限', en: 'any version' };
}
