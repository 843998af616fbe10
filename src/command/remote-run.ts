/** A command on a machine, over its one SSH connection. */
import os from 'node:os';
import type { RemoteShell } from '../hosts/shell.ts';
import { CommandFailure } from './failure.ts';
import type { Ended, Job } from './run.ts';

/** Not the shell's hour: the official plugin waits for as long as it takes, and whoever wants a limit can write one into the command. */
const timeoutSec = 7 * 24 * 3600;

export class RemoteRunner {
  /** Which variables a machine's sshd takes does not change while it is connected to. */
  readonly #taken = new WeakMap<RemoteShell, Map<string, Promise<boolean>>>();

  async run(shell: RemoteShell, job: Job): Promise<Ended> {
    const { command, stdin, onStdout, onStderr } = job;
    await this.#check(shell, job);
    const env = { ...job.environment, ...job.previous };
    const input = stdin === undefined ? {} : { stdin };
    const ended = await shell.exec(command, { ...input, env, timeoutSec, onStdout, onStderr });
    return { ...ended, failure: failureOf(ended.exitCode, ended.signal) };
  }

  /**
   * A variable that is asked for and does not arrive is an error. The outputs of the run before are for those commands that use them; one that
   * does not is not told that a Windows never takes variables.
   */
  async #check(shell: RemoteShell, { command, environment, previous, warn }: Job): Promise<void> {
    for (const name of Object.keys(environment))
      if (!(await this.#takes(shell, name))) throw new CommandFailure(refused(name));
    for (const name of Object.keys(previous))
      if (command.includes(name) && !(await this.#takes(shell, name))) warn(refused(name));
  }

  #takes(shell: RemoteShell, name: string): Promise<boolean> {
    const known = this.#taken.get(shell) ?? new Map<string, Promise<boolean>>();
    this.#taken.set(shell, known);
    const asked = known.get(name) ?? shell.takesVariable(name);
    known.set(name, asked);
    asked.catch(() => known.delete(name));
    return asked;
  }
}

const refused = (name: string): string =>
  `could not set environment variable ${JSON.stringify(name)}: the machine's sshd does not take it; add it to AcceptEnv in its sshd_config, ` +
  "or write the variable into the command, in the form that the machine's shell has for it";

/** In the official plugin's words. */
function failureOf(exitCode: number | null, signal: string | null): string | undefined {
  if (signal !== null) {
    const number = os.constants.signals[signal as NodeJS.Signals] as number | undefined;
    return `Process exited with status ${128 + (number ?? 0)} from signal ${signal.replace(/^SIG/, '')}`;
  }
  return exitCode === 0 ? undefined : `Process exited with status ${exitCode ?? 'unknown'}`;
}
