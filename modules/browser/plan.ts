/** What the handbook and the site's pins say about the browsers found. Pure. */
import type { Finding, Json, Text } from '../../src/core/finding.ts';
import { isUnobserved, type Observed } from '../observe.ts';
import { build, compareVersions, meets, ruleText } from '../version.ts';
import * as at from './places.ts';
import { ruleOf, type BrowserActual, type BrowserDesired, type Installed } from './schema.ts';

/** P14: Chrome stable 75.0 or newer, whatever the level. */
const leastChrome = '75.0';

export function plan(desired: BrowserDesired, actual: BrowserActual): Finding[] {
  return [
    chrome(desired, actual),
    stableChrome(actual),
    ...(desired.chromedriver === null ? [] : driverFindings(desired, desired.chromedriver, actual)),
    ...(desired.autoUpdate ? [] : [autoUpdate(desired, actual)]),
    leftovers(desired, actual),
    internetExplorer(desired, actual),
  ];
}

/** The Chrome that the seat is judged by: the machine-wide one that is found first. */
export const machineWide = (chromes: readonly Installed[]): Installed | undefined =>
  chromes.find((one) => at.placeOf(one.path) !== -1);

function chrome(desired: BrowserDesired, actual: BrowserActual): Finding {
  const about = { requirement: `${desired.level}.chrome`, property: 'chrome', expected: desired.chrome };
  if (isUnobserved(actual.chromes)) return unknown(about, actual.chromes.unobserved);
  const found = machineWide(actual.chromes);
  const rule = ruleText(ruleOf(desired.level, 'chrome') ?? { any: true });
  const pin = {
    zh: `定为 ${desired.chrome}（手册：${rule.zh}）`,
    en: `pinned to ${desired.chrome} (handbook: ${rule.en})`,
  };
  const evidence = found === undefined ? at.chromePatterns[0] : `${found.path} ${found.version ?? '?'}`;
  if (found?.version == null) {
    const sentence = { zh: `未安装 Chrome，${pin.zh}`, en: `chrome is not installed, ${pin.en}` };
    return { ...about, actual: null, verdict: 'drifted', sentence, evidence };
  }
  const verdict = found.version === desired.chrome ? 'ok' : 'drifted';
  const sentence = { zh: `Chrome 为 ${found.version}，${pin.zh}`, en: `chrome is ${found.version}, ${pin.en}` };
  return { ...about, actual: found.version, verdict, sentence, evidence };
}

function stableChrome(actual: BrowserActual): Finding {
  const about = { requirement: 'P14', property: 'chrome', expected: `≥ ${leastChrome}` };
  if (isUnobserved(actual.chromes)) return unknown(about, actual.chromes.unobserved);
  const found = machineWide(actual.chromes)?.version ?? null;
  const verdict = found !== null && compareVersions(found, leastChrome) >= 0 ? 'ok' : 'drifted';
  const sentence = {
    zh: `Chrome ${found === null ? '未安装' : `为 ${found}`}，要求 ${leastChrome} 以上`,
    en: `chrome ${found === null ? 'is not installed' : `is ${found}`}, ${leastChrome} or newer is required`,
  };
  return { ...about, actual: found, verdict, sentence };
}

function driverFindings(desired: BrowserDesired, pin: string, actual: BrowserActual): Finding[] {
  const requirement = `${desired.level}.chromedriver`;
  return [
    driverVersion(requirement, pin, actual.driver),
    parity(requirement, desired, actual),
    driverOnPath(requirement, actual.driversOnPath),
    session(requirement, desired, pin, actual),
  ];
}

function driverVersion(requirement: string, pin: string, driver: BrowserActual['driver']): Finding {
  const about = { requirement, property: 'chromedriver', expected: pin };
  if (isUnobserved(driver)) return unknown(about, driver.unobserved);
  const verdict = driver === pin ? 'ok' : 'drifted';
  const sentence = {
    zh: driver === null ? `未安装 chromedriver，定为 ${pin}` : `chromedriver 为 ${driver}，定为 ${pin}`,
    en:
      driver === null
        ? `chromedriver is not installed, pinned to ${pin}`
        : `chromedriver is ${driver}, pinned to ${pin}`,
  };
  return { ...about, actual: driver, verdict, sentence, evidence: `${at.driverFile} --version` };
}

/** A driver can start a session with a Chrome that it was not made for (windows.md 5), so the versions are compared as well. */
function parity(requirement: string, desired: BrowserDesired, actual: BrowserActual): Finding {
  const about = { requirement, property: 'chromedriver.parity' };
  const { chromes, driver } = actual;
  const wanted = build(desired.chrome);
  if (isUnobserved(chromes)) return unknown({ ...about, expected: wanted }, chromes.unobserved);
  if (isUnobserved(driver)) return unknown({ ...about, expected: wanted }, driver.unobserved);
  const browser = machineWide(chromes)?.version ?? null;
  const expected = browser === null ? wanted : build(browser);
  const verdict =
    browser !== null && driver !== null && meets({ matches: 'chrome' }, driver, browser) ? 'ok' : 'drifted';
  const named = (version: string | null, none: string): string => version ?? none;
  const sentence = {
    zh: `chromedriver（${named(driver, '未安装')}）${verdict === 'ok' ? '与' : '须与'} Chrome（${named(browser, '未安装')}）前三段版本号一致`,
    en: `chromedriver (${named(driver, 'none')}) ${verdict === 'ok' ? 'has' : 'must have'} the MAJOR.MINOR.BUILD of chrome (${named(browser, 'none')})`,
  };
  return { ...about, expected, actual: driver === null ? null : build(driver), verdict, sentence };
}

function driverOnPath(requirement: string, drivers: BrowserActual['driversOnPath']): Finding {
  const about = { requirement, property: 'chromedriver.path', expected: at.driverFile };
  if (isUnobserved(drivers)) return unknown(about, drivers.unobserved);
  const first = drivers[0] ?? null;
  const verdict = first?.toLowerCase() === at.driverFile.toLowerCase() ? 'ok' : 'drifted';
  const sentence = {
    zh: `PATH 中最先找到的 chromedriver.exe ${first === null ? '没有' : `是 ${first}`}，应为 ${at.driverFile}`,
    en: `the first chromedriver.exe on PATH is ${first ?? 'absent'}, expected ${at.driverFile}`,
  };
  return { ...about, actual: first, verdict, sentence, evidence: `PATH: ${drivers.join('; ') || 'none'}` };
}

/** Only a session proves that browser and driver work on this PC; only the versions it reports prove which ones did. */
function session(requirement: string, desired: BrowserDesired, pin: string, actual: BrowserActual): Finding {
  const about = { requirement, property: 'chromedriver.session', expected: `${desired.chrome} + ${pin}` };
  const seen = actual.session;
  if (seen === null) return unknown(about, 'no session was asked for');
  if (isUnobserved(seen)) return unknown(about, seen.unobserved);
  const filesRight =
    !isUnobserved(actual.chromes) && machineWide(actual.chromes)?.version === desired.chrome && actual.driver === pin;
  // With the right files in place there is nothing left that a program could repair.
  const verdict = filesRight ? 'failed' : 'drifted';
  if (seen.error !== null) {
    const sentence = { zh: `无法建立驱动会话：${seen.error}`, en: `no driver session can be had: ${seen.error}` };
    return { ...about, actual: seen.error, verdict, sentence };
  }
  const versions = `${seen.browserVersion ?? '?'} + ${seen.driverVersion ?? '?'}`;
  const right = seen.browserVersion === desired.chrome && seen.driverVersion === pin;
  const sentence = {
    zh: `驱动会话报告 Chrome ${seen.browserVersion ?? '?'}、chromedriver ${seen.driverVersion ?? '?'}，应为 ${desired.chrome}、${pin}`,
    en: `a driver session reports chrome ${seen.browserVersion ?? '?'} and chromedriver ${seen.driverVersion ?? '?'}, expected ${desired.chrome} and ${pin}`,
  };
  return { ...about, actual: versions, verdict: right ? 'ok' : verdict, sentence };
}

/** What could update Chrome by itself, in words; empty when nothing can. */
export function updaters(actual: BrowserActual): Observed<string[]> {
  const { services, tasks, policies } = actual;
  if (isUnobserved(services)) return services;
  if (isUnobserved(tasks)) return tasks;
  if (isUnobserved(policies)) return policies;
  return [
    ...services.filter((one) => one.startType !== 'Disabled').map((one) => `service ${one.name} ${one.startType}`),
    ...tasks.filter((one) => one.enabled).map((one) => `task ${one.path} enabled`),
    ...Object.entries(at.policies)
      .filter(([name, value]) => policies[name] !== value)
      .map(([name, value]) => `policy ${name} ${String(policies[name] ?? 'absent')} instead of ${value}`),
  ];
}

function autoUpdate(desired: BrowserDesired, actual: BrowserActual): Finding {
  const about = { requirement: `${desired.level}.chrome`, property: 'autoUpdate', expected: false };
  const found = updaters(actual);
  if (isUnobserved(found)) return unknown(about, found.unobserved);
  const on = found.length > 0;
  const sentence = {
    zh: on ? `Chrome 自动更新应关闭，仍可启动：${found.join('；')}` : 'Chrome 自动更新应关闭，已关闭',
    en: on
      ? `automatic updates of chrome must be off, still on: ${found.join('; ')}`
      : 'automatic updates of chrome must be off, and are off',
  };
  return { ...about, actual: on, verdict: on ? 'drifted' : 'ok', sentence, evidence: evidenceOfUpdaters(actual) };
}

function evidenceOfUpdaters({ services, tasks }: BrowserActual): string {
  const [s, t] = [isUnobserved(services) ? [] : services, isUnobserved(tasks) ? [] : tasks];
  const all = [
    ...s.map((one) => `${one.name} ${one.startType}`),
    ...t.map((one) => `${one.path} ${one.enabled ? 'enabled' : 'disabled'}`),
  ];
  return all.join('; ') || 'no update service and no update task';
}

/** Chromes beside the judged one, and updates that wait for the next start. */
export function strays(chromes: readonly Installed[], pending: readonly string[]): string[] {
  const judged = machineWide(chromes);
  return [...chromes.filter((one) => one !== judged).map((one) => one.path), ...pending];
}

function leftovers(desired: BrowserDesired, actual: BrowserActual): Finding {
  const about = { requirement: `${desired.level}.chrome`, property: 'leftovers', expected: [] };
  if (isUnobserved(actual.chromes)) return unknown(about, actual.chromes.unobserved);
  if (isUnobserved(actual.pendingUpdates)) return unknown(about, actual.pendingUpdates.unobserved);
  const found = strays(actual.chromes, actual.pendingUpdates);
  const any = found.length > 0;
  const sentence = {
    zh: `除 ${desired.chrome} 外不得有其他 Chrome 或待装更新，${any ? `实有：${found.join('；')}` : '没有'}`,
    en: `no chrome beside ${desired.chrome} and no waiting update is allowed, ${any ? `found: ${found.join('; ')}` : 'none found'}`,
  };
  return { ...about, actual: found, verdict: any ? 'drifted' : 'ok', sentence };
}

/** Internet Explorer comes with Windows: no installer of ours can bring it, so what is missing is for a person. */
function internetExplorer(desired: BrowserDesired, actual: BrowserActual): Finding {
  const about = { requirement: 'P14', property: 'internetExplorer', expected: desired.internetExplorer };
  const found = actual.internetExplorer;
  if (isUnobserved(found)) return unknown(about, found.unobserved);
  const verdict = found !== null && compareVersions(found, desired.internetExplorer) >= 0 ? 'ok' : 'failed';
  const sentence = {
    zh: `Internet Explorer ${found === null ? '没有' : `为 ${found}`}，要求 ${desired.internetExplorer} 以上`,
    en: `internet explorer is ${found ?? 'absent'}, ${desired.internetExplorer} or newer is required`,
  };
  return { ...about, actual: found, verdict, sentence, evidence: at.internetExplorerKey };
}

function unknown(about: { requirement: string; property: string; expected: Json }, why: string): Finding {
  const sentence: Text = { zh: `无法查看，机器回答：${why}`, en: `could not be looked at, the machine said: ${why}` };
  return { ...about, actual: null, verdict: 'unknown', sentence };
}
