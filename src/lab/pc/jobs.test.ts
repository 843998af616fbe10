// Does not prove the scheduled tasks of a real PC: only what a job does to the model, and what is left of it after a restart.
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { Call, JobState } from '../../core/primitives.ts';
import { simulatedPc, type SimulatedPc } from '../testing.ts';
import type { MachineOptions } from './create.ts';

const file = (name: string): Call => ({ name: 'file.write', args: { path: `C:\\${name}`, base64: 'eA==' } });
const failing: Call = { name: 'file.read', args: { path: 'C:\\absent' } };
const address = (to: string): Call => ({
  name: 'net.write',
  args: { mac: '02:00:00:00:00:01', config: { dhcp: false, address: to, prefix: 24, gateway: '10.30.1.1', dns: [] } },
});

const fresh = (options: Partial<MachineOptions> = {}): Promise<SimulatedPc> =>
  simulatedPc({ mac: '02:00:00:00:00:01', ...options });

async function until({ host }: SimulatedPc, id: string, state: JobState): Promise<void> {
  for (let turn = 0; turn < 200; turn++) {
    if ((await host.call('job.status', { id })).state === state) return;
    await sleep(5);
  }
  throw new Error(`the job is ${(await host.call('job.status', { id })).state}, not ${state}`);
}
const exists = async ({ host }: SimulatedPc, path: string): Promise<boolean> =>
  (await host.call('file.stat', { path })).exists;

test('runs its steps in order, keeps their results, and its task is gone when it is done', async () => {
  const pc = await fresh();
  await pc.host.call('job.start', { id: 'two', steps: [file('a'), { name: 'file.stat', args: { path: 'C:\\a' } }] });
  expect(pc.machine.tasks.list().map((task) => task.path)).toContain('\\examsite\\two');
  await until(pc, 'two', 'done');
  const { completed, results, error } = await pc.host.call('job.status', { id: 'two' });
  expect([completed, results, error]).toEqual([
    2,
    [{ ok: {} }, { ok: expect.objectContaining({ size: 1 }) as object }],
    null,
  ]);
  expect(pc.machine.tasks.list().map((task) => task.path)).not.toContain('\\examsite\\two');
});

describe('a step that fails', () => {
  test('stops the job, and the rollback runs', async () => {
    const pc = await fresh();
    const rollback: Call[] = [{ name: 'file.delete', args: { path: 'C:\\a' } }];
    await pc.host.call('job.start', { id: 'j', steps: [file('a'), failing, file('b')], rollback });
    await until(pc, 'j', 'rolled-back');
    expect(await pc.host.call('job.status', { id: 'j' })).toMatchObject({ completed: 1, error: { code: 'not-found' } });
    expect([await exists(pc, 'C:\\a'), await exists(pc, 'C:\\b')]).toEqual([false, false]);
  });

  test('without a rollback the job has failed', async () => {
    const pc = await fresh();
    await pc.host.call('job.start', { id: 'j', steps: [failing] });
    await until(pc, 'j', 'failed');
  });

  test('in the rollback does not stop the rest of it', async () => {
    const pc = await fresh();
    await pc.host.call('job.start', { id: 'j', steps: [failing], rollback: [failing, file('back')] });
    await until(pc, 'j', 'failed');
    expect(await exists(pc, 'C:\\back')).toBe(true);
  });
});

describe('a job that waits for its confirmation', () => {
  const steps = [address('10.30.1.101')];
  const rollback = [address('10.30.1.77')];

  test('is done when it is confirmed, and may be confirmed twice', async () => {
    const pc = await fresh();
    await pc.host.call('job.start', { id: 'net', steps, rollback, confirmSec: 60 });
    await until(pc, 'net', 'awaiting-confirmation');
    await pc.host.call('job.confirm', { id: 'net' });
    await pc.host.call('job.confirm', { id: 'net' });
    await until(pc, 'net', 'done');
    expect(pc.machine.nic.address).toBe('10.30.1.101');
  });

  test('rolls back when nobody does', async () => {
    const pc = await fresh();
    await pc.host.call('job.start', { id: 'net', steps, rollback, confirmSec: 0.05 });
    await until(pc, 'net', 'rolled-back');
    expect(await pc.host.call('job.status', { id: 'net' })).toMatchObject({ error: { code: 'timeout' } });
    expect(pc.machine.nic.address).toBe('10.30.1.77');
  });

  test('rolls back at a restart, once', async () => {
    const pc = await fresh();
    await pc.host.call('job.start', { id: 'net', steps, rollback, confirmSec: 0.2 });
    await until(pc, 'net', 'awaiting-confirmation');
    await pc.machine.restart();
    expect((await pc.host.call('job.status', { id: 'net' })).state).toBe('rolled-back');
    expect(pc.machine.nic.address).toBe('10.30.1.77');
    const { writes } = pc.machine.journal;
    await sleep(300);
    expect(pc.machine.journal.writes).toBe(writes);
  });

  test('is forgotten by a frozen card, with all it did', async () => {
    const pc = await fresh({ card: { kind: 'hardware', frozen: true } });
    await pc.host.call('job.start', { id: 'net', steps, rollback, confirmSec: 60 });
    await until(pc, 'net', 'awaiting-confirmation');
    await pc.machine.restart();
    expect((await pc.host.call('job.status', { id: 'net' })).state).toBe('absent');
    expect(pc.machine.adapters()[0]?.persistent.dhcp).toBe(true);
  });
});

test('a restart in the middle of a step interrupts a job that has no rollback', async () => {
  const pc = await fresh({ latency: 0.05 });
  await pc.host.call('job.start', { id: 'j', steps: [address('10.30.1.101'), file('b')] });
  pc.machine.latency.factor = 0;
  await pc.machine.restart();
  expect((await pc.host.call('job.status', { id: 'j' })).state).toBe('interrupted');
  await sleep(250);
  expect([await exists(pc, 'C:\\b'), pc.machine.adapters()[0]?.persistent.dhcp]).toEqual([false, true]);
});

test('an id is taken while its job runs, and free again afterwards', async () => {
  const pc = await fresh();
  await pc.host.call('job.start', { id: 'j', steps: [], confirmSec: 60 });
  await until(pc, 'j', 'awaiting-confirmation');
  await expect(pc.host.call('job.start', { id: 'j', steps: [] })).rejects.toMatchObject({ code: 'busy' });
  await expect(pc.host.call('job.forget', { id: 'j' })).rejects.toMatchObject({ code: 'busy' });
  await pc.host.call('job.confirm', { id: 'j' });
  await pc.host.call('job.forget', { id: 'j' });
  expect((await pc.host.call('job.status', { id: 'j' })).state).toBe('absent');
  await expect(pc.host.call('job.start', { id: '..\\x', steps: [] })).rejects.toMatchObject({ code: 'bad-request' });
});
