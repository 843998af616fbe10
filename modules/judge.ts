/** What findings of several modules have in common. */
import type { Finding, Text } from '../src/core/finding.ts';

export type Judged = Omit<Finding, 'requirement' | 'property' | 'expected'>;

/** A finding is `unknown` where what it is about could not be seen. */
export function judge(about: Omit<Finding, keyof Judged>, why: string | undefined, verdict: () => Judged): Finding {
  if (why === undefined) return { ...about, ...verdict() };
  const said = unstopped(why);
  const sentence: Text = { zh: `无法查看，机器回答：${said}`, en: `could not be looked at, the machine said: ${said}` };
  return { ...about, actual: null, verdict: 'unknown', sentence };
}

/** Machines end their messages with a full stop; our sentences go on, or end without. */
export const unstopped = (message: string): string => message.replace(/[.。]$/, '');
