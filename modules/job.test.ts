// Does not prove that an agent keeps its jobs alive: that is the contract suite's. Here a job is a list of answers.
import { expect, test } from 'vitest';
import { HostError } from '../src/core/errors.ts';
import type { Json } from '../src/core/finding.ts';
import type { Host } from '../src/core/host.ts';
import type { JobStatus } from '../src/core/primitives.ts';
import { wantedRestart } from '../src/core/restart.ts';
import { notesIn } from './scripted-host.ts';
import { joinJob, runJob, step, stopped, type Pace } from './job.ts';

const pace: Pace = { firstMs: 1, longestMs: 2, againMs: [1, 1] };
const steps = [
  step('file.delete', { path: 'C:\\a' }),
  step('process.run', { exe: 'C:\\x\\msiexec.exe', args: [], timeoutSec: 1 }),
];

const running: Partial<JobStatus> = { state: 'running' };
const done = (exitCode: number): Partial<JobStatus> => ({ state: 'done', results: [{ ok: {} }, { ok: { exitCode } }] });
const failed = (exitCode: number, stdout = ''): Partial<JobStatus> => ({
  state: 'failed',
  completed: 1,
  error: { code: 'failed', message: `exit code ${exitCode}`, detail: { exitCode, stdout, stderr: '' } },
});

const lost = 'lost';

/** A machine whose job goes through these states, one a look; `lost`: nobody answers that look, and the machine restarts. */
function machine(...states: readonly (Partial<JobStatus> | typeof lost)[]) {
  const calls: string[] = [];
  const started: number[] = [];
  const left = [...states];
  let boots = 1;
  const status = { id: 'browser', completed: 0, results: [], error: null, ...{ state: 'absent' as const } };
  const bootTime = () => `2022-11-18T08:0${boots}:00Z`;
  const waited: (string | undefined)[] = [];
  const answer = (name: string): unknown => {
    if (name === 'registry.read') return { exists: true, values: {}, subkeys: [] };
    if (name !== 'job.status') return {};
    const next = left.shift();
    if (next === lost) throw new HostError('r301-s07', 'session-lost', 'connection reset');
    return { ...status, ...next };
  };
  const host = {
    name: 'r301-s07',
    notes: notesIn(new Map<string, Json>()),
    hello: () => Promise.resolve({ bootTime: bootTime() }),
    untilBack: (since?: string) => {
      waited.push(since);
      boots += 1;
      return Promise.resolve();
    },
    call: (name: string, args: { steps?: readonly unknown[] }) => {
      calls.push(name);
      if (args.steps !== undefined) started.push(args.steps.length);
      return new Promise((resolve) => resolve(answer(name)));
    },
  };
  const count = (name: string) => calls.filter((one) => one === name).length;
  return { host: host as unknown as Host, calls, count, started, waited };
}

test('waits for the end, forgets the job and notes whether an installer wants a restart', async () => {
  const { host, count } = machine(running, running, done(3010));
  expect(await runJob(host, 'browser', steps, pace)).toStrictEqual({ done: true });
  expect(count('job.start')).toBe(1);
  expect(count('job.forget')).toBe(1);
  expect((await wantedRestart(host)).by).toStrictEqual({ browser: 'msiexec.exe ended with 3010' });
  const quiet = machine(done(0)).host;
  await runJob(quiet, 'browser', steps, pace);
  expect((await wantedRestart(quiet)).by).toStrictEqual({});
});

test('goes on with the step that was not finished when Windows Installer was busy or the machine restarted under the job', async () => {
  const { host, started } = machine(failed(1618), { state: 'interrupted' }, done(0));
  expect(await runJob(host, 'browser', steps, pace)).toMatchObject({ done: true });
  expect(started).toStrictEqual([2, 1, 1]);
});

test('begins anew when a restore card has forgotten the job', async () => {
  const { host, started } = machine(failed(1618), { state: 'absent' }, done(0));
  await runJob(host, 'browser', steps, pace);
  expect(started).toStrictEqual([2, 1, 2]);
});

test('keeps in mind what was asked for before Windows Installer was busy', async () => {
  const busy = { ...failed(1618), results: [{ ok: { exitCode: 3010 } }] } as const;
  const { host } = machine(busy, done(0));
  await runJob(host, 'browser', steps, pace);
  expect(Object.keys((await wantedRestart(host)).by)).toStrictEqual(['browser']);
});

test('waits for a machine that restarts under its installer, and for a restart that an installer has begun', async () => {
  const under = machine(running, lost, { state: 'interrupted' }, done(0));
  expect(await runJob(under.host, 'browser', steps, pace)).toStrictEqual({ done: true });
  expect(under.waited).toStrictEqual([undefined]);

  const begun = machine(running, done(1641), done(1641));
  expect(await runJob(begun.host, 'browser', steps, pace)).toStrictEqual({ done: true });
  expect(begun.waited).toStrictEqual(['2022-11-18T08:01:00Z']);
  expect((await wantedRestart(begun.host)).by).toStrictEqual({});
});

test('gives up when the installer stays busy', async () => {
  // From the second time on the busy step is the only one that is left.
  const again = { ...failed(1618), completed: 0 };
  const { host, count } = machine(failed(1618), again, again);
  expect(await runJob(host, 'browser', steps, pace)).toStrictEqual({
    done: false,
    why: { zh: '第 2/2 步，msiexec.exe: exit code 1618', en: 'step 2 of 2, msiexec.exe: exit code 1618' },
  });
  expect(count('job.start')).toBe(3);
});

test('does not repeat what failed for good, keeps its record, and quotes its last words', async () => {
  const { host, count } = machine(failed(1603, 'one\r\nReturn value 3.\r\n'));
  const end = await runJob(host, 'browser', steps, pace);
  expect(end).toMatchObject({
    done: false,
    why: { en: 'step 2 of 2, msiexec.exe: exit code 1603; one | Return value 3.' },
  });
  expect(count('job.start')).toBe(1);
  expect(count('job.forget')).toBe(0);
});

test('joins a job that runs, and starts none', async () => {
  const earlier = machine(running, running, done(0));
  expect(await joinJob(earlier.host, 'browser', pace)).toBe(true);
  expect(earlier.count('job.status')).toBe(3);
  expect(earlier.count('job.start')).toBe(0);
  expect(await joinJob(machine().host, 'browser', pace)).toBe(false);
});

test('asks a job that ended with nobody there what it wants, once', async () => {
  const earlier = machine(done(3010));
  expect(await joinJob(earlier.host, 'browser', pace)).toBe(true);
  expect(earlier.count('job.forget')).toBe(1);
  expect((await wantedRestart(earlier.host)).by).toStrictEqual({ browser: 'an installer ended with 3010' });
});

test('says why even where nothing else is wrong: an undo that stops has no open finding', () => {
  const { host } = machine();
  expect(stopped(host, 'browser', [], { zh: '第 1/1 步', en: 'step 1 of 1, setup.exe: exit code 5' }).message).toBe(
    'r301-s07 browser.undo: step 1 of 1, setup.exe: exit code 5 [browser failed]',
  );
});
