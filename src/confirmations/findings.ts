/** What people's word makes of a requirement: a finding like any other, with a name and a date for its evidence. Pure. */
import type { Finding, Text, Verdict } from '../core/finding.ts';
import type { Seat } from '../inventory/schema.ts';
import { forPeople, type Confirmation } from './file.ts';

export interface Spoken {
  /** Oldest first. */
  readonly confirmations: readonly Confirmation[];
  readonly now: Date;
  /** How long a person's word holds: what was true at the last exam says nothing of this one. */
  readonly days: number;
}

/** Of one PC: every requirement for a person has a finding, and silence is `unknown`. */
export function seatConfirmations({ name, entry }: Pick<Seat, 'name' | 'entry'>, spoken: Spoken): Finding[] {
  return forPeople
    .filter(({ scope }) => scope === 'seat')
    .map((requirement) => {
      const about = spoken.confirmations.filter((one) => one.requirement === requirement.id);
      const mine = about.findLast(({ pcs }) => Object.values(pcs ?? {}).includes(entry.mac));
      if (mine !== undefined) return finding(requirement, mine, spoken);
      return finding(
        requirement,
        undefined,
        spoken,
        about.some(({ pcs }) => pcs?.[name] !== undefined) ? another : nobody,
      );
    });
}

/** Of the room and the site: only what somebody has said. The report lists what is left. */
export function roomConfirmations(spoken: Spoken): Finding[] {
  return forPeople
    .filter(({ scope }) => scope !== 'seat')
    .flatMap((requirement) => {
      const said = spoken.confirmations.findLast((one) => one.requirement === requirement.id);
      return said !== undefined && holds(said, spoken) ? [finding(requirement, said, spoken)] : [];
    });
}

const nobody: Text = { zh: '尚无人确认', en: 'nobody has confirmed' };
const another: Text = { zh: '此座位已换了电脑，确认的是另一台', en: 'confirmed of another PC at this seat' };
const withdrawn: Text = { zh: '确认已撤回', en: 'the confirmation was withdrawn' };

const day = 24 * 60 * 60 * 1000;
const tooOld = ({ at }: Confirmation, { now, days }: Spoken): boolean => now.getTime() - Date.parse(at) > days * day;
const holds = (said: Confirmation, spoken: Spoken): boolean => said.says !== 'withdrawn' && !tooOld(said, spoken);

function finding(
  { id, title }: (typeof forPeople)[number],
  said: Confirmation | undefined,
  spoken: Spoken,
  otherwise: Text = nobody,
): Finding {
  const about = (how: Text): Text => ({ zh: `${how.zh}：${title.zh}`, en: `${how.en}: ${title.en}` });
  const plain = { requirement: id, property: 'confirmed', expected: true };
  if (said === undefined) return { ...plain, actual: null, verdict: 'unknown', sentence: about(otherwise) };
  const evidence = [said.by, said.at, ...(said.note === undefined ? [] : [said.note])].join(', ');
  if (!holds(said, spoken)) {
    const why = said.says === 'withdrawn' ? withdrawn : expired(spoken.days);
    return { ...plain, actual: null, verdict: 'unknown', sentence: about(why), evidence };
  }
  const yes = said.says === 'yes';
  const verdict: Verdict = yes ? 'ok' : 'failed';
  return { ...plain, actual: yes, verdict, sentence: about(yes ? seen(said.by) : seenNot(said.by)), evidence };
}

const seen = (by: string): Text => ({ zh: `${by} 已确认`, en: `confirmed by ${by}` });
const seenNot = (by: string): Text => ({ zh: `${by} 确认不符合`, en: `found not to be so by ${by}` });
const expired = (days: number): Text => ({
  zh: `确认已超过 ${days} 天，须重新确认`,
  en: `the confirmation is more than ${days} days old and must be made anew`,
});
