// Does not prove that the real installers and uninstallers behave as the simulated ones do (docs/reference/windows-facts.md 6, 7, 9).
import { describe, expect, test } from 'vitest';
import { productsOf } from '../../handbook/handbook.ts';
import { converge } from '../../src/core/converge.ts';
import { isOk } from '../../src/core/finding.ts';
import { wantedRestart } from '../../src/core/restart.ts';
import { levels, type Level } from '../../src/inventory/schema.ts';
import { simulatedDepot } from '../../src/lab/packages/build.ts';
import { preinstall } from '../../src/lab/packages/preinstall.ts';
import { simulated } from '../../src/lab/packages/makers.ts';
import { software } from '../../src/lab/software.ts';
import { simulatedPc, type SimulatedPcOptions } from '../../src/lab/testing.ts';
import { runCases } from '../cases.ts';
import { machineState } from '../machine-state.ts';
import { desktopTools } from './module.ts';
import { wantedOf, type DesktopToolsDesired } from './schema.ts';
import { home as pycharmHome } from './tools/pycharm.ts';

runCases(desktopTools, import.meta.dirname);

const depot = simulatedDepot({ products: simulated(productsOf(levels)) });
const pc = (options: SimulatedPcOptions = {}) => simulatedPc({ software, depot, ...options });
const want = (level: Level): DesktopToolsDesired => {
  const versions = productsOf([level]);
  const tools = Object.fromEntries(wantedOf(level).map(({ product }) => [product, versions[product]?.[0] ?? '']));
  return desktopTools.desired.parse({ level, tools });
};

const runKey = 'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run';

type Made = Awaited<ReturnType<typeof pc>>;
/** Sentence of what is not as required, by property. */
async function faults({ host }: Made, wanted = want('L2')): Promise<Record<string, string>> {
  const findings = desktopTools.plan(wanted, await desktopTools.read(host, wanted));
  return Object.fromEntries(findings.filter((one) => !isOk(one)).map((one) => [one.property, one.sentence.en]));
}
/** A host key is every PC's own. */
const state = ({ machine }: Made): string[] => machineState(machine).filter((line) => !line.includes('ssh_host_'));
const runs = ({ machine }: Made): string[] =>
  machine.journal.events.flatMap(({ action, what }) =>
    action === 'rename' && what.includes('\\examsite\\pkg\\') ? [what.slice(what.lastIndexOf('\\') + 1)] : [],
  );

test.each([
  ['win10', 'L1'],
  ['win7', 'L2'],
  ['win10', 'L3'],
] as const)('sets up a fresh %s for %s, is then done, and takes everything back', async (os, level) => {
  const { machine, host } = await pc({ os });
  const before = machineState(machine);
  const wanted = want(level);
  expect((await converge(desktopTools, host, wanted)).passes).toBe(1);

  const written = machine.journal.writes;
  const again = await converge(desktopTools, host, wanted);
  expect(again.findings.every(isOk)).toBe(true);
  await desktopTools.apply(host, wanted, again.actual, again.findings);
  expect(machine.journal.writes).toBe(written);

  await desktopTools.undo(host, wanted);
  // What the VC++ runtime has brought to an older Windows waits for this.
  await machine.restart();
  expect(machineState(machine)).toStrictEqual(before);
  await desktopTools.undo(host, wanted);
  expect(machineState(machine)).toStrictEqual(before);
});

test('reads in one round trip', async () => {
  const { host } = await pc();
  const before = host.roundTrips;
  await desktopTools.read(host, want('L3'));
  expect(host.roundTrips - before).toBe(1);
});

test.each([
  ['L2', 'L3'],
  ['L3', 'L2'],
  ['L2', 'L1'],
] as const)('from %s to %s nothing stays that only the former level has', async (from, to) => {
  const straight = await pc();
  await converge(desktopTools, straight.host, want(to));
  const moved = await pc();
  await converge(desktopTools, moved.host, want(from));
  expect(await faults(moved, want(to))).toHaveProperty('leftovers');
  await converge(desktopTools, moved.host, want(to));
  expect(state(moved)).toStrictEqual(state(straight));
});

test('adopts what a school has, and leaves it there', async () => {
  const made = await pc();
  preinstall(made.machine, { product: 'pycharm', version: '2021.3.3' });
  preinstall(made.machine, { product: '360zip', version: '4.0' });
  preinstall(made.machine, { product: 'navicat', version: '15.0.10' });
  preinstall(made.machine, { product: 'vc-redist', version: '14.36.32532' });
  const before = machineState(made.machine);
  expect(await faults(made)).toStrictEqual({});
  expect((await converge(desktopTools, made.host, want('L2'))).passes).toBe(0);
  await desktopTools.undo(made.host, want('L2'));
  expect(machineState(made.machine)).toStrictEqual(before);
});

test('a Navicat of another major version stays beside the one that the handbook asks for', async () => {
  const made = await pc();
  preinstall(made.machine, { product: 'navicat', version: '12.1.20' });
  const before = machineState(made.machine);
  expect(await faults(made)).toMatchObject({
    'tools.navicat': 'navicat is 12.1.20.0, expected 15.x (pinned to 15.0.27)',
  });
  await converge(desktopTools, made.host, want('L2'));
  expect(await faults(made)).toStrictEqual({});
  expect(made.machine.files.list('C:\\Program Files\\PremiumSoft')).toStrictEqual([
    'Navicat Premium 12',
    'Navicat Premium 15',
  ]);
  await desktopTools.undo(made.host, want('L2'));
  expect(machineState(made.machine)).toStrictEqual(before);
});

test("where an older runtime was replaced, the newer one stays: the school's own programs need one", async () => {
  const made = await pc();
  preinstall(made.machine, { product: 'vc-redist', version: '14.16.27033' });
  const rest = (lines: readonly string[]) =>
    lines.filter((line) => !/Uninstall\\\{|VisualStudio|Package Cache|140(_1)?\.dll/.test(line));
  const before = machineState(made.machine);
  expect(await faults(made)).toHaveProperty(['tools.vc-redist']);
  await converge(desktopTools, made.host, want('L2'));
  await desktopTools.undo(made.host, want('L2'));
  expect(rest(machineState(made.machine))).toStrictEqual(rest(before));
  expect(made.machine.files.read('C:\\Windows\\System32\\msvcp140.dll')?.version).toBe('14.29.30139.0');
});

test('at L3 any program that unpacks will do, and the finding says which', async () => {
  const made = await pc();
  preinstall(made.machine, { product: '7zip', version: '19.00' });
  const found = async (level: Level) =>
    desktopTools
      .plan(want(level), await desktopTools.read(made.host, want(level)))
      .find(({ property }) => property === 'tools.360zip');
  expect(await found('L2')).toMatchObject({ verdict: 'drifted', actual: null });
  expect(await found('L3')).toMatchObject({ verdict: 'ok', actual: '7-Zip 19.00 (x64)', grade: 'minimum' });
  await converge(desktopTools, made.host, want('L3'));
  expect(runs(made)).not.toContain('360zip_setup_4.0.exe');

  made.machine.files.write('C:\\Program Files\\7-Zip\\7z.exe', { content: Buffer.from('cut off'), size: 7 });
  expect(await found('L3')).toMatchObject({ verdict: 'drifted' });
});

test('a program that is half there is not installed, whichever half it is', async () => {
  const made = await pc();
  await converge(desktopTools, made.host, want('L2'));
  made.machine.files.delete(`${pycharmHome}\\jbr`);
  made.machine.files.delete('C:\\Program Files\\PremiumSoft\\Navicat Premium 15\\navicat.exe');
  made.machine.files.delete('C:\\Windows\\System32\\vcruntime140_1.dll');
  made.machine.registry.deleteKey(
    'HKLM\\SOFTWARE\\WOW6432Node\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\360压缩',
  );
  expect(await faults(made)).toStrictEqual({
    'tools.pycharm':
      'pycharm community is 2019.2.5 and incomplete: jbr\\bin\\java.exe is missing, expected any version (pinned to 2019.2.5)',
    'tools.360zip':
      '360zip lies at C:\\Program Files (x86)\\360\\360zip\\360zip.exe but is not in the list of programs (copied there, or its installation was cut off), expected any version (pinned to 4.0)',
    'tools.navicat':
      'navicat is in the list of programs, and its program is not in C:\\Program Files\\PremiumSoft\\Navicat Premium 15, expected 15.x (pinned to 15.0.27)',
    'tools.vc-redist':
      'the Visual C++ runtime (x64) is 14.29.30139 and incomplete: C:\\Windows\\System32\\vcruntime140_1.dll is missing, expected ≥ 14.29.30139 (pinned to 14.29.30139)',
  });
  await converge(desktopTools, made.host, want('L2'));
  expect(await faults(made)).toStrictEqual({});
});

test('an installation that was cut off is begun anew in an empty folder', async () => {
  const made = await pc();
  await converge(desktopTools, made.host, want('L3'));
  const entry =
    'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\Anaconda3 2020.02 (Python 3.7.6 64-bit)';
  made.machine.registry.deleteKey(entry);
  made.machine.files.write('C:\\Anaconda3\\half.tmp', { content: Buffer.from('half'), size: 4 });
  expect(await faults(made, want('L3'))).toHaveProperty(['tools.anaconda']);
  await converge(desktopTools, made.host, want('L3'));
  expect(made.machine.files.read('C:\\Anaconda3\\half.tmp')).toBeUndefined();
});

test('an Anaconda with another Python counts for nothing, and stays', async () => {
  const made = await pc();
  preinstall(made.machine, { product: 'anaconda', version: '2021.11' });
  await converge(desktopTools, made.host, want('L3'));
  expect(made.machine.files.isDirectory('C:\\Anaconda3')).toBe(true);
  expect(made.machine.files.isDirectory('C:\\ProgramData\\Anaconda3')).toBe(true);
});

describe('what is in use', () => {
  test('is replaced with the next start, and left undone until then without a second installation', async () => {
    const made = await pc();
    made.machine.journal.act('machine', () => {
      preinstall(made.machine, { product: 'vc-redist', version: '14.16.27033' });
      preinstall(made.machine, { product: 'classroom', version: '6.0' });
    });
    await made.machine.restart();
    const first = await converge(desktopTools, made.host, want('L2'));
    expect(first.passes).toBe(1);
    expect(first.undone.map(({ property, sentence }) => [property, sentence.en])).toStrictEqual([
      [
        'tools.vc-redist',
        'the Visual C++ runtime (x64) is registered as 14.29.30139, and C:\\Windows\\System32\\msvcp140.dll 14.16.27033.0 is older: a file that is in use is replaced with the next start, expected ≥ 14.29.30139 (pinned to 14.29.30139)',
      ],
    ]);
    expect((await wantedRestart(made.host)).by).toStrictEqual({
      'desktop-tools': 'VC_redist.x64-14.29.30139.exe ended with 3010',
    });
    await made.machine.restart();
    expect(await converge(desktopTools, made.host, want('L2'))).toMatchObject({ passes: 0, undone: [] });
  });

  test('of a tool that has to go stays until a restart, and goes with it', async () => {
    const made = await pc();
    const before = state(made);
    await converge(desktopTools, made.host, want('L1'));
    const program = `${pycharmHome}\\bin\\pycharm64.exe`;
    made.machine.registry.set(runKey, 'PyCharm', { type: 'REG_SZ', data: program });
    await made.machine.restart();
    expect(made.machine.inUse(program)).toBe(true);
    expect(await desktopTools.undo(made.host, want('L1'))).toStrictEqual({ restartRequired: true, again: true });
    made.machine.registry.deleteKey(runKey);
    await made.machine.restart();
    expect(await desktopTools.undo(made.host, want('L1'))).toStrictEqual({ restartRequired: false });
    expect(state(made)).toStrictEqual(before);
  });

  test('asks for no restart where an uninstaller is just slow', async () => {
    const made = await pc();
    await converge(desktopTools, made.host, want('L1'));
    made.machine.accounts.logOff('exam');
    await desktopTools.undo(made.host, want('L1'));
    expect((await wantedRestart(made.host)).by).toStrictEqual({});
  });
});

test('a depot without an installer leaves the PC as it was', async () => {
  const { machine, host } = await pc({ depot: simulatedDepot({ products: { pycharm: ['2019.2.5'] } }) });
  const written = machine.journal.writes;
  await expect(converge(desktopTools, host, want('L1'))).rejects.toThrow(/360zip 4\.0/);
  expect(machine.journal.writes).toBe(written);
});
