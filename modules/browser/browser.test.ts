// Does not prove that real installers, services and drivers behave as the simulated ones do.
import { expect, test } from 'vitest';
import { converge } from '../../src/core/converge.ts';
import { isOk } from '../../src/core/finding.ts';
import type { RegistryValue } from '../../src/core/primitives.ts';
import { preinstall } from '../../src/lab/packages/preinstall.ts';
import { simulatedDepot } from '../../src/lab/packages/build.ts';
import { updateChrome } from '../../src/lab/packages/tamper.ts';
import { software } from '../../src/lab/software.ts';
import { simulatedPc, type SimulatedPcOptions } from '../../src/lab/testing.ts';
import { runCases } from '../cases.ts';
import { machineState } from '../machine-state.ts';
import { environmentKey } from '../path.ts';
import { job } from './apply.ts';
import { installSteps } from './install.ts';
import { browser } from './module.ts';
import * as at from './places.ts';
import type { BrowserDesired } from './schema.ts';

runCases(browser, import.meta.dirname);

const depot = simulatedDepot({ products: { chrome: ['75.0.3770.100'], chromedriver: ['75.0.3770.140'] } });
const desired: BrowserDesired = browser.desired.parse({
  level: 'L2',
  chrome: '75.0.3770.100',
  chromedriver: '75.0.3770.140',
  autoUpdate: false,
  internetExplorer: '9',
});
async function pc(options: SimulatedPcOptions = {}) {
  const made = await simulatedPc({ software, depot, ...options });
  // Every Windows has this key; without it an installer would leave it behind empty.
  made.machine.registry.set(`${appPaths}\\IEXPLORE.EXE`, '', { type: 'REG_SZ', data: 'iexplore.exe' });
  return made;
}
const appPaths = 'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\App Paths';

type Made = Awaited<ReturnType<typeof pc>>;
/** Property and sentence of what is not as required. */
async function faults({ host }: Made, wanted = desired): Promise<Record<string, string>> {
  const findings = browser.plan(wanted, await browser.read(host, wanted));
  return Object.fromEntries(findings.filter((one) => !isOk(one)).map((one) => [one.property, one.sentence.en]));
}
const path = ({ machine }: Made): RegistryValue | undefined => machine.registry.values(environmentKey)['Path'];
const chromeOf = ({ machine }: Made): string | undefined =>
  machine.files.read(`${at.applications[1]}\\chrome.exe`)?.version;

test.each(['win10', 'win7'] as const)('sets up a fresh %s, is then done, and takes everything back', async (os) => {
  const { machine, host } = await pc({ os });
  const before = machineState(machine);
  expect((await converge(browser, host, desired)).passes).toBe(1);

  const written = machine.journal.writes;
  const again = await converge(browser, host, desired);
  expect(again.findings.every(isOk)).toBe(true);
  expect(again.passes).toBe(0);
  const looked = await browser.read(host, desired);
  await browser.apply(host, desired, looked, browser.plan(desired, looked));
  expect(machine.journal.writes).toBe(written);

  await browser.undo(host, desired);
  expect(machineState(machine)).toStrictEqual(before);
  await browser.undo(host, desired);
  expect(machineState(machine)).toStrictEqual(before);
});

test('reads in one round trip', async () => {
  const { host } = await pc();
  const before = host.roundTrips;
  await browser.read(host, desired);
  expect(host.roundTrips - before).toBe(1);
});

test.each(['86.0.4240.75', '129.0.6668.58'])(
  'puts back the pinned Chrome after it updated itself to %s',
  async (version) => {
    const made = await pc();
    await converge(browser, made.host, desired);
    updateChrome(made.machine, version);

    const found = await faults(made);
    expect(found['chrome']).toBe(`chrome is ${version}, pinned to 75.0.3770.100 (handbook: ≥ 75.0.3770.100)`);
    expect(found['autoUpdate']).toMatch(/not off yet: service/);
    expect(found['chromedriver.session']).toMatch(/only supports Chrome version 75/);

    await converge(browser, made.host, desired);
    expect(await faults(made)).toStrictEqual({});
    expect(chromeOf(made)).toBe('75.0.3770.100');
  },
);

test('replaces a newer Chrome from the web page, which was there before', async () => {
  const made = await pc();
  preinstall(made.machine, { product: 'chrome', version: '120.0.6099.71', how: 'exe' });
  expect((await faults(made))['chrome']).toMatch(/^chrome is 120\.0\.6099\.71, pinned to 75\.0\.3770\.100/);
  await converge(browser, made.host, desired);
  expect(await faults(made)).toStrictEqual({});
  expect(made.machine.files.walk(at.applications[0])).toStrictEqual([]);
});

test('keeps a Chrome of the right version that was there before, and gives its updaters back', async () => {
  const made = await pc();
  preinstall(made.machine, { product: 'chrome', version: '75.0.3770.100', how: 'msi' });
  const before = machineState(made.machine);
  const msi = made.machine.journal.events.length;
  await converge(browser, made.host, desired);
  expect(made.machine.journal.events.slice(msi).filter((event) => event.what.includes('chrome.exe'))).toStrictEqual([]);
  expect(made.machine.services.read('gupdate').startType).toBe('Disabled');
  await browser.undo(made.host, desired);
  expect(machineState(made.machine)).toStrictEqual(before);
});

test('takes the driver out of the folder that Chrome for Testing has it in', async () => {
  const pair = { chrome: '120.0.6099.71', chromedriver: '120.0.6099.109' };
  const made = await pc({
    depot: simulatedDepot({ products: { chrome: [pair.chrome], chromedriver: [pair.chromedriver] } }),
  });
  const modern = browser.desired.parse({ ...desired, ...pair });
  const before = machineState(made.machine);
  const { findings } = await converge(browser, made.host, modern);
  expect(findings.filter(({ verdict }) => verdict !== 'ok')).toStrictEqual([]);
  await browser.undo(made.host, modern);
  expect(machineState(made.machine)).toStrictEqual(before);
});

test('finds a Chrome in the folder of one account and a waiting update, and removes both', async () => {
  const made = await pc();
  await converge(browser, made.host, desired);
  preinstall(made.machine, { product: 'chrome', version: '109.0.5414.120', how: 'user' });
  updateChrome(made.machine, '109.0.5414.120', { pending: true });
  expect((await faults(made))['leftovers']).toBe(
    'no chrome beside 75.0.3770.100 and no waiting update is allowed, found: ' +
      'C:\\Users\\exam\\AppData\\Local\\Google\\Chrome\\Application\\chrome.exe; ' +
      'C:\\Program Files (x86)\\Google\\Chrome\\Application\\new_chrome.exe',
  );
  await converge(browser, made.host, desired);
  expect(await faults(made)).toStrictEqual({});
  expect(chromeOf(made)).toBe('75.0.3770.100');
});

test('puts its driver in front of another one on PATH, keeps the type, and undoes only that', async () => {
  const made = await pc();
  preinstall(made.machine, { product: 'chromedriver', version: '2.46', folder: 'C:\\tools' });
  const original = path(made);
  made.machine.registry.set(environmentKey, 'Path', {
    type: 'REG_EXPAND_SZ',
    data: `C:\\tools;${String(original?.data)}`,
  });
  expect((await faults(made))['chromedriver.path']).toBe(
    'the first chromedriver.exe on PATH is C:\\tools\\chromedriver.exe, expected C:\\Program Files\\ChromeDriver\\chromedriver.exe',
  );
  await converge(browser, made.host, desired);
  expect(path(made)).toStrictEqual({
    type: 'REG_EXPAND_SZ',
    data: `C:\\Program Files\\ChromeDriver;C:\\tools;${String(original?.data)}`,
  });

  made.machine.registry.set(environmentKey, 'Path', {
    type: 'REG_EXPAND_SZ',
    data: `C:\\new;${String(path(made)?.data)}`,
  });
  await browser.undo(made.host, desired);
  expect(path(made)).toStrictEqual({ type: 'REG_EXPAND_SZ', data: `C:\\new;C:\\tools;${String(original?.data)}` });
});

test('repairs a driver that was cut off and cannot run any more', async () => {
  const made = await pc();
  await converge(browser, made.host, desired);
  const content = made.machine.files.read(at.driverFile)?.content.subarray(0, 40) ?? Buffer.alloc(0);
  made.machine.files.write(at.driverFile, { content, size: content.length });
  expect((await faults(made))['chromedriver']).toBe('chromedriver is absent or cannot run, pinned to 75.0.3770.140');
  await converge(browser, made.host, desired);
  expect(await faults(made)).toStrictEqual({});
});

test('takes nothing away when what is to come instead cannot be fetched', async () => {
  const files = new Map(depot.files);
  const [msi = ''] = [...files.keys()].filter((name) => name.endsWith('.msi'));
  files.set(msi, Buffer.from('not what the lock says'));
  const made = await pc({ depot: { lock: depot.lock, files } });
  preinstall(made.machine, { product: 'chrome', version: '80.0.3987.87', how: 'msi' });
  await expect(converge(browser, made.host, desired)).rejects.toThrow(
    /r301-s07 browser\.chrome: chrome is 80\.0\.3987\.87, pinned to 75\.0\.3770\.100 .*; step 1 of \d+, download: .*\[L2\.chrome drifted\]/,
  );
  expect(chromeOf(made)).toBe('80.0.3987.87');
});

test('waits for the job of a controller that was killed, instead of installing a second time', async () => {
  const made = await pc();
  const looked = await browser.read(made.host, desired);
  const steps = installSteps(desired, looked, { chrome: true, driver: true }, [], made.host.depot);
  await made.host.call('job.start', { id: job, steps });
  await browser.apply(made.host, desired, looked, browser.plan(desired, looked));
  expect(await faults(made)).toStrictEqual({});
  const installs = made.machine.journal.events.filter((event) => event.what.endsWith('Application\\chrome.exe'));
  expect(installs).toHaveLength(1);
});

test('asks nothing of a driver where the level has none', async () => {
  const made = await pc();
  const first = browser.desired.parse({ ...desired, level: 'L1', chromedriver: null });
  const { findings } = await converge(browser, made.host, first);
  expect(findings.map((one) => `${one.requirement} ${one.property}`)).toStrictEqual([
    'L1.chrome chrome',
    'P14 chrome',
    'P16 formerDriver',
    'L1.chrome autoUpdate',
    'L1.chrome leftovers',
    'P14 internetExplorer',
  ]);
  expect(made.machine.files.read(at.driverFile)).toBeUndefined();
});

test.each([32, 64] as const)(
  'takes a %i-bit Firefox for the Chrome of level 3, beside any Chrome and its own driver',
  async (bits) => {
    const made = await pc();
    preinstall(made.machine, { product: 'firefox', version: '68.0.1', bits });
    preinstall(made.machine, { product: 'chrome', version: '109.0.5414.120', how: 'msi' });
    preinstall(made.machine, { product: 'chromedriver', version: '109.0.5414.74', folder: at.driverFolder });
    const third = { ...desired, level: 'L3' as const };
    expect(Object.keys(await faults(made))).toStrictEqual([
      'chrome',
      'chromedriver',
      'chromedriver.path',
      'chromedriver.session',
      'autoUpdate',
    ]);
    expect(Object.keys(await faults(made, third))).toStrictEqual(['chromedriver.path', 'autoUpdate']);
    await converge(browser, made.host, third);
    expect(await faults(made, third)).toStrictEqual({});
    expect((await browser.read(made.host, third)).chromes.map(({ version }) => version)).toStrictEqual([
      '109.0.5414.120',
    ]);
  },
);

test.each([
  [
    'no Chrome at all',
    undefined,
    ['chrome', 'chromedriver', 'chromedriver.parity', 'chromedriver.path', 'chromedriver.session', 'autoUpdate'],
  ],
  [
    'a Chrome that has no driver',
    '109.0.5414.120',
    ['chromedriver', 'chromedriver.parity', 'chromedriver.path', 'chromedriver.session', 'autoUpdate'],
  ],
] as const)(
  'brings the pinned pair beside a Firefox and %s, and leaves the Firefox alone',
  async (_name, chrome, said) => {
    const made = await pc();
    preinstall(made.machine, { product: 'firefox', version: '115.12.0' });
    if (chrome !== undefined) preinstall(made.machine, { product: 'chrome', version: chrome, how: 'exe' });
    const third = { ...desired, level: 'L3' as const };
    const found = await browser.read(made.host, third);
    const open = browser.plan(third, found).filter((one) => !isOk(one));
    expect(open.map(({ property }) => property)).toStrictEqual(said);
    expect(open[0]?.requirement).toBe(chrome === undefined ? 'P14' : 'L3.chromedriver');
    expect((await converge(browser, made.host, third)).passes).toBe(1);
    expect(await faults(made, third)).toStrictEqual({});
    expect(chromeOf(made)).toBe('75.0.3770.100');
    expect((await browser.read(made.host, third)).firefoxes).toStrictEqual(found.firefoxes);
  },
);

test('a seat that goes to level 1 loses the driver of its former level, and what was there before stays', async () => {
  const made = await pc();
  const [second, first] = [desired, browser.desired.parse({ ...desired, level: 'L1', chromedriver: null })];
  const before = machineState(made.machine);
  const state = (): string[] => machineState(made.machine).filter((line) => !line.includes('\\examsite\\undo\\'));
  await converge(browser, made.host, first);
  const settled = state();
  await converge(browser, made.host, second);
  expect(Object.keys(await faults(made, first))).toStrictEqual(['formerDriver']);
  await converge(browser, made.host, first);
  expect(state()).toStrictEqual(settled);
  await browser.undo(made.host, first);
  expect(machineState(made.machine)).toStrictEqual(before);

  preinstall(made.machine, { product: 'chromedriver', version: '2.46', folder: at.driverFolder });
  await converge(browser, made.host, second);
  await converge(browser, made.host, first);
  expect(made.machine.files.read(at.driverFile)).toBeDefined();
});
