/** A WiX bundle: the installers of CPython and of the VC++ runtime. Options: python/cpython Doc/using/windows.rst. */
import { unseal } from '../packages/format.ts';
import type { Machine, Program } from '../pc/machine.ts';
import { exit } from './exit.ts';
import { codes, ended, exclusively, findProduct, install, uninstall } from './installed.ts';

interface CommandLine {
  readonly action: 'install' | 'uninstall';
  readonly quiet: boolean;
  /** Without it a quiet bundle restarts the machine by itself where one of its packages wants that. */
  readonly noRestart: boolean;
  readonly log: string | undefined;
  readonly properties: Readonly<Record<string, string>>;
}

function parse(args: readonly string[]): CommandLine {
  let action: CommandLine['action'] = 'install';
  let quiet = false;
  let noRestart = false;
  let log: string | undefined;
  const properties: Record<string, string> = {};
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    const property = /^(\w+)=(.*)$/.exec(arg);
    if (property) properties[property[1] ?? ''] = property[2] ?? '';
    else if (/^[/-]uninstall$/i.test(arg)) action = 'uninstall';
    else if (/^[/-](?:quiet|q|silent|s)$/i.test(arg)) quiet = true;
    else if (/^[/-]norestart$/i.test(arg)) noRestart = true;
    else if (/^[/-](?:log|l)$/i.test(arg)) log = rest.shift();
  }
  return { action, quiet, noRestart, log, properties };
}

function writeLog(machine: Machine, path: string, product: string, code: number): void {
  const fine = code === codes.success || code === codes.restartRequired;
  const result = `0x${(fine ? 0 : 0x80070000 + code).toString(16)}`;
  const content = Buffer.from(`[i001]: Burn, ${product}\r\n[i399]: Apply complete, result: ${result}\r\n`);
  machine.files.write(path, { content, size: content.length });
}

export const installer: Program = async ({ machine, exe, args }) => {
  const content = machine.files.read(exe)?.content;
  const wanted = content && unseal(content);
  // A bundle checks its own payloads before it changes anything.
  if (!wanted) return exit(codes.failure);
  const line = parse(args);
  if (!line.quiet) return exit(codes.userExit);
  const name = wanted.original ?? exe.slice(exe.lastIndexOf('\\') + 1);
  const cacheFile = ({ Cache = '' }: Readonly<Record<string, string>>): string =>
    `${Cache}\\${wanted.productCode}\\${name}`;
  const code = await exclusively(machine, 'python.install', () => {
    if (line.action === 'install') {
      return install(machine, wanted, { properties: line.properties, cacheFile, newerPresent: codes.anotherVersion });
    }
    const entry = findProduct(machine, wanted.productCode);
    return entry && uninstall(machine, entry) ? codes.restartRequired : codes.success;
  });
  if (line.log !== undefined) writeLog(machine, line.log, wanted.product, code);
  return exit(ended(machine, code, line.noRestart));
};
