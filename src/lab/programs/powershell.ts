/**
 * powershell.exe with a script file. The one script that this model knows is the agent's copy on the PC: `-Register` and `-Unregister` do
 * what src/hosts/windows/agent does. The channel (`-Command -`) is the SSH server's business.
 */
import { createHash } from 'node:crypto';
import type { Machine, Program, ProgramResult } from '../pc/machine.ts';
import { removeFile } from './effects.ts';
import { exit, lines } from './exit.ts';

const key = 'HKLM\\SOFTWARE\\examsite';
const ownValues = ['Agent', 'AgentVersion'];

/** Options that stand before -File; true: a value follows. */
const options: Readonly<Record<string, boolean>> = {
  '-nologo': false,
  '-noprofile': false,
  '-noninteractive': false,
  '-executionpolicy': true,
  '-outputformat': true,
  '-inputformat': true,
};

function machineId(machine: Machine): string {
  return String(machine.registry.values('HKLM\\SOFTWARE\\Microsoft\\Cryptography')['MachineGuid']?.data ?? '');
}

function register(machine: Machine, content: Buffer): ProgramResult {
  const agent = createHash('sha256').update(content).digest('hex');
  machine.registry.set(key, 'Agent', { type: 'REG_SZ', data: agent });
  machine.registry.set(key, 'AgentVersion', { type: 'REG_SZ', data: '1' });
  return exit(0, lines(JSON.stringify({ machineId: machineId(machine), agent, protocol: 1 })));
}

function unregister(machine: Machine, file: string): ProgramResult {
  for (const name of ownValues) machine.registry.set(key, name, null);
  removeFile(machine, file);
  return exit(0, lines(JSON.stringify({ machineId: machineId(machine) })));
}

/** @returns the script and its arguments; undefined: another use of PowerShell */
function parse(args: readonly string[]): { file: string; rest: readonly string[] } | undefined {
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg.toLowerCase() === '-file') return { file: rest.shift() ?? '', rest };
    const takesValue = options[arg.toLowerCase()];
    if (takesValue === undefined) return undefined;
    if (takesValue) rest.shift();
  }
  return undefined;
}

export const powershell: Program = async ({ machine, args }) => {
  await machine.takes('powershell.start');
  const call = parse(args);
  if (!call) return exit(1, '', lines('this simulated PowerShell runs -File with the agent only'));
  const content = machine.files.read(call.file)?.content;
  // 0xFFFD0000: what powershell.exe ends with when there is no such script.
  if (!content)
    return exit(0xfffd0000, '', lines(`The argument '${call.file}' to the -File parameter does not exist.`));
  const isAgent = /\[switch\]\$Register\b/.test(content.toString('utf8'));
  const [what = ''] = call.rest.map((arg) => arg.toLowerCase());
  if (isAgent && what === '-register') return register(machine, content);
  if (isAgent && what === '-unregister') return unregister(machine, call.file);
  return exit(
    1,
    '',
    lines(`${call.file} : A parameter cannot be found that matches parameter name '${what.slice(1)}'.`),
  );
};
