/** Loads pages in a real browser and lists where they load from: a page of the whitelist may need hosts that are not on it. */
import pLimit from 'p-limit';
import { chromium, type Browser } from 'playwright-core';
import { findCommand } from '../../engine/command.mjs';
import { UserError } from '../core/errors.ts';
import { siteRule, type Rules } from '../whitelist/rules.ts';

export interface LoadedPage {
  readonly url: string;
  /** `https://static.example.cn:443`, sorted: what it asked for that the whitelist does not have. */
  readonly missing: readonly string[];
  /** Why it could not be loaded; null: it was. */
  readonly error: string | null;
}

export interface Loading {
  /** Of the browser. @default the machine's Chromium or Chrome */
  readonly executable?: string;
  readonly args?: readonly string[];
}

const pageMs = 20_000;
const atOnce = 4;
/** A browser asks for things of its own: its updates, its lists. None of that is the page's. */
const quiet = ['--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'];

/** One page for each site of the whitelist that has a name of its own; of a wildcard nobody knows which hosts there are. */
export async function loadPages(
  rules: Rules,
  { executable = browserHere(), args = [] }: Loading = {},
): Promise<LoadedPage[]> {
  const limit = pLimit(atOnce);
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const browser = await chromium.launch({ executablePath: executable, args: [...quiet, ...sandbox, ...args] });
  try {
    return await Promise.all(pagesOf(rules).map((url) => limit(() => load(browser, url, rules))));
  } finally {
    await browser.close();
  }
}

const pagesOf = ({ http, https, inspect }: Rules): string[] => [
  ...http
    .map(siteRule)
    .flatMap(({ subdomains, host, port, path }) => (subdomains ? [] : [`http://${host}:${port}${path}`])),
  ...[...https, ...inspect]
    .map(siteRule)
    .flatMap(({ subdomains, host, port, path }) => (subdomains ? [] : [`https://${host}:${port}${path}`])),
];

async function load(browser: Browser, url: string, rules: Rules): Promise<LoadedPage> {
  const context = await browser.newContext({ serviceWorkers: 'block' });
  const missing = new Set<string>();
  context.on('request', (request) => {
    const asked = new URL(request.url());
    if (/^(?:https?|wss?):$/.test(asked.protocol) && !isListed(rules, asked)) missing.add(originOf(asked));
  });
  try {
    const page = await context.newPage();
    const answer = await page.goto(url, { waitUntil: 'load', timeout: pageMs });
    await page.waitForLoadState('networkidle', { timeout: pageMs }).catch(() => undefined);
    const error = answer === null || answer.status() < 400 ? null : `HTTP ${answer.status()}`;
    return { url, missing: [...missing].sort(), error };
  } catch (error) {
    const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    return { url, missing: [...missing].sort(), error: line.replace(/^page\.goto: /, '') };
  } finally {
    await context.close();
  }
}

const isSecure = ({ protocol }: URL): boolean => protocol === 'https:' || protocol === 'wss:';
const portOf = (asked: URL): number => (asked.port === '' ? (isSecure(asked) ? 443 : 80) : Number(asked.port));
const originOf = (asked: URL): string => `${isSecure(asked) ? 'https' : 'http'}://${asked.hostname}:${portOf(asked)}`;

/** As the router decides: by host and port, and where it sees the path by path. */
export function isListed({ http, https, inspect }: Rules, asked: URL): boolean {
  const listed = (rules: readonly string[], byPath: boolean): boolean =>
    rules.map(siteRule).some(({ host, subdomains, port, path }) => {
      const named = subdomains ? asked.hostname.endsWith(`.${host}`) : asked.hostname === host;
      return named && port === portOf(asked) && (!byPath || isBelow(asked.pathname, path));
    });
  if (!isSecure(asked)) return listed(http, true);
  // What is opened is opened before anything is passed on.
  return listed(inspect, false) ? listed(inspect, true) : listed(https, false);
}

const isBelow = (asked: string, path: string): boolean =>
  asked === path || asked.startsWith(path.endsWith('/') ? path : `${path}/`);

/** @throws UserError WHL006 */
function browserHere(): string {
  const told = process.env['EXAMSITE_CHROMIUM'];
  const found =
    told ??
    ['chromium', 'chromium-browser', 'google-chrome', 'chrome', 'msedge']
      .map((name) => findCommand(name))
      .find((file) => file !== undefined);
  if (found !== undefined) return found;
  throw new UserError([
    {
      where: 'PATH',
      expected: { zh: 'Chromium 或 Chrome', en: 'Chromium or Chrome' },
      got: 'none',
      fix: {
        zh: '安装浏览器，或用 EXAMSITE_CHROMIUM 指明其可执行文件',
        en: 'install one, or name its executable in EXAMSITE_CHROMIUM',
      },
      code: 'WHL006',
    },
  ]);
}
