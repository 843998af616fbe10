/** The primitive `webdriver.session`: what a candidate's script would meet. Rules and texts: windows-facts 5, "Mismatch behaviour". */
import type { Primitives } from '../../core/primitives.ts';
import type { Machine } from '../pc/machine.ts';
import { startableChrome } from './chrome.ts';
import { driverFacts, type DriverFacts } from './chromedriver.ts';
import { majorOf } from './versions.ts';

type Arguments = Primitives['webdriver.session']['args'];
type Session = Primitives['webdriver.session']['value'];

/** A profile folder, fresh for each session. */
const profileBytes = 20 * 1024 * 1024;

/**
 * Where a driver looks for Chrome, in this order (chrome/test/chromedriver/chrome/chrome_finder.cc). What a 32-bit program takes for
 * `Program Files` is the one of the 32-bit programs.
 */
function locations({ bits }: DriverFacts): string[] {
  const native = 'C:\\Program Files';
  const other = 'C:\\Program Files (x86)';
  const folders = bits === 32 ? [other, native] : [native, other];
  return ['C:\\Users\\examsite\\AppData\\Local', ...folders].map(
    (folder) => `${folder}\\Google\\Chrome\\Application\\chrome.exe`,
  );
}

export async function webdriverSession(machine: Machine, args: Arguments): Promise<Session> {
  const file = machine.files.read(args.driver);
  if (!file) return refused(null, 'The system cannot find the file specified');
  const driver = parseDriver(file.content);
  if (!driver) return refused(null, 'The specified executable is not a valid application for this OS platform.');
  await machine.takes('webdriver.session');
  const path = args.browser ?? locations(driver).find((candidate) => machine.files.read(candidate));
  const problem = launchProblem(machine, driver, path);
  if (problem !== undefined) return refused(driver.version, problem);
  const browserVersion = startableChrome(machine, path ?? '') ?? null;
  return { browserVersion, driverVersion: driver.version, title: await titleOf(machine, args.url), error: null };
}

/** The driver tells its version before it is asked for a session; Chrome's is known only from one. */
function refused(driverVersion: string | null, error: string): Session {
  return { browserVersion: null, driverVersion, title: null, error };
}

function launchProblem(machine: Machine, driver: DriverFacts, path: string | undefined): string | undefined {
  if (path === undefined) return 'unknown error: cannot find Chrome binary';
  if (!machine.files.read(path)) return `unknown error: no chrome binary at ${path}`;
  const chrome = startableChrome(machine, path);
  if (chrome === undefined) return 'unknown error: Chrome failed to start: exited abnormally';
  const full = machine.files.freeBytes() < profileBytes;
  return (
    incompatible(driver.version, chrome, path) ??
    (full ? 'unknown error: cannot create temp dir for user data dir' : undefined)
  );
}

function parseDriver(content: Buffer): DriverFacts | undefined {
  try {
    return driverFacts.parse(JSON.parse(content.toString('utf8')));
  } catch {
    return undefined;
  }
}

/**
 * A driver that is newer than Chrome refuses. One that is a major version older only warns in its log, and the session starts; two or more,
 * and it refuses as well. The binary's path is in the text since 79.
 */
function incompatible(driver: string, chrome: string, path: string): string | undefined {
  const age = majorOf(chrome) - majorOf(driver);
  if (age === 0 || age === 1) return undefined;
  const current = majorOf(driver) < 79 ? '' : `\nCurrent browser version is ${chrome} with binary path ${path}`;
  return `session not created: This version of ChromeDriver only supports Chrome version ${majorOf(driver)}${current}`;
}

async function titleOf(machine: Machine, url: string): Promise<string> {
  const html = url.startsWith('data:') ? decodeURIComponent(url.slice(url.indexOf(',') + 1)) : await page(machine, url);
  return /<title>([^<]*)<\/title>/i.exec(html)?.[1] ?? '';
}

async function page(machine: Machine, url: string): Promise<string> {
  const { body } = await machine.fetch(url);
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
