/**
 * Commands to a RouterOS console. Its exit code says nothing, so every command ends with a word that is printed only when all before it went
 * through. "Scripting": commands are run one after the other until the end or until a run-time error; what cannot be parsed is not run at all.
 */
import { CallError } from '../../../src/core/errors.ts';
import type { Host } from '../../../src/core/host.ts';

const done = 'examsite-done';
/** An export of a small device takes seconds. */
const timeoutSec = 60;

const whole = (command: string): string => `{${command}; :put "${done}"}`;

/** @returns what it printed @throws CallError with the device's words */
export const ask = (host: Host, command: string): Promise<string> => run(host, command, true);
export const order = (host: Host, command: string): Promise<string> => run(host, command, false);

async function run(host: Host, command: string, looks: boolean): Promise<string> {
  const { stdout, stderr } = await host.call('console.run', {
    command: whole(command),
    timeoutSec,
    ...(looks ? { readOnly: true } : {}),
  });
  const text = stdout.trimEnd();
  if (text === done || text.endsWith(`\n${done}`)) return text.slice(0, -done.length);
  const said = `${text}\n${stderr}`.trim().split(/\r?\n/).at(-1) ?? '';
  throw new CallError('console.run', { code: 'failed', message: said === '' ? 'the console said nothing' : said });
}
