/** What the handbook and the site's pins say about the browsers found. Pure. */
import type { Finding, Text } from '../../src/core/finding.ts';
import { compareVersions, ruleText } from '../version.ts';
import { driverFindings } from './driver-findings.ts';
import { firefoxInstead, insteadOf, leastChrome, otherChrome } from './firefox.ts';
import { chromeVersion, judge, judged, type Judged } from './findings.ts';
import * as at from './places.ts';
import { ruleOf, type BrowserActual, type BrowserDesired } from './schema.ts';

export function plan(desired: BrowserDesired, actual: BrowserActual): Finding[] {
  return [
    chrome(desired, actual),
    stableChrome(desired, actual),
    ...(desired.chromedriver === null ? [formerDriver(actual)] : driverFindings(desired, desired.chromedriver, actual)),
    ...(desired.autoUpdate ? [] : [autoUpdate(desired, actual)]),
    leftovers(desired, actual),
    internetExplorer(desired, actual),
  ];
}

function chrome(desired: BrowserDesired, actual: BrowserActual): Finding {
  const about = { requirement: `${desired.level}.chrome`, property: 'chrome', expected: desired.chrome };
  const pinned = chromeVersion(actual) === desired.chrome;
  return judge(about, actual, pinned ? ['chromes'] : ['chromes', 'firefoxes'], (): Judged => {
    const found = judged(actual.chromes);
    const version = found?.version ?? null;
    const other = firefoxInstead(desired, actual);
    if (other !== undefined) {
      const is = `Firefox ${other.version ?? ''}`.trim();
      const sentence = insteadOf(desired.chrome, other.version);
      return { actual: is, verdict: 'ok', grade: 'minimum', sentence, evidence: `file version of ${other.path}` };
    }
    const rule = ruleText(ruleOf(desired.level, 'chrome') ?? { any: true });
    return {
      actual: version,
      verdict: version === desired.chrome ? 'ok' : 'drifted',
      sentence: {
        zh: `Chrome ${version === null ? '未安装' : `为 ${version}`}，定为 ${desired.chrome}（手册：${rule.zh}）`,
        en: `chrome is ${version ?? 'not installed'}, pinned to ${desired.chrome} (handbook: ${rule.en})`,
      },
      evidence: found === undefined ? at.chromePatterns[0] : `file version of ${found.path}`,
    };
  });
}

/** The level's Firefox takes the place of the level's Chrome, not of this one: P14 binds every PC and names no other browser. */
function stableChrome(desired: BrowserDesired, actual: BrowserActual): Finding {
  const about = { requirement: 'P14', property: 'chrome', expected: `≥ ${leastChrome}` };
  return judge(about, actual, ['chromes'], () => {
    const version = chromeVersion(actual);
    const right = version !== null && compareVersions(version, leastChrome) >= 0;
    const beside: Text =
      right || firefoxInstead(desired, actual) === undefined
        ? { zh: '', en: '' }
        : { zh: '，有 Firefox 也不例外', en: ', beside a Firefox too' };
    return {
      actual: version,
      verdict: right ? 'ok' : 'drifted',
      sentence: {
        zh: `Chrome ${version === null ? '未安装' : `为 ${version}`}，要求 ${leastChrome} 以上${beside.zh}`,
        en: `chrome is ${version ?? 'not installed'}, ${leastChrome} or newer is required${beside.en}`,
      },
    };
  });
}

/** As for every tool: what was brought for another level goes with it. */
function formerDriver(actual: BrowserActual): Finding {
  const about = { requirement: 'P16', property: 'formerDriver', expected: false };
  return judge(about, actual, ['formerDriver'], () => {
    const there = actual.formerDriver;
    return {
      actual: there,
      verdict: there ? 'drifted' : 'ok',
      sentence: {
        zh: `为其他级别安装的 chromedriver 应已移除，${there ? `尚在 ${at.driverFolder}` : '没有'}`,
        en: `the chromedriver of another level must be gone, ${there ? `still there: ${at.driverFolder}` : 'and is'}`,
      },
    };
  });
}

/** What could update Chrome by itself; empty when nothing can. */
function updaters({ services, tasks, policies }: BrowserActual): Text[] {
  const unset = Object.keys(at.policies).filter((name) => policies[name] !== at.policies[name]);
  return [
    ...services
      .filter((one) => one.startType !== 'Disabled')
      .map(({ name, startType }) => ({ zh: `服务 ${name} ${startType}`, en: `service ${name} ${startType}` })),
    ...tasks.filter((one) => one.enabled).map(({ path }) => ({ zh: `任务 ${path}`, en: `task ${path}` })),
    ...(unset.length === 0 ? [] : [{ zh: `策略未设 ${unset.join(' ')}`, en: `policies not set ${unset.join(' ')}` }]),
  ];
}

function autoUpdate(desired: BrowserDesired, actual: BrowserActual): Finding {
  const about = { requirement: `${desired.level}.chrome`, property: 'autoUpdate', expected: false };
  return judge(about, actual, ['services', 'tasks', 'policies'], () => {
    const found = updaters(actual);
    const on = found.length > 0;
    const seen = [...actual.services.map((one) => one.name), ...actual.tasks.map((one) => one.path)];
    return {
      actual: on,
      verdict: on ? 'drifted' : 'ok',
      sentence: {
        zh: `Chrome 自动更新应关闭，${on ? `尚未关闭：${found.map((one) => one.zh).join('；')}` : '已关闭'}`,
        en: `automatic updates of chrome must be off, ${on ? `not off yet: ${found.map((one) => one.en).join('; ')}` : 'and are off'}`,
      },
      evidence: `looked at: ${[...seen, at.policyKey].join('; ')}`,
    };
  });
}

/** Another Chrome can be the one that a shortcut or the driver starts; a waiting update replaces the pinned one at its next start. */
function leftovers(desired: BrowserDesired, actual: BrowserActual): Finding {
  const about = { requirement: `${desired.level}.chrome`, property: 'leftovers', expected: [] };
  return judge(about, actual, ['chromes', 'pendingUpdates'], () => {
    const others = actual.chromes.filter((one) => one !== judged(actual.chromes)).map((one) => one.path);
    const found = [...others, ...actual.pendingUpdates];
    const any = found.length > 0;
    const one = otherChrome(desired, actual) ?? desired.chrome;
    return {
      actual: found,
      verdict: any ? 'drifted' : 'ok',
      sentence: {
        zh: `除 ${one} 外不得有其他 Chrome 或待装更新，${any ? `实有：${found.join('；')}` : '未发现'}`,
        en: `no chrome beside ${one} and no waiting update is allowed, found: ${any ? found.join('; ') : 'none'}`,
      },
    };
  });
}

/** Internet Explorer comes with Windows: no installer of ours brings it, so what is missing is for a person. */
function internetExplorer(desired: BrowserDesired, actual: BrowserActual): Finding {
  const about = { requirement: 'P14', property: 'internetExplorer', expected: desired.internetExplorer };
  return judge(about, actual, ['internetExplorer'], () => {
    const found = actual.internetExplorer;
    return {
      actual: found,
      verdict: found !== null && compareVersions(found, desired.internetExplorer) >= 0 ? 'ok' : 'failed',
      sentence: {
        zh: `Internet Explorer ${found === null ? '未找到' : `为 ${found}`}，要求 ${desired.internetExplorer} 以上`,
        en: `internet explorer is ${found ?? 'absent'}, ${desired.internetExplorer} or newer is required`,
      },
      evidence: at.internetExplorerKey,
    };
  });
}
