/** Jobs: work that goes on without the session, and comes back if it went wrong. */
import type { Args } from '../../core/host.ts';
import type { Call, JobStatus } from '../../core/primitives.ts';
import { base64, describe, expect, inside, it, refused, text, until, where } from './subject.ts';
import type { Family, Get, Subject } from './subject.ts';

const active = new Set(['running', 'awaiting-confirmation']);
const ended = ({ state }: JobStatus): boolean => !active.has(state);

const write = (subject: Subject, name: string, content: string): Call<'file.write'> => ({
  name: 'file.write',
  args: { path: inside(subject, name), base64: base64(content) },
});
const missing = (subject: Subject): Call<'file.read'> => ({
  name: 'file.read',
  args: { path: inside(subject, 'no-such-file') },
});

async function contentOf(subject: Subject, name: string): Promise<string> {
  return text((await subject.host.call('file.read', { path: inside(subject, name) })).base64);
}

const start = ({ host }: Subject, args: Args<'job.start'>): Promise<unknown> => host.call('job.start', args);

function running(get: Get): void {
  it('run their steps in order and keep each result', async () => {
    const { host } = get();
    const read: Call = { name: 'file.read', args: { path: inside(get(), 'job.txt') } };
    await start(get(), { id: 'contract-steps', steps: [write(get(), 'job.txt', 'step'), read] });
    const status = await until(host, 'job.status', { id: 'contract-steps' }, ended);
    expect(status).toEqual({
      id: 'contract-steps',
      state: 'done',
      completed: 2,
      results: [{ ok: {} }, { ok: { base64: base64('step') } }],
      error: null,
    });
  });

  it('stop at the first step that fails, and name it', async () => {
    const { host } = get();
    const steps = [write(get(), 'first.txt', '1'), missing(get()), write(get(), 'third.txt', '3')];
    await start(get(), { id: 'contract-fails', steps });
    const status = await until(host, 'job.status', { id: 'contract-fails' }, ended);
    expect(status).toMatchObject({
      state: 'failed',
      completed: 1,
      results: [{ ok: {} }],
      error: { code: 'not-found' },
    });
    expect((await host.call('file.stat', { path: inside(get(), 'third.txt') })).exists).toBe(false);
  });

  it('are absent until they are started and after they are forgotten', async () => {
    const { host } = get();
    const absent = { id: 'contract-forget', state: 'absent', completed: 0, results: [], error: null };
    await host.call('job.forget', { id: absent.id });
    expect(await host.call('job.status', { id: absent.id })).toEqual(absent);
    await start(get(), { id: absent.id, steps: [] });
    await until(host, 'job.status', { id: absent.id }, ended);
    await host.call('job.forget', { id: absent.id });
    expect(await host.call('job.status', { id: absent.id })).toEqual(absent);
  });

  it('may be started anew once they have ended', async () => {
    const { host } = get();
    for (const content of ['once', 'twice']) {
      await start(get(), { id: 'contract-again', steps: [write(get(), 'again.txt', content)] });
      expect((await until(host, 'job.status', { id: 'contract-again' }, ended)).state).toBe('done');
    }
    expect(await contentOf(get(), 'again.txt')).toBe('twice');
  });

  it('have names that cannot reach out of their folder', async () => {
    await refused(get().host.call('job.status', { id: '../../escape' }), 'bad-request');
    await refused(get().host.call('job.start', { id: 'a b', steps: [] }), 'bad-request');
  });
}

function goingBack(get: Get): void {
  it('roll back when a step fails', async () => {
    const { host } = get();
    await host.call('file.write', write(get(), 'state.txt', 'before').args);
    const steps = [write(get(), 'state.txt', 'after'), missing(get())];
    await start(get(), { id: 'contract-back', steps, rollback: [write(get(), 'state.txt', 'before')] });
    const status = await until(host, 'job.status', { id: 'contract-back' }, ended);
    expect(status).toMatchObject({ state: 'rolled-back', completed: 1, error: { code: 'not-found' } });
    expect(await contentOf(get(), 'state.txt')).toBe('before');
  });

  it('try every call of the way back, and say so when one fails', async () => {
    const { host } = get();
    const rollback = [missing(get()), write(get(), 'reached.txt', 'yes')];
    await start(get(), { id: 'contract-half', steps: [missing(get())], rollback });
    const status = await until(host, 'job.status', { id: 'contract-half' }, ended);
    expect(status).toMatchObject({ state: 'failed', error: { code: 'failed' } });
    expect(await contentOf(get(), 'reached.txt')).toBe('yes');
  });

  it('roll back when nobody confirms in time', async () => {
    const { host } = get();
    const steps = [write(get(), 'unconfirmed.txt', 'after')];
    const rollback = [write(get(), 'unconfirmed.txt', 'before')];
    await start(get(), { id: 'contract-silence', steps, rollback, confirmSec: 1 });
    const status = await until(host, 'job.status', { id: 'contract-silence' }, ended);
    expect(status).toMatchObject({ state: 'rolled-back', completed: 1, error: { code: 'timeout' } });
    expect(await contentOf(get(), 'unconfirmed.txt')).toBe('before');
  });

  it('are done once confirmed, and may be confirmed twice', async () => {
    const { host } = get();
    const id = 'contract-confirm';
    const rollback = [write(get(), 'confirmed.txt', 'before')];
    await start(get(), { id, steps: [write(get(), 'confirmed.txt', 'after')], rollback, confirmSec: 30 });
    const waiting = await until(host, 'job.status', { id }, ({ state }) => state !== 'running');
    expect(waiting.state).toBe('awaiting-confirmation');
    await refused(host.call('job.start', { id, steps: [] }), 'busy');
    await refused(host.call('job.forget', { id }), 'busy');
    await host.call('job.confirm', { id });
    await host.call('job.confirm', { id });
    expect(await host.call('job.status', { id })).toMatchObject({ state: 'done', completed: 1, error: null });
    expect(await contentOf(get(), 'confirmed.txt')).toBe('after');
  });

  it('cannot be confirmed when there are none, or when they are over', async () => {
    const { host } = get();
    await refused(host.call('job.confirm', { id: 'contract-nobody' }), 'not-found');
    await start(get(), { id: 'contract-over', steps: [missing(get())] });
    await until(host, 'job.status', { id: 'contract-over' }, ended);
    await refused(host.call('job.confirm', { id: 'contract-over' }), 'failed');
  });
}

export const jobs: Family = (get, { sessions, restart }) => {
  describe('jobs', () => {
    running(get);
    goingBack(get);

    where(sessions, 'there are no sessions here')('go on when the session that started them dies', async () => {
      const { host, dropSession } = get();
      const rollback = [write(get(), 'survivor.txt', 'rolled back')];
      await start(get(), {
        id: 'contract-alone',
        steps: [write(get(), 'survivor.txt', 'done')],
        rollback,
        confirmSec: 2,
      });
      await dropSession?.();
      const status = await until(host, 'job.status', { id: 'contract-alone' }, ended);
      expect(status.state).toBe('rolled-back');
      expect(await contentOf(get(), 'survivor.txt')).toBe('rolled back');
    });

    where(restart, 'this machine must stay up')(
      'roll back when the machine restarts before they are confirmed',
      async () => {
        const { host } = get();
        const id = 'contract-restart';
        const rollback = [write(get(), 'restart.txt', 'before')];
        await start(get(), { id, steps: [write(get(), 'restart.txt', 'after')], rollback, confirmSec: 60 });
        await until(host, 'job.status', { id }, ({ state }) => state === 'awaiting-confirmation');
        await host.restart();
        expect((await until(host, 'job.status', { id }, ended)).state).toBe('rolled-back');
        expect(await contentOf(get(), 'restart.txt')).toBe('before');
      },
    );
  });
};
