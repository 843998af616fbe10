// Does not prove that chromedriver behaves so: rules and texts are those of windows-facts 5, which names who saw them.
import { describe, expect, it } from 'vitest';
import { preinstall } from '../packages/preinstall.ts';
import { damageFile } from '../packages/tamper.ts';
import type { Pc } from '../pc/pc.ts';
import { put, run, testPc } from './testing.ts';
import { webdriverSession } from './webdriver.ts';

const folder = 'C:\\Program Files\\ChromeDriver';
const driver = `${folder}\\chromedriver.exe`;
const chrome75 = 'C:\\Program Files (x86)\\Google\\Chrome\\Application';
const page = 'data:text/html,<title>examsite</title>';

function pc(driverVersion: string | null, chromeVersion: string | null, os: 'win10' | 'win7' = 'win10'): Pc {
  const machine = testPc({ os });
  if (driverVersion !== null) preinstall(machine, { product: 'chromedriver', version: driverVersion, folder });
  if (chromeVersion !== null) preinstall(machine, { product: 'chrome', version: chromeVersion, how: 'exe' });
  return machine;
}
const session = (machine: Pc, browser: string | null = null, url = page) =>
  webdriverSession(machine, { driver, browser, args: ['--headless'], url, timeoutSec: 60 });

describe('a session', () => {
  const matrix: [string, string, string | null][] = [
    ['75.0.3770.140', '75.0.3770.100', null],
    ['75.0.3770.140', '75.0.3770.142', null],
    // Another build of the same major version starts too: that a session starts does not prove parity.
    ['75.0.3770.8', '75.0.3729.6', null],
    ['75.0.3770.140', '76.0.3809.132', null],
    ['140.0.7339.80', '141.0.7390.54', null],
    [
      '75.0.3770.140',
      '120.0.6099.71',
      'session not created: This version of ChromeDriver only supports Chrome version 75',
    ],
    [
      '114.0.5735.90',
      '116.0.5845.97',
      'session not created: This version of ChromeDriver only supports Chrome version 114',
    ],
    [
      '76.0.3809.126',
      '75.0.3770.100',
      'session not created: This version of ChromeDriver only supports Chrome version 76',
    ],
    [
      '142.0.7444.59',
      '141.0.7390.54',
      'session not created: This version of ChromeDriver only supports Chrome version 142',
    ],
  ];
  it.each(matrix)('of driver %s with Chrome %s: %s', async (driverVersion, chromeVersion, error) => {
    const found = await session(pc(driverVersion, chromeVersion));
    expect(found.driverVersion).toBe(driverVersion);
    expect(found.error?.split('\n')[0] ?? null).toBe(error);
    expect(found.browserVersion).toBe(error === null ? chromeVersion : null);
    expect(found.title).toBe(error === null ? 'examsite' : null);
  });

  it('names the binary since version 79', async () => {
    const { error } = await session(pc('120.0.6099.71', '90.0.4430.85'));
    expect(error).toContain(
      'Current browser version is 90.0.4430.85 with binary path C:\\Program Files\\Google\\Chrome',
    );
  });

  it.each([
    ['no driver', pc(null, '75.0.3770.100'), null, 'The system cannot find the file specified'],
    ['no Chrome', pc('75.0.3770.140', null), '75.0.3770.140', 'unknown error: cannot find Chrome binary'],
    [
      'a Chrome too new for Windows 7',
      pc('120.0.6099.71', '120.0.6099.71', 'win7'),
      '120.0.6099.71',
      'unknown error: Chrome failed to start: exited abnormally',
    ],
  ])('is not created with %s', async (_, machine, driverVersion, error) => {
    expect(await session(machine)).toEqual({ browserVersion: null, driverVersion, title: null, error });
  });

  it('is not created when a file of either is damaged or gone', async () => {
    const hurtDriver = pc('75.0.3770.140', '75.0.3770.100');
    put(hurtDriver, driver, 'MZ');
    expect((await session(hurtDriver)).error).toContain('not a valid application');
    const hurtChrome = pc('75.0.3770.140', '75.0.3770.100');
    damageFile(hurtChrome, `${chrome75}\\chrome.exe`);
    expect((await session(hurtChrome)).error).toBe('unknown error: Chrome failed to start: exited abnormally');
    const half = pc('75.0.3770.140', '75.0.3770.100');
    half.files.delete(`${chrome75}\\75.0.3770.100\\chrome.dll`);
    expect((await session(half)).error).toBe('unknown error: Chrome failed to start: exited abnormally');
  });

  it('takes the browser that it is told to take, or says that it is not there', async () => {
    const machine = pc('75.0.3770.140', '75.0.3770.100');
    const other = 'C:\\Users\\exam\\AppData\\Local\\Google\\Chrome\\Application\\chrome.exe';
    expect((await session(machine, other)).error).toBe(`unknown error: no chrome binary at ${other}`);
    preinstall(machine, { product: 'chrome', version: '76.0.3809.132', how: 'user' });
    expect((await session(machine, other)).browserVersion).toBe('76.0.3809.132');
    expect((await session(machine)).browserVersion).toBe('75.0.3770.100');
  });

  it('has no room for a profile on a full disk', async () => {
    const machine = pc('75.0.3770.140', '75.0.3770.100');
    machine.files.write('C:\\bulk.bin', { content: Buffer.alloc(0), size: machine.files.freeBytes() - 1000 });
    expect((await session(machine)).error).toContain('cannot create temp dir');
  });
});

it('tells its version on the command line', async () => {
  const machine = pc('75.0.3770.140', null);
  expect((await run(machine, driver, '--version')).stdout).toMatch(/^ChromeDriver 75\.0\.3770\.140 \(/);
});
