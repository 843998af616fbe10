/**
 * Jobs: calls that run detached from the session. On a real PC a SYSTEM scheduled task runs them; their state is a file on the PC's disk, so a
 * restore card forgets it and a restart finds it (the ONSTART task rolls back what nobody confirmed).
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Args } from '../../core/host.ts';
import type { Call, JobState, JobStatus, StepResult, WireError } from '../../core/primitives.ts';
import { Refusal } from './fault.ts';
import type { Pc } from './pc.ts';
import { perform } from './primitives/perform.ts';

const folder = 'C:\\ProgramData\\examsite\\jobs';
const finished: ReadonlySet<JobState> = new Set<JobState>(['done', 'rolled-back', 'failed', 'interrupted']);
const idShape = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

interface Job extends JobStatus {
  readonly steps: readonly Call[];
  readonly rollback: readonly Call[];
  readonly confirmSec: number | null;
}
/** What the simulation itself wrote; only its outline is checked. */
const saved = z.looseObject({ id: z.string(), state: z.string() });

export class Jobs {
  readonly #pc: Pc;
  /** Waits for a confirmation, by job. */
  readonly #confirmations = new Map<string, () => void>();

  constructor(pc: Pc) {
    this.#pc = pc;
  }

  start(args: Args<'job.start'>): void {
    const { id, steps, rollback = [], confirmSec = null } = args;
    const before = this.#read(id);
    if (before && !finished.has(before.state)) throw wrongState('busy', before);
    const job: Job = { id, state: 'running', completed: 0, results: [], error: null, steps, rollback, confirmSec };
    this.#pc.files.delete(folderOf(id));
    this.#pc.tasks.set(taskOf(id), true);
    this.#write(job);
    void this.#run(job).catch(() => undefined); // What ends a job without a trace is a restart, and recover() deals with that.
  }

  status(id: string): JobStatus {
    const job = this.#read(id);
    if (!job) return { id, state: 'absent', completed: 0, results: [], error: null };
    const { state, completed, results, error } = job;
    return { id, state, completed, results, error };
  }

  confirm(id: string): void {
    const job = this.#read(id);
    if (!job) throw new Refusal('not-found', `there is no job ${id}`);
    // Said twice, after an answer that was lost, it is still true.
    if (job.state === 'done') return;
    if (job.state !== 'awaiting-confirmation') throw wrongState('failed', job);
    this.#write({ ...job, state: 'done' });
    this.#confirmations.get(id)?.();
  }

  forget(id: string): void {
    const job = this.#read(id);
    if (job && !finished.has(job.state)) throw wrongState('busy', job);
    this.#pc.tasks.delete(taskOf(id));
    this.#pc.files.delete(folderOf(id));
  }

  /** What the ONSTART task does. The power may go again meanwhile; then the next start does it. */
  async recover(): Promise<void> {
    await this.#recover().catch((error: unknown) => {
      if (!(error instanceof Refusal)) throw error;
    });
  }

  async #recover(): Promise<void> {
    for (const name of this.#pc.files.list(folder)) {
      const job = this.#read(name);
      if (!job || finished.has(job.state)) continue;
      const error: WireError = { code: 'failed', message: 'the machine restarted before the job was finished' };
      if (job.rollback.length > 0) await this.#rollBack({ ...job, error });
      else this.#write({ ...job, state: 'interrupted', error });
    }
  }

  async #run(job: Job): Promise<void> {
    let at = job;
    for (const step of job.steps) {
      // A step starts in its own turn, as a process of its own would: the answer to job.start is on its way before a step cuts the session.
      await sleep(0);
      const result = await perform(this.#pc, step);
      if ('error' in result) return this.#failed(at, result.error);
      at = this.#progress(at, result);
    }
    if (job.confirmSec === null) return this.#write({ ...at, state: 'done' });
    this.#write({ ...at, state: 'awaiting-confirmation' });
    await this.#confirmation(at, job.confirmSec);
  }

  async #confirmation(job: Job, confirmSec: number): Promise<void> {
    const confirmed = new AbortController();
    this.#confirmations.set(job.id, () => confirmed.abort());
    await sleep(confirmSec * 1000, undefined, { signal: confirmed.signal, ref: false }).catch(() => undefined);
    this.#confirmations.delete(job.id);
    if (confirmed.signal.aborted) return;
    this.#pc.journal.assertAlive();
    const error: WireError = { code: 'timeout', message: `not confirmed within ${confirmSec} s` };
    await this.#rollBack({ ...job, error });
  }

  async #failed(job: Job, error: WireError): Promise<void> {
    this.#pc.journal.assertAlive();
    if (job.rollback.length === 0) return this.#write({ ...job, state: 'failed', error });
    await this.#rollBack({ ...job, error });
  }

  /** Every call of the rollback is tried: half a way back is worse than a way back with one stone missing. */
  async #rollBack(job: Job): Promise<void> {
    const failures: string[] = [];
    for (const call of job.rollback) {
      const result = await perform(this.#pc, call);
      if ('error' in result) failures.push(`${call.name}: ${result.error.message}`);
    }
    if (failures.length === 0) return this.#write({ ...job, state: 'rolled-back' });
    const message = `${job.error?.message ?? 'failed'}; and the rollback failed: ${failures.join('; ')}`;
    this.#write({ ...job, state: 'failed', error: { code: 'failed', message } });
  }

  #progress(job: Job, result: StepResult): Job {
    const next = { ...job, completed: job.completed + 1, results: [...job.results, result] };
    this.#write(next);
    return next;
  }

  #read(id: string): Job | undefined {
    const file = this.#pc.files.read(`${folderOf(id)}\\job.json`);
    if (!file) return undefined;
    return saved.parse(JSON.parse(file.content.toString('utf8'))) as unknown as Job;
  }

  #write(job: Job): void {
    const content = Buffer.from(JSON.stringify(job));
    this.#pc.files.write(`${folderOf(job.id)}\\job.json`, { content, size: content.length });
    if (finished.has(job.state)) this.#pc.tasks.delete(taskOf(job.id));
  }
}

const taskOf = (id: string): string => `\\examsite\\${id}`;

function folderOf(id: string): string {
  if (!idShape.test(id)) throw new Refusal('bad-request', `expected a job id of letters, digits, . _ -, got ${id}`);
  return `${folder}\\${id}`;
}

const wrongState = (code: 'busy' | 'failed', { id, state }: Job): Refusal =>
  new Refusal(code, `job ${id} is ${state}`, { state });
