/** P14, L*.chrome and L*.chromedriver on Linux: Chromium and its driver from the distribution's packages, in the versions that the site has chosen. */
import { z } from 'zod';
import { CallError } from '../../src/core/errors.ts';
import type { Finding, Text } from '../../src/core/finding.ts';
import type { Host } from '../../src/core/host.ts';
import type { Applied, Module } from '../../src/core/module.ts';
import { forgetSaved, saveBefore, savedBefore } from '../../src/core/undo.ts';
import { debianPackages } from '../../src/inventory/linux.ts';
import { level } from '../../src/inventory/schema.ts';
import {
  formerVersions,
  installPackages,
  packageFindings,
  packageState,
  readPackages,
  removePackages,
  wrongPackages,
} from '../debian.ts';
import { joinJob, runJob, stopped } from '../job.ts';
import { judge } from '../judge.ts';
import { observe } from '../observe.ts';
import { build, compareVersions, meets, ruleText } from '../version.ts';
import { firefoxWillDo, insteadOf, leastChrome } from './firefox.ts';
import { ruleOf } from './schema.ts';

const name = 'browser';
/** Where distributions and Mozilla's own archive put it. */
const firefoxPlaces = ['/usr/bin/firefox-esr', '/usr/bin/firefox', '/opt/firefox/firefox'];
const versionSec = 60;
const sessionSec = 90;
const testPage = 'data:text/html,<title>examsite</title>';

const desired = z.strictObject({
  level,
  program: z.string().meta({ description: 'path of the browser' }),
  driver: z.string().nullable().meta({ description: 'path of its WebDriver; null for a level that has none' }),
  packages: debianPackages.meta({ description: 'packages that bring them: version by name' }),
  accepted: z
    .boolean()
    .default(false)
    .meta({ description: "the site takes the browser although it is not in the handbook's version" }),
});
type Desired = z.infer<typeof desired>;

const actual = z.strictObject({
  packages: z.record(z.string(), packageState).meta({ description: 'state by package' }),
  browser: z
    .string()
    .nullable()
    .meta({ description: 'version that the browser prints; null: absent, or it cannot run' }),
  firefox: z.string().nullable().default(null).meta({
    description: 'version that a Firefox prints; asked where the level lets one stand in the place of Chrome',
  }),
  driver: z.string().nullable().meta({ description: 'version that the driver prints; null: absent, or it cannot run' }),
  session: z
    .strictObject({
      browserVersion: z.string().nullable().meta({ description: 'version the browser reported' }),
      error: z.string().nullable().meta({ description: 'why no session could be had' }),
    })
    .nullable()
    .meta({ description: 'a real headless session; null: none was asked for' }),
  unobserved: z.record(z.string(), z.string()).meta({ description: 'by part: why it could not be seen' }),
});
type Actual = z.infer<typeof actual>;

async function read(host: Host, wanted: Desired): Promise<Actual> {
  const nothing = Promise.resolve(null);
  const [packages, browser, firefox, driver, session] = await Promise.all([
    readPackages(host, wanted.packages),
    observe(versionOf(host, wanted.program)),
    observe(firefoxWillDo(wanted.level, null) ? firefoxOf(host) : nothing),
    observe(wanted.driver === null ? nothing : versionOf(host, wanted.driver)),
    observe(wanted.driver === null ? nothing : sessionOf(host, wanted.driver, wanted.program)),
  ]);
  const whys = {
    packages: packages.why,
    browser: browser.why,
    firefox: firefox.why,
    driver: driver.why,
    session: session.why,
  };
  return {
    packages: packages.value ?? {},
    ...{ browser: browser.value, firefox: firefox.value, driver: driver.value, session: session.value },
    unobserved: Object.fromEntries(Object.entries(whys).flatMap(([part, why]) => (why === null ? [] : [[part, why]]))),
  };
}

/** `Chromium 126.0.6478.114 built on Debian …`, `ChromeDriver 126.0.6478.114 (…)` */
async function versionOf(host: Host, exe: string): Promise<string | null> {
  try {
    const run = { exe, args: ['--version'], timeoutSec: versionSec, readOnly: true } as const;
    return / (\d+(?:\.\d+)+)/.exec((await host.call('process.run', run)).stdout)?.[1] ?? null;
  } catch (error) {
    if (error instanceof CallError && isNoProgram(error)) return null;
    throw error;
  }
}

async function firefoxOf(host: Host): Promise<string | null> {
  const versions = await Promise.all(firefoxPlaces.map((exe) => versionOf(host, exe)));
  return versions.find((version) => version !== null) ?? null;
}

const isNoProgram = ({ code }: CallError): boolean => code === 'not-found' || code === 'failed';

/** The agent is root, as whom Chromium starts without its sandbox only; candidates have theirs. */
async function sessionOf(host: Host, driver: string, browser: string): Promise<Actual['session']> {
  const args = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run'];
  try {
    const call = { driver, browser, args, url: testPage, timeoutSec: sessionSec };
    const { browserVersion, error } = await host.call('webdriver.session', call);
    return { browserVersion, error: error === null ? null : firstLine(error) };
  } catch (error) {
    if (error instanceof CallError && isNoProgram(error))
      return { browserVersion: null, error: firstLine(error.message) };
    throw error;
  }
}

/** Without what differs from run to run. */
const firstLine = (error: string): string =>
  (error.trim().split('\n')[0] ?? '')
    .replaceAll(/0x[0-9a-f]+|\/tmp\/\S+/gi, '…')
    .slice(0, 300)
    .replace(/\.$/, '');

function plan(wanted: Desired, seen: Actual): Finding[] {
  const chrome = `${wanted.level}.chrome`;
  const { browser, driver, session } = seen;
  const judged = (
    about: Pick<Finding, 'requirement' | 'property' | 'expected'>,
    part: string,
    value: string | null,
    fine: boolean,
    [zh, en]: readonly [string, string],
  ): Finding => {
    const verdict = fine ? 'ok' : 'drifted';
    return judge(about, seen.unobserved[part], () => ({ actual: value, verdict, sentence: { zh, en } }));
  };
  const [isZh, is] = [browser ?? '未安装', browser ?? 'not installed'];
  const findings = [
    ...packageFindings(chrome, wanted.packages, { value: seen.packages, why: seen.unobserved['packages'] }),
    handbookVersion(wanted, seen),
    judged(
      { requirement: 'P14', property: 'chrome', expected: `≥ ${leastChrome}` },
      'browser',
      browser,
      browser !== null && compareVersions(browser, leastChrome) >= 0,
      [`Chromium ${isZh}，要求 ${leastChrome} 以上`, `chromium is ${is}, ${leastChrome} or newer is required`],
    ),
  ];
  if (wanted.driver === null) return findings;
  const requirement = `${wanted.level}.chromedriver`;
  const matches = driver !== null && browser !== null && build(driver) === build(browser);
  const works = session !== null && session.error === null;
  return [
    ...findings,
    judged(
      { requirement, property: 'chromedriver', expected: browser === null ? null : build(browser) },
      'driver',
      driver,
      matches,
      [
        `chromedriver ${driver ?? '未安装'}，Chromium ${isZh}，前三段应一致`,
        `chromedriver is ${driver ?? 'not installed'}, chromium is ${is}, their builds must be the same`,
      ],
    ),
    judged(
      { requirement, property: 'session', expected: 'a session' },
      'session',
      session?.browserVersion ?? null,
      works,
      [
        works
          ? `驱动打开了 Chromium ${session.browserVersion ?? ''} 的会话`
          : `驱动不能打开会话（${session?.error ?? ''}）`,
        works
          ? `the driver opened a session of chromium ${session.browserVersion ?? ''}`
          : `the driver opens no session (${session?.error ?? ''})`,
      ],
    ),
  ];
}

/** The packages' versions are the site's choice: one that the handbook does not allow is the site's to change, or to take. */
function handbookVersion({ level: of, accepted }: Desired, { browser, firefox, unobserved }: Actual): Finding {
  const rule = ruleOf(of, 'chrome') ?? { any: true as const };
  const { zh, en } = ruleText(rule);
  const about = { requirement: `${of}.chrome`, property: 'chrome', expected: en };
  const right = browser !== null && meets(rule, browser);
  return judge(about, unobserved['browser'] ?? (right ? undefined : unobserved['firefox']), () => {
    const is = {
      zh: `Chromium ${browser ?? '未安装'}，手册要求 ${zh}`,
      en: `chromium is ${browser ?? 'not installed'}, the handbook requires ${en}`,
    };
    if (right) return { actual: browser, verdict: 'ok', sentence: is };
    if (firefox !== null && firefoxWillDo(of, firefox)) {
      const sentence = insteadOf('exact' in rule ? rule.exact : en, firefox);
      return { actual: `Firefox ${firefox}`, verdict: 'ok', grade: 'minimum', sentence };
    }
    if (browser === null) return { actual: null, verdict: 'drifted', sentence: is };
    const take: Text = accepted
      ? { zh: '；考点已接受', en: '; the site accepts it' }
      : {
          zh: '；请换用该版本的软件包，或由考点在 site.yaml 中接受（linux.browser.accepted: true）',
          en: '; pin packages of that version, or accept it in site.yaml (linux.browser.accepted: true)',
        };
    const sentence = { zh: is.zh + take.zh, en: is.en + take.en };
    return accepted
      ? { actual: browser, verdict: 'ok', grade: 'minimum', sentence }
      : { actual: browser, verdict: 'failed', sentence };
  });
}

const saved = z.strictObject({ packages: z.record(z.string(), z.string().nullable()) });

async function apply(host: Host, wanted: Desired, seen: Actual, findings: readonly Finding[]): Promise<Applied> {
  if (await joinJob(host, name)) return { restartRequired: false };
  // What does not work although its package looks whole (a file of settings, a diverted file) is installed anew.
  const wrong = wrongPackages(wanted.packages, seen.packages);
  const names = wrong.length > 0 ? wrong : Object.keys(wanted.packages);
  await saveBefore(host, name, { packages: formerVersions(Object.keys(wanted.packages), seen.packages) });
  const end = await runJob(host, name, installPackages(host, wanted.packages, names));
  if (!end.done) throw stopped(host, name, findings, end.why);
  return { restartRequired: false };
}

/** Left behind: a package that was there before in another version stays as it is now. */
async function undo(host: Host, wanted: Desired): Promise<Applied> {
  await joinJob(host, name);
  const known = await savedBefore(host, name);
  if (known === undefined) return { restartRequired: false };
  const { packages } = saved.parse(known);
  const ours = Object.entries(packages).flatMap(([one, before]) => (before === null ? [one] : []));
  const end = await runJob(host, name, removePackages(ours));
  if (!end.done) throw stopped(host, name, plan(wanted, await read(host, wanted)), end.why);
  await forgetSaved(host, name);
  return { restartRequired: false };
}

export const linuxBrowser: Module<Desired, Actual> = {
  ...{ name, token: 'examsite:pc:LinuxBrowser', requirements: ['P14', 'L*.chrome', 'L*.chromedriver'] },
  ...{ desired, actual, read, plan, apply, undo },
};
