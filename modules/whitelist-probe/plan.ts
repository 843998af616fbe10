/** What the conversations say: blocked, leaked, on the list but dead, or nothing that could be told. Pure. */
import type { ExchangeResult } from '../../src/core/exchange.ts';
import type { Finding, Text, Verdict } from '../../src/core/finding.ts';
import { outlines, type Meaning, type Outline } from './probes.ts';
import type { Actual, Desired } from './schema.ts';

/** What a probe has shown. */
export type Shown = 'answers' | 'blocked' | 'leaked' | 'unopened' | 'dead' | 'could not tell';

export function plan(desired: Desired, { results, unobserved }: Actual): Finding[] {
  const asked = outlines(desired).map((one) => {
    const result = results[one.id];
    return result === undefined ? unasked(one, unobserved) : judged(one, result);
  });
  return [...asked, ...desired.unprobed.map(unprobed)];
}

/** Nobody has said which host of it there is: then it is not known that it answers. */
const unprobed = (entry: string): Finding => ({
  ...{
    requirement: 'P15',
    property: `listed.any ${entry}`,
    expected: 'answers',
    actual: 'not probed',
    verdict: 'unknown',
  },
  sentence: {
    zh: `${entry}：未验证，不知道其中有哪个主机；请在 whitelist.yaml 中给出 sample`,
    en: `${entry}: not probed, nobody has said which host of it there is; give it a sample in whitelist.yaml`,
  },
});

const verdicts: Readonly<Record<Shown, Verdict>> = {
  answers: 'ok',
  blocked: 'ok',
  leaked: 'failed',
  unopened: 'failed',
  dead: 'failed',
  'could not tell': 'unknown',
};

export function shown({ listed }: Outline, meaning: Meaning): Shown {
  if (meaning === 'unclear') return 'could not tell';
  if (meaning === 'unopened') return 'unopened';
  if (listed) return meaning === 'something' ? 'answers' : 'dead';
  return meaning === 'something' ? 'leaked' : 'blocked';
}

function judged(one: Outline, result: ExchangeResult): Finding {
  const what = shown(one, one.meaning(result));
  const { zh, en } = sentences[what];
  return {
    ...{
      requirement: 'P15',
      property: one.id,
      expected: one.listed ? 'answers' : 'blocked',
      actual: what,
      verdict: verdicts[what],
    },
    sentence: { zh: `${one.about.zh}：${zh}`, en: `${one.about.en}: ${en}` },
    evidence: evidence(result),
  };
}

const sentences: Readonly<Record<Shown, Text>> = {
  answers: { zh: '有应答', en: 'answers' },
  blocked: { zh: '已阻断', en: 'blocked' },
  leaked: { zh: '可以访问，应被阻断；请检查路由器', en: 'can be reached and must not; look at the router' },
  unopened: {
    zh: '路由器没有打开其 TLS：路径和 Host 未受检查；请检查路由器',
    en: 'its TLS comes unopened, so nobody looks at path and Host; look at the router',
  },
  dead: { zh: '在白名单内，但没有应答', en: 'is on the whitelist and does not answer' },
  'could not tell': { zh: '应答无法判断', en: 'answered with what tells nothing' },
};

function unasked(one: Outline, why: string | null): Finding {
  const reason = why ?? 'no answer for it';
  return {
    ...{
      requirement: 'P15',
      property: one.id,
      expected: one.listed ? 'answers' : 'blocked',
      actual: null,
      verdict: 'unknown',
    },
    sentence: { zh: `${one.about.zh}：未能尝试（${reason}）`, en: `${one.about.en}: could not be tried (${reason})` },
  };
}

/** `answered by 198.18.0.10: HTTP/1.1 200 OK`, `refused by 10.30.1.1`. */
function evidence({ outcome, resolved, received, detail }: ExchangeResult): string {
  const bytes = Buffer.from(received, 'base64');
  const line = bytes.toString('latin1').split(/[\r\n]/)[0] ?? '';
  const said = /^[\x20-\x7e]+$/.test(line) ? line : bytes.subarray(0, 16).toString('hex');
  const by = resolved === null ? '' : outcome === 'answered' ? ` by ${resolved}` : ` (${resolved})`;
  const more = outcome === 'answered' ? said : detail;
  return `${outcome}${by}${more === '' ? '' : `: ${more.slice(0, 120)}`}`;
}
