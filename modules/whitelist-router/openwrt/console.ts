/** Commands to the box's shell. An exit code other than 0 stops whatever they were part of. */
import { CallError } from '../../../src/core/errors.ts';
import type { Host } from '../../../src/core/host.ts';

const timeoutSec = 60;

/** @throws CallError with the box's words */
export async function run(host: Host, command: string, stdin?: string): Promise<string> {
  return succeeded(
    command,
    await host.call('console.run', { command, ...(stdin === undefined ? {} : { stdin }), timeoutSec }),
  );
}

/** The same of what changes nothing, so that it may be asked again. */
export async function ask(host: Host, command: string): Promise<string> {
  return succeeded(command, await host.call('console.run', { command, timeoutSec, readOnly: true }));
}

function succeeded(command: string, end: { exitCode: number | null; stdout: string; stderr: string }): string {
  if (end.exitCode === 0) return end.stdout;
  const said = end.stderr.trim().split('\n').slice(0, 3).join(' ');
  const message = `${command.split(' ')[0] ?? ''}: exit code ${end.exitCode ?? 'none'}${said === '' ? '' : ` (${said})`}`;
  throw new CallError('console.run', { code: 'failed', message });
}
