/** R7, R8: the box lets through the whitelist and nothing else, now and after it was switched off and on. Pure. */
import type { Finding, Text } from '../../../src/core/finding.ts';
import type { Actual, Desired } from '../schema.ts';
import { kernelKeys, packages, rivals, units } from './places.ts';
import { certificatesOf, filesOf, sha256 } from './read.ts';
import { lists, ruleSet, type RuleSet } from './render.ts';

/** What differs from box to box. */
export interface Box {
  readonly ruleSet: (desired: Desired) => RuleSet;
  /** Every file that must be as it is rendered, by where it lies. */
  readonly filesOf: (set: RuleSet) => Readonly<Record<string, string>>;
  readonly units: readonly string[];
  /** Units that would be in their way. */
  readonly rivals: readonly string[];
}

const linux: Box = { ruleSet: (desired) => ruleSet(desired), filesOf, units, rivals };

export function plan(desired: Desired, actual: Actual): Finding[] {
  if (actual.missing.length > 0) return [lacking(actual.missing)];
  return planFor(linux, desired, actual);
}

/** @param actual of a box that lacks no program */
export function planFor({ ruleSet, filesOf, units, rivals }: Box, desired: Desired, actual: Actual): Finding[] {
  const set = ruleSet(desired);
  return [
    listed('http', desired.rules.http, actual),
    listed('https', desired.rules.https, actual),
    ...(desired.inspection === null ? [] : [listed('inspect', desired.rules.inspect, actual), unexposed(actual)]),
    written(set, filesOf(set), actual),
    inForce(actual),
    daemon('proxy', set, actual.proxy, { zh: '代理', en: 'the proxy' }),
    daemon('resolver', set, actual.resolver, { zh: '解析器', en: 'the resolver' }),
    policy(set, actual),
    ...units.map((unit) => service(unit, true, actual)),
    ...rivals.filter((unit) => actual.services[unit] !== undefined).map((unit) => service(unit, false, actual)),
    ...kernelKeys.map((key) => setting(key, wantedSetting(desired, key), actual)),
    confirmed(actual),
  ];
}

type Compared = Pick<Finding, 'requirement' | 'property' | 'expected' | 'actual'>;

/** Equal is ok, different can be repaired, unseen is unknown. */
export function compared(one: Compared, what: Text, why: string | undefined, isRight: boolean): Finding {
  if (why !== undefined) {
    return {
      ...one,
      actual: null,
      verdict: 'unknown',
      sentence: { zh: `未能观察到${what.zh}（${why}）`, en: `${what.en} could not be observed (${why})` },
    };
  }
  return isRight
    ? { ...one, verdict: 'ok', sentence: { zh: `${what.zh}符合`, en: `${what.en} is as wanted` } }
    : { ...one, verdict: 'drifted', sentence: { zh: `${what.zh}与要求不同`, en: `${what.en} is not as wanted` } };
}

const lacking = (missing: readonly string[]): Finding =>
  lackingFinding(
    missing,
    `apt-get install ${missing.map((name) => packages[name as keyof typeof packages]).join(' ')}`,
  );

/** @param install the line that installs them */
export function lackingFinding(missing: readonly string[], install: string): Finding {
  return {
    ...{ requirement: 'R8', property: 'packages', expected: [], actual: [...missing], verdict: 'failed' },
    sentence: {
      zh: `路由器缺少程序 ${missing.join('、')}；请先安装软件包：${install}`,
      en: `the box lacks ${missing.join(', ')}; install its packages first: ${install}`,
    },
  };
}

/** What the proxy's own lists let through, in the whitelist's words: a line that is not on the whitelist stands there as the box has it. */
function listed(scheme: Scheme, wanted: readonly string[], actual: Actual): Finding {
  const lines = wanted.map((rule) => ({ rule, lines: linesOf(scheme, rule) }));
  const known = new Set(lines.flatMap((one) => one.lines));
  const there = Object.entries(actual.lists).flatMap(([list, lines]) =>
    list.startsWith(`${scheme}-`) && list.endsWith('.lst') ? lines.map((line) => `${list} ${line}`) : [],
  );
  const missing = lines.filter((one) => one.lines.some((line) => !there.includes(line))).map(({ rule }) => rule);
  const extra = there.filter((line) => !known.has(line));
  const about = {
    ...{ requirement: 'R8', property: `rules.${scheme}`, expected: [...wanted] },
    actual: [...wanted.filter((rule) => !missing.includes(rule)), ...extra],
  };
  if (missing.length + extra.length === 0) {
    const count = wanted.length;
    return {
      ...about,
      verdict: 'ok',
      sentence: {
        zh: `${scheme} 放行 ${count} 条，与白名单一致`,
        en: `over ${scheme} the ${count} entries of the whitelist are let through`,
      },
    };
  }
  const [more, less] = [extra.join(', ') || '–', missing.join(', ') || '–'];
  return {
    ...about,
    verdict: 'drifted',
    sentence: {
      zh: `${scheme} 多放行 ${more}，缺少 ${less}`,
      en: `over ${scheme} the box lets through ${more} that is not on the whitelist, and lacks ${less}`,
    },
  };
}

type Scheme = 'http' | 'https' | 'inspect';

/** The lines that a rule becomes, each after its list's name. */
function linesOf(scheme: Scheme, rule: string): string[] {
  const made = lists({ rules: { http: [], https: [], inspect: [], addresses: [], [scheme]: [rule] } });
  return Object.entries(made).flatMap(([name, some]) =>
    name.endsWith('.lst') ? some.map((line) => `${name} ${line}`) : [],
  );
}

/** Whoever reads a certificate's key can answer in the name of the site that it is for, to every PC of the room. */
function unexposed({ exposed = [], unobserved }: Actual): Finding {
  const about = { requirement: 'R8', property: 'certificates.exposed', expected: [], actual: exposed };
  const what = { zh: '证书私钥的权限', en: "who may read the certificates' keys" };
  return compared(about, what, unobserved['exposed'], exposed.length === 0);
}

function written(set: RuleSet, wanted: Readonly<Record<string, string>>, { files }: Actual): Finding {
  const hashes = Object.entries(wanted).map(([path, text]) => [path, sha256(text)] as const);
  const all = [...hashes, ...Object.entries(certificatesOf(set))];
  const wrong = all.flatMap(([path, hash]) => (files[path] === hash ? [] : [path]));
  const about = { requirement: 'R8', property: 'files', expected: [], actual: wrong };
  return compared(about, { zh: '规则文件', en: `every file of ${set.policy}` }, undefined, wrong.length === 0);
}

function inForce({ firewall: { live, wanted }, unobserved }: Actual): Finding {
  const missing = (wanted ?? []).filter((line) => live?.includes(line) !== true);
  const extra = (live ?? []).filter((line) => wanted?.includes(line) !== true);
  const same = live !== null && wanted !== null && live.join('\n') === wanted.join('\n');
  const about = {
    requirement: 'R8',
    property: 'firewall',
    expected: same ? 'as written' : missing,
    actual: same ? 'as written' : live === null ? null : extra,
  };
  const why = unobserved['firewall'] ?? (wanted === null ? 'nft of this box does not take the rules' : undefined);
  return compared(about, { zh: '生效的防火墙规则', en: 'what nft has in force' }, why, same);
}

const daemon = (property: string, { policy: wanted }: RuleSet, found: string | null, name: Text): Finding =>
  compared(
    { requirement: 'R7', property, expected: wanted, actual: found },
    { zh: `${name.zh}所用的规则`, en: `what ${name.en} works by` },
    undefined,
    found === wanted,
  );

const policy = ({ policy: wanted }: RuleSet, { policy: found }: Actual): Finding =>
  compared(
    { requirement: 'R8', property: 'policy', expected: wanted, actual: found },
    { zh: '开机后生效的规则', en: 'what the box comes up with' },
    undefined,
    found === wanted,
  );

function service(unit: string, wanted: boolean, { services, unobserved }: Actual): Finding {
  const found = services[unit] ?? { atBoot: false, running: false };
  const expected = { atBoot: wanted, running: wanted };
  const what = {
    zh: `服务 ${unit}（${wanted ? '应运行' : '应停用'}）`,
    en: `${unit} (to be ${wanted ? 'on' : 'off'})`,
  };
  const isRight = found.atBoot === wanted && found.running === wanted;
  return compared(
    { requirement: 'R8', property: `services.${unit}`, expected, actual: found },
    what,
    unobserved['services'],
    isRight,
  );
}

/** Forwarding is on only where the whitelist has addresses. */
export const wantedSetting = ({ rules }: Desired, key: string): string =>
  key === 'net.ipv4.ip_forward' && rules.addresses.length > 0 ? '1' : '0';

function setting(key: string, expected: string, { kernel, unobserved }: Actual): Finding {
  const actual = kernel[key] ?? null;
  const what = { zh: `内核设置 ${key}`, en: `kernel setting ${key}` };
  return compared(
    { requirement: 'R8', property: `kernel.${key}`, expected, actual },
    what,
    unobserved['kernel'],
    actual === expected,
  );
}

function confirmed({ unconfirmed, unobserved }: Actual): Finding {
  const about = { requirement: 'R8', property: 'confirmed', expected: true, actual: !unconfirmed };
  return compared(
    about,
    { zh: '更改的确认', en: 'the confirmation of the last change' },
    unobserved['confirmed'],
    !unconfirmed,
  );
}
