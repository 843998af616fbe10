/**
 * Four things must be true of chromedriver, and each fails alone: its version, its match with Chrome, its place on PATH, a session. The handbook
 * asks for it whatever the browser, and names no driver of Firefox's: beside a Firefox it must be the one of the Chrome that is there.
 */
import type { Finding, Text } from '../../src/core/finding.ts';
import { build, meets } from '../version.ts';
import { firefoxInstead, otherChrome } from './firefox.ts';
import { chromeVersion, judge, type Judged } from './findings.ts';
import * as at from './places.ts';
import type { BrowserActual, BrowserDesired } from './schema.ts';

export function driverFindings(desired: BrowserDesired, pin: string, actual: BrowserActual): Finding[] {
  const requirement = `${desired.level}.chromedriver`;
  return [
    version(requirement, desired, pin, actual),
    parity(requirement, desired, actual),
    path(requirement, actual),
    session(requirement, desired, pin, actual),
  ];
}

function version(requirement: string, desired: BrowserDesired, pin: string, actual: BrowserActual): Finding {
  const other = otherChrome(desired, actual);
  const about = { requirement, property: 'chromedriver', expected: other === undefined ? pin : `${build(other)}.x` };
  const { driver } = actual;
  const right = other === undefined ? driver === pin : driver !== null && build(driver) === build(other);
  const must: Text =
    other === undefined
      ? { zh: `定为 ${pin}`, en: `pinned to ${pin}` }
      : {
          zh: `Firefox 之外另有 Chrome ${other}，应为 ${build(other)}.x（手册只要求 Chrome 的驱动）`,
          en: `beside Firefox there is chrome ${other}, so ${build(other)}.x is required (the handbook asks for chrome's driver only)`,
        };
  return judge(about, actual, ['driver'], () => ({
    actual: driver,
    verdict: right ? 'ok' : 'drifted',
    sentence: {
      zh: `chromedriver ${driver === null ? '不存在或无法运行' : `为 ${driver}`}，${must.zh}`,
      en: `chromedriver is ${driver ?? 'absent or cannot run'}, ${must.en}`,
    },
    evidence: `${at.driverFile} --version`,
  }));
}

/** A driver can start a session with a Chrome that it was not made for, so their versions are compared as well. */
function parity(requirement: string, desired: BrowserDesired, actual: BrowserActual): Finding {
  const chrome = chromeVersion(actual);
  const about = { requirement, property: 'chromedriver.parity', expected: build(chrome ?? desired.chrome) };
  return judge(about, actual, ['chromes', 'driver'], () => {
    const { driver } = actual;
    const alone = chrome === null && firefoxInstead(desired, actual) !== undefined;
    const beside: Text = alone
      ? { zh: '；有 Firefox 时手册仍要求 Chrome 的驱动', en: '; beside a Firefox the handbook still asks for it' }
      : { zh: '', en: '' };
    const ok = chrome !== null && driver !== null && meets({ matches: 'chrome' }, driver, chrome);
    return {
      actual: driver === null ? null : build(driver),
      verdict: ok ? 'ok' : 'drifted',
      sentence: {
        zh: `chromedriver（${driver ?? '不存在或无法运行'}）前三段版本号须与 Chrome（${chrome ?? '未安装'}）一致，实际${ok ? '一致' : '不一致'}${beside.zh}`,
        en: `chromedriver (${driver ?? 'absent or cannot run'}) must have the MAJOR.MINOR.BUILD of chrome (${chrome ?? 'absent'}), and ${ok ? 'has' : 'has not'}${beside.en}`,
      },
    };
  });
}

/** Several chromedriver.exe on PATH is the usual fault: a candidate's script starts the first one. */
function path(requirement: string, actual: BrowserActual): Finding {
  const about = { requirement, property: 'chromedriver.path', expected: at.driverFile };
  return judge(about, actual, ['driversOnPath'], () => {
    const first = actual.driversOnPath[0] ?? null;
    return {
      actual: first,
      verdict: first?.toLowerCase() === at.driverFile.toLowerCase() ? 'ok' : 'drifted',
      sentence: {
        zh: `PATH 上第一个 chromedriver.exe ${first === null ? '没有' : `是 ${first}`}，应为 ${at.driverFile}`,
        en: `the first chromedriver.exe on PATH is ${first ?? 'absent'}, expected ${at.driverFile}`,
      },
      evidence: `on PATH: ${actual.driversOnPath.join('; ') || 'none'}`,
    };
  });
}

/** Only a session proves that browser and driver work on this PC, and only the versions it reports prove which ones did. */
function session(requirement: string, desired: BrowserDesired, pin: string, actual: BrowserActual): Finding {
  const other = otherChrome(desired, actual);
  const [chrome, wanted] = other === undefined ? [desired.chrome, pin] : [other, actual.driver ?? `${build(other)}.x`];
  const about = { requirement, property: 'chromedriver.session', expected: `${chrome} + ${wanted}` };
  return judge(about, actual, ['session', 'chromes', 'driver'], (): Judged => {
    const { browserVersion: browser, driverVersion: driver, error } = actual.session ?? silent;
    const right = error === null && browser === chrome && driver === wanted;
    // With the pinned files in place, a session that fails is beyond what an installer can repair.
    const filesRight = chromeVersion(actual) === desired.chrome && actual.driver === pin && actual.chromes.length === 1;
    const seen = error ?? `${browser ?? '?'} + ${driver ?? '?'}`;
    return {
      actual: seen,
      verdict: right ? 'ok' : filesRight ? 'failed' : 'drifted',
      sentence: {
        zh: `驱动会话应报告 ${chrome} + ${wanted}，实为：${seen}`,
        en: `a driver session must report ${chrome} + ${wanted}, got: ${seen}`,
      },
      evidence: 'headless session with the chrome that the driver finds by itself',
    };
  });
}

const silent = { browserVersion: null, driverVersion: null, error: 'no session was asked for' };
