// Does not prove that an agent keeps its jobs alive: that is the contract suite's. Here a job is a list of answers.
import { expect, test } from 'vitest';
import type { Host } from '../src/core/host.ts';
import type { JobStatus } from '../src/core/primitives.ts';
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

/** A machine whose job goes through these states, one a look. */
function machine(...states: readonly Partial<JobStatus>[]) {
  const calls: string[] = [];
  const left = [...states];
  const status = { id: 'browser', completed: 0, results: [], error: null, ...{ state: 'absent' as const } };
  const host = {
    name: 'r301-s07',
    call: (name: string) => {
      calls.push(name);
      return Promise.resolve(name === 'job.status' ? { ...status, ...left.shift() } : {});
    },
  };
  return { host: host as unknown as Host, calls, count: (name: string) => calls.filter((one) => one === name).length };
}

test('waits for the end, forgets the job and says whether Windows wants a restart', async () => {
  const { host, count } = machine(running, running, done(3010));
  expect(await runJob(host, 'browser', steps, pace)).toStrictEqual({ done: true, restartRequired: true });
  expect(count('job.start')).toBe(1);
  expect(count('job.forget')).toBe(1);
  expect(await runJob(machine(done(0)).host, 'browser', steps, pace)).toStrictEqual({
    done: true,
    restartRequired: false,
  });
});

test('starts again when Windows Installer was busy or the machine restarted under the job', async () => {
  const { host, count } = machine(failed(1618), { state: 'interrupted' }, done(0));
  expect(await runJob(host, 'browser', steps, pace)).toMatchObject({ done: true });
  expect(count('job.start')).toBe(3);
});

test('gives up when the installer stays busy', async () => {
  const { host, count } = machine(failed(1618), failed(1618), failed(1618));
  expect(await runJob(host, 'browser', steps, pace)).toStrictEqual({
    done: false,
    why: { zh: '第 2/2 步，msiexec.exe: exit code 1618', en: 'step 2 of 2, msiexec.exe: exit code 1618' },
  });
  expect(count('job.start')).toBe(3);
});

test('does not repeat what failed for good, keeps its record, and quotes its last words', async () => {
  const { host, count } = machine(failed(1603, 'one\r\nReturn value 3.\r\n'));
  const end = await runJob(host, 'browser', steps, pace);
  expect(end).toMatchObject({ done: false, why: { en: 'step 2 of 2, msiexec.exe: exit code 1603; Return value 3.' } });
  expect(count('job.start')).toBe(1);
  expect(count('job.forget')).toBe(0);
});

test('joins a job that runs, and starts none', async () => {
  const earlier = machine(running, running, done(0));
  expect(await joinJob(earlier.host, 'browser', pace)).toBe(true);
  expect(earlier.count('job.status')).toBe(3);
  expect(earlier.count('job.start')).toBe(0);
  expect(await joinJob(machine(done(0)).host, 'browser', pace)).toBe(false);
});

test('says why even where nothing else is wrong: an undo that stops has no open finding', () => {
  const { host } = machine();
  expect(stopped(host, 'browser', [], { zh: '第 1/1 步', en: 'step 1 of 1, setup.exe: exit code 5' }).message).toBe(
    'r301-s07 browser.undo: step 1 of 1, setup.exe: exit code 5 [browser failed]',
  );
});
