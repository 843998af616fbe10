/** Work that takes longer than a session can be trusted to live: started once, waited for, and waited for again by the next controller. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ConvergeError } from '../src/core/errors.ts';
import { isOk, type Finding, type Text } from '../src/core/finding.ts';
import type { Host } from '../src/core/host.ts';
import type { Call, JobStatus, Primitives, WireError } from '../src/core/primitives.ts';

export interface Pace {
  /** First wait between two looks at the job; it grows by half each time, up to `longestMs`. */
  readonly firstMs: number;
  readonly longestMs: number;
  /** Waits before the job is started again when Windows Installer was busy, or the machine restarted under it. */
  readonly againMs: readonly number[];
}

/** Windows Installer serves one at a time; another installation (an update of Windows) is waited for about ten minutes. */
const pace: Pace = {
  firstMs: 50,
  longestMs: 2000,
  againMs: [5, 10, 20, 40, 60, 60, 60, 60, 120, 120].map((s) => s * 1000),
};

export type JobEnd =
  | { readonly done: true; readonly restartRequired: boolean }
  /** What went wrong, for a sentence: `step 2 of 5, msiexec.exe: exit code 1603`. */
  | { readonly done: false; readonly why: Text };

/** A step of a job, checked against its primitive. */
export const step = <K extends keyof Primitives>(name: K, args: Primitives[K]['args']): Call => ({ name, args });

/** ERROR_SUCCESS_REBOOT_INITIATED and _REQUIRED (MicrosoftDocs/win32, desktop-src/Msi/error-codes.md). */
const restartCodes: readonly unknown[] = [1641, 3010];
/** ERROR_INSTALL_ALREADY_RUNNING. */
const installerBusy = 1618;

/**
 * A controller that was killed leaves its job running. The next one waits for it instead of installing a second time.
 *
 * @returns whether there was one: then the machine has changed since it was last read.
 */
export async function joinJob(host: Host, id: string, at: Pace = pace): Promise<boolean> {
  const { state } = await host.call('job.status', { id });
  if (state !== 'running') return false;
  await finished(host, id, at);
  return true;
}

/** Runs the steps in order. The caller has made sure with `joinJob` that no such job is running. */
export async function runJob(host: Host, id: string, steps: readonly Call[], at: Pace = pace): Promise<JobEnd> {
  for (const againMs of [...at.againMs, undefined]) {
    await host.call('job.start', { id, steps });
    const status = await finished(host, id, at);
    if (status.state === 'done') {
      await host.call('job.forget', { id });
      return { done: true, restartRequired: status.results.some((result) => restartCodes.includes(exitCode(result))) };
    }
    if (againMs === undefined || !worthRepeating(status)) return { done: false, why: reason(status, steps) };
    await sleep(againMs);
  }
  throw new Error('unreachable: the last attempt always returns');
}

/** Every property that stays wrong, the first one with the reason; an undo may have nothing wrong but the reason. */
export function stopped(host: Host, module: string, findings: readonly Finding[], why: Text): ConvergeError {
  const [first, ...rest] = findings.filter((finding) => !isOk(finding));
  if (first === undefined) {
    const about = { requirement: module, property: 'undo', expected: null, actual: null };
    return new ConvergeError(host.name, module, [{ ...about, verdict: 'failed', sentence: why }]);
  }
  const sentence = { zh: `${first.sentence.zh}；${why.zh}`, en: `${first.sentence.en}; ${why.en}` };
  return new ConvergeError(host.name, module, [{ ...first, sentence }, ...rest]);
}

async function finished(host: Host, id: string, at: Pace): Promise<JobStatus> {
  for (let waitMs = at.firstMs; ; waitMs = Math.min(waitMs * 1.5, at.longestMs)) {
    const status = await host.call('job.status', { id });
    if (status.state !== 'running') return status;
    await sleep(waitMs);
  }
}

/** `absent`: the machine restarted, and its restore card forgot the job. */
const worthRepeating = (status: JobStatus): boolean =>
  status.state === 'interrupted' || status.state === 'absent' || status.error?.detail?.['exitCode'] === installerBusy;

function exitCode(result: JobStatus['results'][number]): unknown {
  const value = 'ok' in result ? result.ok : null;
  return typeof value === 'object' && value !== null && 'exitCode' in value ? value.exitCode : undefined;
}

function reason(status: JobStatus, steps: readonly Call[]): Text {
  const at = steps[status.completed];
  const what =
    at === undefined ? status.state : `${subject(at)}: ${status.error === null ? status.state : words(status.error)}`;
  const [number, of] = [status.completed + 1, steps.length];
  return { zh: `第 ${number}/${of} 步，${what}`, en: `step ${number} of ${of}, ${what}` };
}

/** What a step is about: the program for a run, else the primitive. */
const subject = (call: Call): string =>
  'exe' in call.args ? (call.args.exe.split(/[\\/]/).at(-1) ?? call.args.exe) : call.name;

/** An installer's last words tell more than its exit code. */
function words(error: WireError): string {
  const said = [error.detail?.['stderr'], error.detail?.['stdout']].find(
    (text) => typeof text === 'string' && text.trim() !== '',
  );
  const last = typeof said === 'string' ? (said.trim().split(/\r?\n/).at(-1) ?? '') : '';
  return [error.message, last.slice(0, 300)].filter((text) => text !== '').join('; ');
}
