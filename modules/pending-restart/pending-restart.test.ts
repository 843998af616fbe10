// Does not prove which signs a real Windows keeps and for how long (docs/reference/windows-facts.md 9): the simulated PC keeps these.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { converge } from '../../src/core/converge.ts';
import { ConvergeError } from '../../src/core/errors.ts';
import { isOk } from '../../src/core/finding.ts';
import { keepPath, targets, wantRestart } from '../../src/core/restart.ts';
import { simulatedPc, type SimulatedPc } from '../../src/lab/testing.ts';
import { runCases } from '../cases.ts';
import { machineState } from '../machine-state.ts';
import { changePath, first } from '../path.ts';
import { step } from '../job.ts';
import { outlivedBy, stillThere } from './memory.ts';
import { pendingRestart } from './module.ts';

runCases(pendingRestart, import.meta.dirname);

const desired = { installers: ['browser'] };
const sessionManager = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Session Manager';
const file = 'C:\\Windows\\System32\\msvcp140.dll';

async function open({ host }: SimulatedPc): Promise<string[]> {
  const findings = pendingRestart.plan(desired, await pendingRestart.read(host, desired));
  return findings.filter((one) => !isOk(one)).map(({ property, verdict }) => `${property} ${verdict}`);
}
const put = ({ machine }: SimulatedPc, path: string): void =>
  machine.files.write(path, { content: Buffer.from(path), size: path.length });

test('a PC that waits for nothing is only looked at, in one round trip', async () => {
  const pc = await simulatedPc();
  const before = pc.host.roundTrips;
  expect(await open(pc)).toStrictEqual([]);
  expect(pc.host.roundTrips - before).toBe(1);
  expect((await converge(pendingRestart, pc.host, desired)).restarts).toBe(0);
  expect(pc.machine.journal.writes).toBe(0);
});

describe('one restart serves', () => {
  const reasons: [string, string, (pc: SimulatedPc) => unknown][] = [
    [
      'what an installer has asked for',
      'asked',
      ({ host }) => wantRestart(host, 'browser', 'msiexec.exe ended with 3010'),
    ],
    ['an update in the servicing stack', 'servicing', ({ machine }) => machine.nextStart.service()],
    [
      'a file that is in use',
      'files',
      (pc) => (put(pc, `${file}.new`), pc.machine.nextStart.move(`${file}.new`, file)),
    ],
    [
      'a service that somebody looks at while it is deleted',
      'services',
      ({ machine }) => {
        machine.services.held = true;
        machine.services.unregister('W32Time');
      },
    ],
    [
      'a PATH that is newer than the logon',
      'path',
      ({ host }) => changePath(host, (now) => first(now, 'C:\\Python37')),
    ],
  ];

  test.each(reasons)('%s', async (_, property, cause) => {
    const pc = await simulatedPc();
    await cause(pc);
    expect(await open(pc)).toStrictEqual([`${property} drifted`]);
    expect((await converge(pendingRestart, pc.host, desired)).restarts).toBe(1);
    expect(await open(pc)).toStrictEqual([]);
  });

  test('all of them at once', async () => {
    const pc = await simulatedPc();
    for (const [, , cause] of reasons) await cause(pc);
    pc.machine.nextStart.updateWindows();
    expect(await open(pc)).toHaveLength(6);
    expect((await converge(pendingRestart, pc.host, desired)).restarts).toBe(1);
    expect(pc.machine.files.read(file)?.content.toString()).toBe(`${file}.new`);
    expect(pc.machine.services.read('W32Time').exists).toBe(false);
    expect(pc.machine.shellPath()).toMatch(/^C:\\Python37;/);
  });
});

test('a PATH that is as it was, or that nobody has a former one of, needs no restart', async () => {
  const pc = await simulatedPc();
  await changePath(pc.host, (now) => first(now, 'C:\\Python37'));
  pc.machine.accounts.logOff('exam');
  expect(await open(pc)).toStrictEqual([]);
  pc.machine.accounts.logOn('exam');
  expect(pc.machine.shellPath()).toMatch(/^C:\\Python37;/);

  const other = await simulatedPc();
  const before = other.machine.registry.values(`${sessionManager}\\Environment`)['Path'];
  await keepPath(other.host, String(before?.data));
  expect(await open(other)).toStrictEqual([]);
});

test('a restart that somebody else has done serves as well', async () => {
  const pc = await simulatedPc();
  await wantRestart(pc.host, 'python', 'python.exe ended with 3010');
  pc.machine.nextStart.updateWindows();
  await pc.machine.restart();
  expect(await open(pc)).toStrictEqual([]);
});

test('what a job asked for that ended with nobody there is asked of the job', async () => {
  const asks = await simulatedPc({
    software: {
      programs: { ask: () => Promise.resolve({ exitCode: 3010, stdout: '', stderr: '' }) },
      webdriver: () => Promise.reject(new Error('not needed here')),
    },
  });
  asks.machine.files.write('C:\\ask.exe', { content: Buffer.from(JSON.stringify({ program: 'ask' })), size: 20 });
  await asks.host.call('job.start', {
    id: 'browser',
    steps: [step('process.run', { exe: 'C:\\ask.exe', args: [], timeoutSec: 5, expectExit: [0, 3010] })],
  });
  await expect.poll(async () => (await asks.host.call('job.status', { id: 'browser' })).state).toBe('done');
  expect(await open(asks)).toStrictEqual(['asked drifted']);
  expect((await converge(pendingRestart, asks.host, desired)).restarts).toBe(1);
  expect(await open(asks)).toStrictEqual([]);
  expect((await asks.host.call('job.status', { id: 'browser' })).state).toBe('absent');
});

describe('a sign that no restart ends', () => {
  /** Whatever the machine forgets at its start is there again at once. */
  async function stubborn(cause: (pc: SimulatedPc) => void): Promise<SimulatedPc> {
    const pc = await simulatedPc();
    cause(pc);
    const restart = pc.host.restart.bind(pc.host);
    pc.host.restart = async () => {
      await restart();
      cause(pc);
    };
    return pc;
  }

  test('of a program that replaces a file at every start counts no more, and is named as evidence', async () => {
    const pc = await stubborn((one) => one.machine.nextStart.move('C:\\Program Files\\360\\a.dll', null));
    const { restarts, findings } = await converge(pendingRestart, pc.host, desired);
    expect(restarts).toBe(1);
    expect(findings.find(({ property }) => property === 'files')?.evidence).toBe(
      'there again after every start: C:\\Program Files\\360\\a.dll',
    );
    expect((await converge(pendingRestart, pc.host, desired)).restarts).toBe(0);
  });

  test('of Windows is given up after two, and says so', async () => {
    const pc = await stubborn((one) => one.machine.nextStart.service());
    const error = await converge(pendingRestart, pc.host, desired).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ConvergeError);
    expect(String(error)).toMatch(/servicing: .*still does after 2 of them/);
    expect(pc.machine.journal.events.filter(({ action }) => action === 'up')).toHaveLength(2);
  });

  test('is a new one when it has been gone in between', async () => {
    const pc = await simulatedPc();
    pc.machine.nextStart.updateWindows();
    await converge(pendingRestart, pc.host, desired);
    expect(await open(pc)).toStrictEqual([]);
    pc.machine.nextStart.updateWindows();
    expect(await open(pc)).toStrictEqual(['servicing drifted', 'update drifted']);
  });
});

test('undo leaves nothing, on the PC and in the notes', async () => {
  const pc = await stuckOnce();
  expect(await pc.host.notes.get('pending-restart')).toBeDefined();
  const before = machineState(pc.machine);
  await pendingRestart.undo(pc.host, desired);
  expect(await pc.host.notes.get('pending-restart')).toBeUndefined();
  expect(machineState(pc.machine)).toStrictEqual(before);
});

async function stuckOnce(): Promise<SimulatedPc> {
  const pc = await simulatedPc();
  pc.machine.nextStart.updateWindows();
  const actual = await pendingRestart.read(pc.host, desired);
  await pendingRestart.apply(pc.host, desired, actual, pendingRestart.plan(desired, actual));
  return pc;
}

describe('PendingFileRenameOperations', () => {
  const path = fc
    .stringMatching(/^[A-Z]:\\[a-z0-9 ]{1,8}\\[a-z]{1,8}\.dll$/)
    .filter((one) => !/\\te?mp\\|^C:\\config/i.test(one));

  test('gives each file that is replaced or goes', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(path, fc.option(path))), (moves) => {
        const data = moves.flatMap(([from, to]) => [`\\??\\${from}`, to === null ? '' : `!\\??\\${to}`]);
        expect(targets(data)).toStrictEqual(moves.map(([from, to]) => to ?? from));
      }),
    );
  });

  test('passes over what only tidies up, and what is not a list', () => {
    const tidy = ['\\??\\C:\\Windows\\Temp\\a.tmp', '', '\\??\\C:\\Config.Msi\\1.rbf', ''];
    expect(targets(tidy)).toStrictEqual([]);
    expect(targets(['\\??\\C:\\Windows\\Temp\\a.tmp', '!\\??\\C:\\b.dll', '\\??\\C:\\c.dll'])).toStrictEqual([
      'C:\\b.dll',
      'C:\\c.dll',
    ]);
    expect([targets(undefined), targets('x'), targets(7)]).toStrictEqual([[], [], []]);
  });
});

test('a memory only ever loses signs, and counts no start twice', () => {
  const signs = fc.uniqueArray(fc.constantFrom('update', 'servicing', 'file C:\\a', 'service x'));
  fc.assert(
    fc.property(signs, signs, fc.boolean(), (were, are, later) => {
      const known = { boot: '2022-11-18T08:00:00Z', outlived: Object.fromEntries(were.map((one) => [one, 0])) };
      const kept = stillThere(known, are);
      expect(Object.keys(kept?.outlived ?? {}).sort()).toStrictEqual(were.filter((one) => are.includes(one)).sort());
      expect(stillThere(kept, are)).toStrictEqual(kept);
      const counted = outlivedBy(kept, later ? '2022-11-18T09:00:00Z' : known.boot);
      expect(Object.values(counted).every((starts) => starts === 1)).toBe(true);
      expect(Object.keys(counted)).toHaveLength(later ? Object.keys(kept?.outlived ?? {}).length : 0);
    }),
  );
});
