// Does not prove that a real Windows shows an account what is in its hive, nor which input methods really show advertising
// (docs/reference/windows-facts.md 11).
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { converge } from '../../src/core/converge.ts';
import { ConvergeError } from '../../src/core/errors.ts';
import { isOk } from '../../src/core/finding.ts';
import { wantedRestart } from '../../src/core/restart.ts';
import { preinstall } from '../../src/lab/packages/preinstall.ts';
import { simulatedPc, type SimulatedPc, type SimulatedPcOptions } from '../../src/lab/testing.ts';
import { runCases } from '../cases.ts';
import { machineState } from '../machine-state.ts';
import { kindsOf, vendorOf, vendors } from './known.ts';
import { inputMethod } from './module.ts';
import type { InputMethodDesired } from './schema.ts';

runCases(inputMethod, import.meta.dirname);

const want = (more: Partial<InputMethodDesired> = {}): InputMethodDesired =>
  inputMethod.desired.parse({ advertising: 'by-hand', accepted: [], except: ['examsite'], ...more });

/** A school's Windows 7 has a Wubi on its image. */
async function pc(options: SimulatedPcOptions = {}): Promise<SimulatedPc> {
  const made = await simulatedPc(options);
  if (options.os === 'win7') preinstall(made.machine, { product: 'freewb', version: '7.13' });
  return made;
}
async function faults({ host }: SimulatedPc, desired = want()): Promise<Record<string, string>> {
  const findings = inputMethod.plan(desired, await inputMethod.read(host, desired));
  return Object.fromEntries(findings.filter((one) => !isOk(one)).map((one) => [one.property, one.sentence.en]));
}
const sidOf = ({ machine }: SimulatedPc, name: string): string => machine.accounts.find(name)?.sid ?? '';
async function choice(made: SimulatedPc, name = 'exam'): Promise<readonly string[] | undefined> {
  const { accounts } = await inputMethod.read(made.host, want({ except: [] }));
  return accounts.find((one) => one.name === name)?.methods;
}

test.each(['win10', 'win7'] as const)('gives a fresh %s what it lacks, is then done, and takes it back', async (os) => {
  const made = await pc({ os });
  const before = machineState(made.machine);
  expect(Object.keys(await faults(made))).toStrictEqual(os === 'win10' ? ['english', 'wubi'] : ['wubi']);
  expect((await converge(inputMethod, made.host, want())).passes).toBe(1);
  const { writes } = made.machine.journal;
  expect((await converge(inputMethod, made.host, want())).passes).toBe(0);
  expect(made.machine.journal.writes).toBe(writes);

  await made.machine.restart();
  expect(await faults(made)).toStrictEqual({});

  await inputMethod.undo(made.host, want());
  expect(machineState(made.machine)).toStrictEqual(before);
  await inputMethod.undo(made.host, want());
  expect(machineState(made.machine)).toStrictEqual(before);
});

test('reads in one round trip', async () => {
  const { host } = await pc();
  const before = host.roundTrips;
  await inputMethod.read(host, want());
  expect(host.roundTrips - before).toBe(1);
});

test('an account that is logged on has it from the next logon on, so a restart is asked for; another needs none', async () => {
  const made = await pc();
  await converge(inputMethod, made.host, want());
  expect((await wantedRestart(made.host)).by).toStrictEqual({ 'input-method': 'exam is logged on' });

  const nobody = await pc();
  nobody.machine.accounts.logOff('exam');
  await converge(inputMethod, nobody.host, want());
  expect((await wantedRestart(nobody.host)).by).toStrictEqual({});
  expect(await choice(nobody)).toContain('0409:00000409');
});

test("leaves alone accounts that no candidate uses, and those that are disabled, and keeps the account's own order", async () => {
  const made = await pc();
  const before = await choice(made);
  await converge(inputMethod, made.host, want());
  expect((await choice(made))?.slice(0, before?.length)).toStrictEqual(before);
  expect(await choice(made, 'examsite')).toStrictEqual(before);
});

describe('an account', () => {
  test('that has never been logged on has nothing to look at, and then the PC is unknown', async () => {
    const { host } = await pc();
    const desired = want({ except: ['exam', 'examsite'] });
    const findings = inputMethod.plan(desired, await inputMethod.read(host, desired));
    expect(findings.filter(({ verdict }) => verdict === 'unknown').map(({ property }) => property)).toStrictEqual([
      'english',
      'pinyin',
      'wubi',
    ]);
  });

  test('whose Pinyin somebody took away gets it back', async () => {
    const made = await pc();
    made.machine.registry.deleteKey(
      `HKU\\${sidOf(made, 'exam')}\\Control Panel\\International\\User Profile\\zh-Hans-CN`,
    );
    expect(Object.keys(await faults(made))).toContain('pinyin');
    await converge(inputMethod, made.host, want());
    expect(await faults(made)).toStrictEqual({});
  });

  test('that was deleted since is passed over by undo', async () => {
    const made = await pc();
    await converge(inputMethod, made.host, want());
    const sid = sidOf(made, 'exam');
    made.machine.accounts.logOff('exam');
    made.machine.registry.deleteKey(`HKU\\${sid}`);
    made.machine.registry.deleteKey(`HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList\\${sid}`);
    expect(await inputMethod.undo(made.host, want())).toStrictEqual({ restartRequired: false });
    expect(made.machine.registry.exists(`HKU\\${sid}`)).toBe(false);
  });

  test('that has sorted its list since loses only what was given to it', async () => {
    const made = await pc();
    await converge(inputMethod, made.host, want());
    const key = `HKU\\${sidOf(made, 'exam')}\\Control Panel\\International\\User Profile\\zh-Hans-CN`;
    made.machine.registry.set(
      key,
      '0804:{AAAAAAAA-0000-0000-0000-000000000001}{AAAAAAAA-0000-0000-0000-000000000002}',
      {
        type: 'REG_DWORD',
        data: 1,
      },
    );
    await inputMethod.undo(made.host, want());
    expect(await choice(made)).toStrictEqual([
      '0804:{81d4e9c9-1d3b-41bc-9e6c-4b40bf79e35e}{fa550b04-5ad7-411f-a5ac-ca038ec515d7}',
      '0804:{aaaaaaaa-0000-0000-0000-000000000001}{aaaaaaaa-0000-0000-0000-000000000002}',
    ]);
  });
});

test('Windows 7 without a Wubi cannot be helped, and is told what to do', async () => {
  const made = await simulatedPc({ os: 'win7' });
  const error = await converge(inputMethod, made.host, want()).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ConvergeError);
  expect(String(error)).toMatch(/input-method\.wubi: .*without it are exam; windows 7 brings none, install one/);
});

describe('an input method that shows advertising', () => {
  test('is named and left to a person, and does not count as Pinyin', async () => {
    const made = await pc();
    preinstall(made.machine, { product: 'sogou', version: '9.1.0.2589' });
    expect(await faults(made)).toMatchObject({
      showing:
        'no input method may show advertising, here is 搜狗输入法; uninstall by hand, or set inputMethods.advertising to uninstall in site.yaml',
    });
    await expect(converge(inputMethod, made.host, want())).rejects.toThrow(/showing: .*搜狗输入法/);
    expect(made.machine.files.read('C:\\Windows\\System32\\SogouTSF.ime')).toBeDefined();
    // What could be done is done all the same.
    expect(Object.keys(await faults(made))).toStrictEqual(['showing']);
  });

  test('is taken off where the site says so', async () => {
    const made = await pc();
    preinstall(made.machine, { product: 'sogou', version: '9.1.0.2589' });
    await converge(inputMethod, made.host, want({ advertising: 'uninstall' }));
    expect(await faults(made)).toStrictEqual({});
    expect(made.machine.files.isDirectory('C:\\Program Files (x86)\\SogouInput')).toBe(false);
  });

  test('of which only the registration is left is for a person', async () => {
    const made = await pc();
    preinstall(made.machine, { product: 'sogou', version: '9.1.0.2589' });
    const uninstall = 'HKLM\\SOFTWARE\\WOW6432Node\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\Sogou Input';
    made.machine.registry.deleteKey(uninstall);
    await expect(converge(inputMethod, made.host, want({ advertising: 'uninstall' }))).rejects.toThrow(/showing/);
  });
});

describe('an input method that nobody knows', () => {
  async function strange(): Promise<SimulatedPc> {
    const made = await pc();
    made.machine.registry.set('HKLM\\SYSTEM\\CurrentControlSet\\Control\\Keyboard Layouts\\E0220804', 'Ime File', {
      type: 'REG_SZ',
      data: 'HUFU.IME',
    });
    return made;
  }

  test('is unknown until the site says that it shows no advertising', async () => {
    const made = await strange();
    expect((await faults(made))['others']).toMatch(/open is HUFU\.IME; uninstall it, or name it/);
    expect((await faults(made, want({ accepted: [{ name: 'HUFU', kinds: [] }] })))['others']).toBeUndefined();
  });

  test('is what the site says it is for', async () => {
    const made = await strange();
    const uninstalled = 'HKLM\\SOFTWARE\\Microsoft\\CTF\\TIP\\{6A498709-E00B-4C45-A018-8F9E4081AE40}';
    made.machine.registry.deleteKey(uninstalled);
    expect((await faults(made))['wubi']).toMatch(/basic typing/);
    const desired = want({ accepted: [{ name: 'HUFU', kinds: ['wubi'] }] });
    await converge(inputMethod, made.host, desired);
    expect(await choice(made)).toContain('0804:e0220804');
    expect(await faults(made, desired)).toStrictEqual({});
  });
});

test('vendors are told apart, and by nothing but their names', () => {
  const names = ['搜狗拼音输入法', 'QQ五笔输入法', '2345王牌拼音输入法', '百度五笔输入法', '极点五笔', '小狼毫输入法'];
  expect(new Set(names.map((name) => vendorOf(name))).size).toBe(names.length);
  expect(vendorOf('中文(简体) - 微软拼音')).toBeUndefined();
  fc.assert(
    fc.property(fc.constantFrom(...names), fc.stringMatching(/^[ a-e-]{0,9}$/), (name, other) => {
      expect(vendors.filter(({ match }) => match.test(`${other}${name}${other}`))).toHaveLength(1);
    }),
  );
  expect(kindsOf('0804:e0210804', '极点五笔拼音 FREEWB.IME')).toStrictEqual(['pinyin', 'wubi']);
});
