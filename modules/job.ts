/** Work that takes longer than a session can be trusted to live: started once, waited for, and waited for again by the next controller. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ConvergeError, HostError, type HostErrorCode } from '../src/core/errors.ts';
import { isOk, type Finding, type Text } from '../src/core/finding.ts';
import type { Host } from '../src/core/host.ts';
import type { Call, JobStatus, Primitives, WireError } from '../src/core/primitives.ts';
import { keepPath, waitingFiles, wantRestart } from '../src/core/restart.ts';
import { readPath, textOf } from './path.ts';

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
  | { readonly done: true }
  /** What went wrong, for a sentence: `step 2 of 5, msiexec.exe: exit code 1603`. */
  | { readonly done: false; readonly why: Text };

/** A step of a job, checked against its primitive. */
export const step = <K extends keyof Primitives>(name: K, args: Primitives[K]['args']): Call => ({ name, args });

/** ERROR_SUCCESS_REBOOT_REQUIRED, _INITIATED and ERROR_INSTALL_ALREADY_RUNNING (MicrosoftDocs/win32, desktop-src/Msi/error-codes.md). */
const restartWanted = 3010;
const restartBegun = 1641;
const installerBusy = 1618;

/**
 * A controller that was killed leaves its job running, or done with nobody having asked how it ended. The next one waits for it instead of
 * installing a second time, and notes what it asks for.
 *
 * @returns whether there was one: then the machine may have changed since it was last read.
 */
export async function joinJob(host: Host, id: string, at: Pace = pace): Promise<boolean> {
  const found = await host.call('job.status', { id });
  if (found.state !== 'running' && found.state !== 'done') return false;
  const status = found.state === 'done' ? found : await finished(host, id, at);
  await noteAsked(host, id, status);
  if (status.state === 'done') await host.call('job.forget', { id });
  return true;
}

/**
 * Runs the steps in order, and notes what they leave for a restart. The caller has made sure with `joinJob` that no such job is running. Where
 * Windows Installer was busy, or the machine restarted in the middle, it goes on with the step that was not finished.
 *
 * @param id the module's name
 */
export async function runJob(host: Host, id: string, steps: readonly Call[], at: Pace = pace): Promise<JobEnd> {
  const { bootTime, platform } = await host.hello();
  // Only Windows keeps files for the next start, and its PATH in a place where an installer may change it.
  const onWindows = platform === 'windows';
  const [files, path] = onWindows ? await Promise.all([waitingFiles(host), readPath(host)]) : [[], undefined];
  if (onWindows) await keepPath(host, textOf(path));
  let from = 0;
  for (const againMs of [...at.againMs, undefined]) {
    const left = steps.slice(from);
    await host.call('job.start', { id, steps: left });
    const status = await finished(host, id, at);
    await noteAsked(host, id, status, left);
    if (status.state === 'done') {
      await Promise.all([host.call('job.forget', { id }), noteWaiting(host, id, bootTime, files)]);
      return { done: true };
    }
    if (againMs === undefined || !worthRepeating(status)) {
      await noteWaiting(host, id, bootTime, files);
      return { done: false, why: reason(status, left, { from, of: steps.length }) };
    }
    // A restore card has forgotten the job and what it did.
    from = status.state === 'absent' ? 0 : from + status.completed;
    await sleep(againMs);
  }
  throw new Error('unreachable: the last attempt always returns');
}

/** An uninstaller that leaves a file for the next start says nothing of it. */
async function noteWaiting(host: Host, id: string, boot: string, before: readonly string[]): Promise<void> {
  const { bootTime, platform } = await host.hello();
  if (platform !== 'windows') return;
  const now = await waitingFiles(host);
  const [file] = now.filter((one) => !before.includes(one));
  // Restarted meanwhile: nothing waits that was there before.
  if (file !== undefined && bootTime === boot) await wantRestart(host, id, `${file} is in use`);
}

async function noteAsked(host: Host, id: string, { results }: JobStatus, steps?: readonly Call[]): Promise<void> {
  const codes = results.map(exitCode);
  const at = codes.lastIndexOf(restartWanted);
  if (at === -1) return;
  const step = steps?.[at];
  await wantRestart(host, id, `${step === undefined ? 'an installer' : subject(step)} ended with ${restartWanted}`);
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

/**
 * A machine that goes away under its installer is restarting, more likely than not, and the job is on its disk: so it is waited for. After 1641
 * it has been told to go down, and may still answer for a while.
 */
async function finished(host: Host, id: string, at: Pace): Promise<JobStatus> {
  const { bootTime } = await host.hello();
  let returned = false;
  for (let waitMs = at.firstMs; ; waitMs = Math.min(waitMs * 1.5, at.longestMs)) {
    const status = await statusOf(host, id);
    const goesDown = status?.results.some((result) => exitCode(result) === restartBegun) === true && !returned;
    if (goesDown) {
      await host.untilBack(bootTime);
      returned = true;
    } else if (status !== undefined && status.state !== 'running') return status;
    await sleep(waitMs);
  }
}

/** @returns undefined where the machine had gone and is back */
async function statusOf(host: Host, id: string): Promise<JobStatus | undefined> {
  try {
    return await host.call('job.status', { id });
  } catch (error) {
    if (!(error instanceof HostError && gone.includes(error.code))) throw error;
    await host.untilBack();
    return undefined;
  }
}

const gone: readonly HostErrorCode[] = ['session-lost', 'unreachable'];

/** `absent`: the machine restarted, and its restore card forgot the job. */
const worthRepeating = (status: JobStatus): boolean =>
  status.state === 'interrupted' || status.state === 'absent' || status.error?.detail?.['exitCode'] === installerBusy;

function exitCode(result: JobStatus['results'][number]): unknown {
  const value = 'ok' in result ? result.ok : null;
  return typeof value === 'object' && value !== null && 'exitCode' in value ? value.exitCode : undefined;
}

function reason(status: JobStatus, steps: readonly Call[], { from, of }: { from: number; of: number }): Text {
  const at = steps[status.completed];
  const what =
    at === undefined ? status.state : `${subject(at)}: ${status.error === null ? status.state : words(status.error)}`;
  const number = from + status.completed + 1;
  return { zh: `第 ${number}/${of} 步，${what}`, en: `step ${number} of ${of}, ${what}` };
}

/** What a step is about: the program for a run, else the primitive. */
const subject = (call: Call): string =>
  'exe' in call.args ? (call.args.exe.split(/[\\/]/).at(-1) ?? call.args.exe) : call.name;

const lastLines = 5;
const longestWords = 500;

/** An installer's last words tell more than its exit code (dpkg's last line is a name alone); of a file that is another, its hash and the one that was locked. */
function words(error: WireError): string {
  if (error.code === 'hash-mismatch') {
    const { expected, actual } = error.detail ?? {};
    return `${error.message}; SHA-256 expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`;
  }
  const said = [error.detail?.['stderr'], error.detail?.['stdout']].find(
    (text) => typeof text === 'string' && text.trim() !== '',
  );
  const lines = typeof said === 'string' ? said.split('\n').map((line) => line.trim()) : [];
  const last = lines.filter((line) => line !== '').slice(-lastLines);
  return [error.message, last.join(' | ').slice(-longestWords)].filter((text) => text !== '').join('; ');
}
