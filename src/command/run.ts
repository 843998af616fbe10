/** What `local.Command`, `remote.Command` and `local.run` have in common: environment, logging, outputs, and what a failure says. */
import { CommandFailure, messageOf, redactor } from './failure.ts';
import { Shown, type Log } from './log.ts';
import { plain, secretsOf, type Properties } from './wire.ts';

/** One run of a command, ready to be started. */
export interface Job {
  readonly command: string;
  readonly stdin: string | undefined;
  /** What the program asked for. */
  readonly environment: Readonly<Record<string, string>>;
  /** What the run before printed. */
  readonly previous: Readonly<Record<string, string>>;
  readonly onStdout: (chunk: Buffer) => void;
  readonly onStderr: (chunk: Buffer) => void;
  /** Shown beside the resource. */
  readonly warn: (message: string) => void;
}

export interface Ended {
  /** undefined: it went well; else how it ended: `exit status 3`. */
  readonly failure: string | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Outputs {
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a command with a resource's inputs.
 *
 * @param previous outputs of the run before, which the command finds in PULUMI_COMMAND_STDOUT and PULUMI_COMMAND_STDERR.
 * @throws CommandFailure with the command and everything it printed, without the secrets among the inputs.
 */
export async function run(
  start: (job: Job) => Promise<Ended>,
  command: string,
  inputs: Properties,
  previous: Properties,
  log: Log,
  urn: string,
): Promise<Outputs> {
  const hide = redactor([...secretsOf(inputs), ...secretsOf(previous)]);
  const show = (line: string): Promise<void> => log.status(urn, hide(line));
  const output = collector(plain(inputs['logging']), show);
  try {
    const ended = await start({
      command,
      stdin: textOf(inputs['stdin']),
      environment: environmentOf(inputs),
      previous: plain(inputs['addPreviousOutputInEnv']) === false ? {} : printedBefore(previous),
      onStdout: output.onStdout,
      onStderr: output.onStderr,
      warn: (message) => void log.warn(urn, hide(message)),
    });
    if (ended.failure === undefined) return { stdout: trimmed(ended.stdout), stderr: trimmed(ended.stderr) };
    throw new CommandFailure(`${ended.failure}: running ${JSON.stringify(hide(command))}:\n${output.text()}`);
  } catch (error) {
    throw new CommandFailure(hide(messageOf(error)));
  } finally {
    await output.end();
  }
}

/** Both streams in the order in which they came, for the error; and line by line, for who watches. */
function collector(logging: unknown, show: (line: string) => Promise<void>) {
  const all: Buffer[] = [];
  const stream = (name: 'stdout' | 'stderr') => {
    const shown = new Shown(show);
    const isShown = logging === undefined || logging === 'stdoutAndStderr' || logging === name;
    const take = (chunk: Buffer): void => {
      all.push(chunk);
      if (isShown) shown.push(chunk);
    };
    return { take, end: () => shown.end() };
  };
  const [stdout, stderr] = [stream('stdout'), stream('stderr')];
  return {
    onStdout: stdout.take,
    onStderr: stderr.take,
    text: () => Buffer.concat(all).toString(),
    end: () => Promise.all([stdout.end(), stderr.end()]),
  };
}

const textOf = (value: unknown): string | undefined => {
  const text = plain(value);
  return typeof text === 'string' ? text : undefined;
};

function environmentOf(inputs: Properties): Record<string, string> {
  const given = plain(inputs['environment']) ?? {};
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, String(value)]));
}

function printedBefore(outputs: Properties): Record<string, string> {
  const { stdout, stderr } = { stdout: textOf(outputs['stdout']), stderr: textOf(outputs['stderr']) };
  return {
    ...(stdout === undefined || stdout === '' ? {} : { PULUMI_COMMAND_STDOUT: stdout }),
    ...(stderr === undefined || stderr === '' ? {} : { PULUMI_COMMAND_STDERR: stderr }),
  };
}

/** One newline, and no more: what a shell's `$(…)` takes off is more than that. */
const trimmed = (text: string): string => text.replace(/\n$/, '');
