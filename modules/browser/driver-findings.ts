/** Four things must be true of chromedriver, and each fails alone: its version, its match with Chrome, its place on PATH, a session. */
import type { Finding } from '../../src/core/finding.ts';
import { build, meets } from '../version.ts';
import { chromeVersion, judge } from './findings.ts';
import * as at from './places.ts';
import type { BrowserActual, BrowserDesired } from './schema.ts';

export function driverFindings(desired: BrowserDesired, pin: string, actual: BrowserActual): Finding[] {
  const requirement = `${desired.level}.chromedriver`;
  return [
    version(requirement, pin, actual),
    parity(requirement, desired, actual),
    path(requirement, actual),
    session(requirement, desired, pin, actual),
  ];
}

function version(requirement: string, pin: string, actual: BrowserActual): Finding {
  const about = { requirement, property: 'chromedriver', expected: pin };
  return judge(about, actual, ['driver'], () => ({
    actual: actual.driver,
    verdict: actual.driver === pin ? 'ok' : 'drifted',
    sentence: {
      zh: `chromedriver ${actual.driver === null ? '不存在或无法运行' : `为 ${actual.driver}`}，定为 ${pin}`,
      en: `chromedriver is ${actual.driver ?? 'absent or cannot run'}, pinned to ${pin}`,
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
    const ok = chrome !== null && driver !== null && meets({ matches: 'chrome' }, driver, chrome);
    return {
      actual: driver === null ? null : build(driver),
      verdict: ok ? 'ok' : 'drifted',
      sentence: {
        zh: `chromedriver（${driver ?? '不存在或无法运行'}）前三段版本号须与 Chrome（${chrome ?? '未安装'}）一致，实际${ok ? '一致' : '不一致'}`,
        en: `chromedriver (${driver ?? 'absent or cannot run'}) must have the MAJOR.MINOR.BUILD of chrome (${chrome ?? 'absent'}), and ${ok ? 'has' : 'has not'}`,
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
  const about = { requirement, property: 'chromedriver.session', expected: `${desired.chrome} + ${pin}` };
  return judge(about, actual, ['session', 'chromes', 'driver'], () => {
    const { browserVersion: browser, driverVersion: driver, error } = actual.session ?? silent;
    const right = error === null && browser === desired.chrome && driver === pin;
    // With the right files in place, a session that fails is beyond what an installer can repair.
    const filesRight = chromeVersion(actual) === desired.chrome && actual.driver === pin && actual.chromes.length === 1;
    const seen = error ?? `${browser ?? '?'} + ${driver ?? '?'}`;
    return {
      actual: seen,
      verdict: right ? 'ok' : filesRight ? 'failed' : 'drifted',
      sentence: {
        zh: `驱动会话应报告 ${desired.chrome} + ${pin}，实为：${seen}`,
        en: `a driver session must report ${desired.chrome} + ${pin}, got: ${seen}`,
      },
      evidence: 'headless session with the chrome that the driver finds by itself',
    };
  });
}

const silent = { browserVersion: null, driverVersion: null, error: 'no session was asked for' };
