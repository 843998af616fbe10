/** What the router can do, by its data sheet: `routerFacts:` in site.yaml, and what the handbook asks of it (R1–R6). */
import { z } from 'zod';
import type { Finding, Text } from '../core/finding.ts';
import type { Site } from './schema.ts';

const most = z.int().min(0);

export const routerFacts = z
  .strictObject({
    product: z.string().min(1).meta({ description: 'maker and model, as on its label' }),
    clients: most.optional().meta({ description: 'clients that it serves (带机量), by its data sheet (R1)' }),
    wanMbps: most.optional().meta({ description: 'bandwidth towards the internet (R2)', unit: 'Mbit/s' }),
    vpnTunnels: most.optional().meta({ description: 'VPN tunnels (R3)' }),
    accessPoints: most.optional().meta({ description: 'access points that it manages (R4)' }),
    cpuCores: most.optional().meta({ description: 'processor cores (R5)' }),
    applications: z
      .boolean()
      .optional()
      .meta({ description: 'recognises applications such as short video, shopping and mail, to block them (R6)' }),
  })
  .meta({ description: 'what the router can do, by its data sheet (R1–R6)' });
export type RouterFacts = z.infer<typeof routerFacts>;

interface Height {
  readonly requirement: string;
  readonly key: 'clients' | 'wanMbps' | 'vpnTunnels' | 'accessPoints' | 'cpuCores';
  readonly what: Text;
  readonly minimum: number;
  /** Of R3 the handbook gives one height only. */
  readonly recommended: number | undefined;
}

const heights: readonly Height[] = [
  { requirement: 'R1', key: 'clients', what: { zh: '带机量', en: 'clients' }, minimum: 100, recommended: 200 },
  {
    requirement: 'R2',
    key: 'wanMbps',
    what: { zh: '广域网带宽（Mbps）', en: 'Mbit/s of WAN' },
    minimum: 500,
    recommended: 1000,
  },
  {
    requirement: 'R3',
    key: 'vpnTunnels',
    what: { zh: 'VPN 隧道数', en: 'VPN tunnels' },
    minimum: 100,
    recommended: undefined,
  },
  {
    requirement: 'R4',
    key: 'accessPoints',
    what: { zh: '管理 AP 数', en: 'access points' },
    minimum: 100,
    recommended: 300,
  },
  { requirement: 'R5', key: 'cpuCores', what: { zh: '处理器核数', en: 'processor cores' }, minimum: 1, recommended: 2 },
];

/** Nothing where site.yaml speaks of no router at all. What nobody has filled in is `unknown`, which never passes. */
export function routerFindings({ router, routerFacts: facts }: Site): Finding[] {
  if (router === undefined && facts === undefined) return [];
  return [...heights.map((height) => judged(height, facts)), applications(router !== undefined, facts)];
}

function judged({ requirement, key, what, minimum, recommended }: Height, facts: RouterFacts | undefined): Finding {
  const actual = facts?.[key] ?? null;
  const common = { requirement, property: `routerFacts.${key}`, actual, ...evidence(facts) };
  const expected = recommended === undefined ? minimum : { recommended, minimum };
  if (actual === null) return { ...common, expected, verdict: 'unknown', sentence: unsaid(key) };
  const least = recommended === undefined ? String(minimum) : `${minimum}–${recommended}`;
  const sentence = {
    zh: `路由器${what.zh} ${actual}，要求 ${least}`,
    en: `the router has ${actual} ${what.en}, asked for are ${least}`,
  };
  if (actual < minimum) return { ...common, expected, verdict: 'failed', sentence };
  const grade =
    recommended === undefined ? {} : ({ grade: actual >= recommended ? 'recommended' : 'minimum' } as const);
  return { ...common, expected, verdict: 'ok', sentence, ...grade };
}

/** Under a whitelist there is nothing left to recognise: what is not on the list is not reached, whatever it is. */
function applications(enforced: boolean, facts: RouterFacts | undefined): Finding {
  const actual = facts?.applications ?? null;
  const common = {
    requirement: 'R6',
    property: 'routerFacts.applications',
    expected: true,
    actual,
    ...evidence(facts),
  };
  if (enforced)
    return {
      ...common,
      verdict: 'ok',
      sentence: {
        zh: '白名单之外的应用一律不通，无需再按应用封禁（应用封禁未启用）',
        en: 'under the whitelist no application outside it is reached, so none is blocked by name: that is off',
      },
    };
  if (actual === null) return { ...common, verdict: 'unknown', sentence: unsaid('applications') };
  return {
    ...common,
    verdict: actual ? 'ok' : 'failed',
    sentence: {
      zh: `路由器${actual ? '能' : '不能'}识别短视频、购物、邮箱等应用`,
      en: `the router ${actual ? 'recognises' : 'does not recognise'} applications such as short video, shopping and mail`,
    },
  };
}

const unsaid = (key: string): Text => ({
  zh: `site.yaml 未填 routerFacts.${key}，请按产品说明书填写`,
  en: `nobody has said: fill in routerFacts.${key} in site.yaml from the data sheet`,
});

const evidence = (facts: RouterFacts | undefined): { evidence?: string } =>
  facts === undefined ? {} : { evidence: `data sheet of ${facts.product}` };
