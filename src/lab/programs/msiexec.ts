/** Windows Installer's command line. Without `/qn` a dialog opens that nobody in session 0 can see; here somebody cancels it at once. */
import { unseal } from '../packages/format.ts';
import type { Machine, Program } from '../pc/machine.ts';
import { exit } from './exit.ts';
import { codes, ended, exclusively, findProduct, install, uninstall } from './installed.ts';

interface CommandLine {
  readonly action: 'install' | 'uninstall';
  /** A package's path or a product code. */
  readonly target: string;
  readonly quiet: boolean;
  /** `/norestart`, or its property: a restart is only asked for. */
  readonly noRestart: boolean;
  readonly log: string | undefined;
  readonly properties: Readonly<Record<string, string>>;
}

const actions: Readonly<Record<string, CommandLine['action']>> = {
  '/i': 'install',
  '/package': 'install',
  '/x': 'uninstall',
  '/uninstall': 'uninstall',
};
const silent = /^\/(?:qn|quiet|q)$/i;
const noRestart = /^\/norestart$/i;
const ignored = /^\/(?:promptrestart|forcerestart|passive|q[bfr][+!-]*)$/i;

/** @returns undefined for a command line that msiexec answers with its help text and 1639 */
function parse(args: readonly string[]): CommandLine | undefined {
  let action: CommandLine['action'] | undefined;
  let target: string | undefined;
  let quiet = false;
  let stays = false;
  let log: string | undefined;
  const properties: Record<string, string> = {};
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    const property = /^([A-Z_][A-Z0-9_.]*)=(.*)$/i.exec(arg);
    const glued = /^(\/[ix])(\{.+)$/i.exec(arg);
    const verb = actions[arg.toLowerCase()];
    if (property) properties[property[1] ?? ''] = property[2] ?? '';
    else if (verb) [action, target] = [verb, rest.shift()];
    else if (glued) [action, target] = [actions[glued[1]?.toLowerCase() ?? ''], glued[2]];
    else if (silent.test(arg)) quiet = true;
    else if (noRestart.test(arg)) stays = true;
    else if (/^\/(?:l[a-z*+!]*|log)$/i.test(arg)) log = rest.shift();
    else if (!ignored.test(arg)) return undefined;
  }
  const noRestartAtAll = stays || properties['REBOOT'] === 'ReallySuppress';
  return action && target !== undefined
    ? { action, target, quiet, noRestart: noRestartAtAll, log, properties }
    : undefined;
}

/** msiexec writes its logs in UTF-16 with a byte order mark. */
function writeLog(machine: Machine, path: string, line: CommandLine, code: number): void {
  const value = code === codes.success || code === codes.restartRequired ? 1 : 3;
  const text = [
    '=== Verbose logging started ===',
    `MSI (s): ${line.action} ${line.target}`,
    `Action ended: ${line.action.toUpperCase()}. Return value ${value}.`,
    `MSI (s): MainEngineThread is returning ${code}`,
    '=== Verbose logging stopped ===',
    '',
  ].join('\r\n');
  const content = Buffer.from(`\ufeff${text}`, 'utf16le');
  machine.files.write(path, { content, size: content.length });
}

function installPackage(machine: Machine, { target, properties }: CommandLine): number {
  const file = machine.files.read(target);
  if (!file) return codes.openFailed;
  const wanted = unseal(file.content);
  if (wanted?.kind !== 'msi') return codes.invalidPackage;
  const cacheFile = (): string => `C:\\Windows\\Installer\\${wanted.productCode}.msi`;
  return install(machine, wanted, { properties, cacheFile, newerPresent: codes.failure });
}

function uninstallProduct(machine: Machine, { target }: CommandLine): number {
  const file = target.startsWith('{') ? undefined : machine.files.read(target);
  if (!target.startsWith('{') && !file) return codes.openFailed;
  const productCode = file ? unseal(file.content)?.productCode : target;
  if (productCode === undefined) return codes.invalidPackage;
  const entry = findProduct(machine, productCode);
  if (!entry) return codes.unknownProduct;
  return uninstall(machine, entry) ? codes.restartRequired : codes.success;
}

export const msiexec: Program = async ({ machine, args }) => {
  const line = parse(args);
  if (!line) return exit(codes.invalidCommandLine);
  if (!line.quiet) return exit(codes.userExit);
  const work = line.action === 'install' ? installPackage : uninstallProduct;
  const code = await exclusively(machine, 'msi.install', () => work(machine, line));
  if (line.log !== undefined) writeLog(machine, line.log, line, code);
  return exit(ended(machine, code, line.noRestart));
};
