/** P15, of an inspected entry: the PC trusts the exam site's CA of this cycle, and none of another. Pure. */
import type { Finding, Text } from '../../src/core/finding.ts';
import { judge, type Judged } from '../judge.ts';
import type { Validity, WantedCertificate } from './schema.ts';

export const requirement = 'P15';

/** A PC as far as it is the same on Windows and Linux. */
export interface Seen {
  readonly wanted: readonly WantedCertificate[];
  /** Hashes of what is trusted. */
  readonly trusted: readonly string[];
  readonly validity: Readonly<Record<string, Validity>>;
  readonly why: string | null;
}

const short = (sha256: string): string => sha256.slice(0, 12);
export const propertyOf = (index: number): string => `certificates.${index}`;

/** Nothing is said of a PC that needs none and has none. */
export function trustFindings(seen: Seen, where: Text): Finding[] {
  const { wanted, trusted, why } = seen;
  const own = wanted.map((one, index) => {
    const about = { requirement, property: propertyOf(index), expected: short(one.sha256) };
    return judge(about, why ?? undefined, () => trustSaid(one, seen, where));
  });
  const former = trusted.filter((sha256) => !wanted.some((one) => one.sha256 === sha256));
  if (wanted.length === 0 && former.length === 0 && why === null) return own;
  const about = { requirement, property: 'former', expected: [] };
  const said = judge(about, why ?? undefined, () => formerSaid(former, wanted.length > 0, where));
  return [...own, said];
}

function trustSaid({ sha256, notAfter }: WantedCertificate, { trusted, validity }: Seen, where: Text): Judged {
  const is = trusted.includes(sha256);
  const actual = is ? short(sha256) : null;
  const state = validity[sha256] ?? 'valid';
  if (state !== 'valid') return { actual, verdict: 'failed', sentence: invalid[state](notAfter) };
  return {
    actual,
    verdict: is ? 'ok' : 'drifted',
    sentence: {
      zh: `本机应信任考点的 CA ${short(sha256)}（有效期至 ${notAfter}），${is ? '已信任' : `尚不在${where.zh}中`}`,
      en: `this PC must trust the exam site's CA ${short(sha256)} (good until ${notAfter}), ${is ? 'and does' : `it is not in ${where.en}`}`,
    },
  };
}

const invalid: Readonly<Record<Exclude<Validity, 'valid'>, (notAfter: string) => Text>> = {
  'run-out': (notAfter) => ({
    zh: `按本机时钟，考点的 CA 已于 ${notAfter} 过期；时钟不准则校准，否则运行 examsite whitelist ca，再运行 up`,
    en: `by this PC's clock the exam site's CA has run out on ${notAfter}; set the clock where it is wrong, else run examsite whitelist ca, then up`,
  }),
  'not-yet': (notAfter) => ({
    zh: `按本机时钟，考点的 CA 尚未生效（有效期至 ${notAfter}）；请校准本机时钟`,
    en: `by this PC's clock the exam site's CA is not good yet (it is until ${notAfter}); set the clock of this PC`,
  }),
};

/** Where none is wanted there is no resource, and nothing that would repair it. */
function formerSaid(former: readonly string[], repaired: boolean, where: Text): Judged {
  const found = former.map(short);
  const none = found.length === 0;
  const byHand: Text = repaired
    ? { zh: '', en: '' }
    : {
        zh: `；运行 up，若仍在，请在该机上从${where.zh}中手动删除`,
        en: `; run up, and where it stays delete it by hand from ${where.en}`,
      };
  return {
    actual: found,
    verdict: none ? 'ok' : repaired ? 'drifted' : 'failed',
    sentence: {
      zh: `本机不应信任考点以前的 CA，${none ? '没有' : `尚有：${found.join('、')}${byHand.zh}`}`,
      en: `this PC must not trust a former CA of the exam site, ${none ? 'and does not' : `it does: ${found.join(', ')}${byHand.en}`}`,
    },
  };
}
