/** P6: the address is the PC's own, now and after every restart. Pure. */
import { isDeepStrictEqual } from 'node:util';
import type { Finding, Text, Verdict } from '../../src/core/finding.ts';
import type { AdapterConfig } from '../../src/core/primitives.ts';
import { configOf, type Actual, type Desired } from './schema.ts';

const requirement = 'P6';
/** What is compared, in the order an administrator would look. */
const properties = ['dhcp', 'address', 'prefix', 'gateway', 'dns'] as const;
type Property = (typeof properties)[number];
type Value = AdapterConfig[Property];

const names: Record<Property, Text> = {
  dhcp: { zh: '是否使用 DHCP ', en: 'use of DHCP' },
  address: { zh: 'IP 地址', en: 'address' },
  prefix: { zh: '子网前缀长度', en: 'prefix length' },
  gateway: { zh: '默认网关', en: 'default gateway' },
  dns: { zh: 'DNS 服务器', en: 'list of DNS servers' },
};

export function plan(desired: Desired, actual: Actual): Finding[] {
  const { adapter } = actual;
  const configured = properties.map((property) => configFinding(property, configOf(desired), actual));
  const repairable = configured.some((finding) => finding.verdict === 'drifted');
  return [
    adapterFinding(desired, actual, adapter !== null),
    ...configured,
    answerFinding(desired, actual, repairable),
    confirmedFinding(actual),
  ];
}

function adapterFinding({ mac }: Desired, { unobserved }: Actual, present: boolean): Finding {
  const common = { requirement, property: 'mac', expected: mac, actual: present ? mac : null };
  const why = unobserved['adapter'];
  if (why !== undefined)
    return { ...common, verdict: 'unknown', sentence: unknown({ zh: `网卡 ${mac}`, en: `adapter ${mac}` }, why) };
  return present
    ? { ...common, verdict: 'ok', sentence: { zh: `网卡 ${mac} 存在`, en: `adapter ${mac} is present` } }
    : {
        ...common,
        verdict: 'failed',
        sentence: {
          zh: `应有网卡 ${mac}，实为没有；请核对清单中该考位的 MAC 地址`,
          en: `expected an adapter ${mac}, got none; compare this seat's hardware address in the inventory with the PC's`,
        },
      };
}

/** Right only if it is right twice: an address that is live but not persistent is gone with the next restart. */
function configFinding(property: Property, wanted: AdapterConfig, { adapter, unobserved }: Actual): Finding {
  const expected = wanted[property];
  const common = { requirement, property, expected };
  if (adapter === null) {
    const why = unobserved['adapter'] ?? 'no such adapter';
    return { ...common, actual: null, verdict: 'unknown', sentence: unknown(names[property], why) };
  }
  const { live: now, persistent: later } = adapter;
  const [live, persistent] = [now[property], later[property]];
  const right = isDeepStrictEqual(live, expected) && isDeepStrictEqual(persistent, expected);
  const actual = isDeepStrictEqual(persistent, expected) ? live : persistent;
  const verdict: Verdict = right ? 'ok' : 'drifted';
  return {
    ...common,
    actual,
    verdict,
    sentence: compared(names[property], shown(live, now), shown(persistent, later), shown(expected, wanted)),
  };
}

function compared(name: Text, now: Text, later: Text, wanted: Text): Text {
  return now.en === later.en
    ? { zh: `${name.zh}为 ${now.zh}，要求为 ${wanted.zh}`, en: `${name.en} is ${now.en}, required is ${wanted.en}` }
    : {
        zh: `${name.zh}现为 ${now.zh}，重启后为 ${later.zh}，要求为 ${wanted.zh}`,
        en: `${name.en} is ${now.en} now and ${later.en} after a restart, required is ${wanted.en}`,
      };
}

function shown(value: Value, { dhcp }: AdapterConfig): Text {
  if (typeof value === 'boolean') return value ? { zh: '是', en: 'yes' } : { zh: '否', en: 'no' };
  const text = typeof value === 'object' && value !== null ? value.join(', ') : String(value ?? '');
  if (text !== '') return { zh: text, en: text };
  return dhcp ? { zh: 'DHCP 所给', en: 'what DHCP gives' } : { zh: '未设置', en: 'not set' };
}

/** A silent gateway may come to answer once the PC is in its network; where the PC already is, no program can wake it. */
function answerFinding({ gateway }: Desired, { gatewayAnswers, unobserved }: Actual, repairable: boolean): Finding {
  const common = { requirement, property: 'gatewayAnswers', expected: true, actual: gatewayAnswers };
  if (gatewayAnswers === null) {
    const name = { zh: `网关 ${gateway} 的应答`, en: `an answer of gateway ${gateway}` };
    return {
      ...common,
      verdict: 'unknown',
      sentence: unknown(name, unobserved['gatewayAnswers'] ?? 'no reason was given'),
    };
  }
  return gatewayAnswers
    ? { ...common, verdict: 'ok', sentence: { zh: `网关 ${gateway} 有应答`, en: `gateway ${gateway} answers` } }
    : {
        ...common,
        verdict: repairable ? 'drifted' : 'failed',
        sentence: {
          zh: `应能收到网关 ${gateway} 的应答，实为无应答`,
          en: `expected gateway ${gateway} to answer, got no answer`,
        },
      };
}

/** A controller that was killed leaves a change that is in force, and yet would take itself back. */
function confirmedFinding({ unconfirmed, unobserved }: Actual): Finding {
  const actual = unconfirmed === null ? null : !unconfirmed;
  const common = { requirement, property: 'confirmed', expected: true, actual };
  if (actual === null) {
    const name = { zh: '地址更改是否已确认', en: 'whether a change of address is unconfirmed' };
    return { ...common, verdict: 'unknown', sentence: unknown(name, unobserved['confirmed'] ?? 'no reason was given') };
  }
  return actual
    ? {
        ...common,
        verdict: 'ok',
        sentence: { zh: '没有未确认的地址更改', en: 'no change of address is left unconfirmed' },
      }
    : {
        ...common,
        verdict: 'drifted',
        sentence: {
          zh: '地址更改应已确认，实为未确认，否则该机将自行恢复',
          en: 'expected the change of address to be confirmed, got one that is not and would take itself back',
        },
      };
}

const unknown = (name: Text, why: string): Text => ({
  zh: `未能观察到${name.zh}（${why}）`,
  en: `${name.en} could not be observed (${why})`,
});
