/**
 * The agent's copy on a machine's disk. Sessions do without it (the source comes over the channel); it is there for people, for inventories of
 * software, and to take the machine's registration back when the room is handed back. `remote.CopyToRemote` and `remote.Command` carry it.
 */
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { sync as writeFileAtomicSync } from 'write-file-atomic';
import { home as defaultHome } from '../core/home.ts';
import type { Home } from '../core/home.ts';
import { onMachine } from '../core/undo.ts';
import { agentSource } from './agent-source.ts';
import type { AgentPlatform } from './channel.ts';

const fileNames: Readonly<Record<AgentPlatform, string>> = { windows: 'agent.ps1', linux: 'agent.py' };

/** What a PC's agent is as resources, by the end of their names. */
export const agentCommands = ['agent-copy', 'agent-register'] as const;

/**
 * @returns `source`: a local file with the agent in one piece, made here, relative to the working folder: it lands in Pulumi's state, where no
 * folder of this machine belongs, and the plugin works in the program's folder too; `remotePath`: where it belongs on the machine.
 */
export function agentFile(platform: AgentPlatform, home: Home = defaultHome()): { source: string; remotePath: string } {
  const name = fileNames[platform];
  const source = path.join(home.private, 'agents', name);
  mkdirSync(path.dirname(source), { recursive: true, mode: 0o700 });
  writeFileAtomicSync(source, agentSource(platform));
  return { source: path.relative(process.cwd(), source), remotePath: onMachine(platform, name) };
}

/**
 * @param hostKey of the machine as it is enrolled: another installation in its place is registered anew
 * @returns command lines that make a machine know its copy, and forget it again: also one that has no copy any more; `which`: this agent on that
 * installation
 */
export function registration(
  platform: AgentPlatform,
  hostKey: string,
): { create: string; remove: string; which: string } {
  const file = onMachine(platform, fileNames[platform]);
  const which = createHash('sha256').update(agentSource(platform)).update(hostKey).digest('hex').slice(0, 16);
  if (platform === 'linux') return { create: `test -s ${file} && : ${which}`, remove: `rm -f ${file}`, which };
  const run = `powershell.exe -NoLogo -NoProfile -NonInteractive -ExecutionPolicy Bypass -File ${file}`;
  return { create: `${run} -Register -For ${which}`, remove: `if exist ${file} ${run} -Unregister`, which };
}
