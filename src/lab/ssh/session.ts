/** What is asked for on one SSH session: a command, the agent's channel, or files. */
import type { ServerChannel, Session } from 'ssh2';
import { baseName, fold } from '../pc/paths.ts';
import type { Pc } from '../pc/pc.ts';
import { AgentChannel } from './agent-channel.ts';
import { parseArguments } from './argv.ts';
import { runInCmd } from './cmd.ts';
import { serveSftp } from './sftp.ts';

/** @param drop ends every session of this PC, as the fault of that name does */
export function serveSession(pc: Pc, session: Session, drop: () => void): void {
  session.on('exec', (accept, _reject, { command }) => {
    const stream = accept();
    stream.on('error', () => undefined);
    if (isAgentChannel(command)) new AgentChannel(pc, stream, () => interrupted(pc, drop));
    else void execute(pc, command, stream);
  });
  session.on('sftp', (accept) => serveSftp(pc, accept()));
}

/** PowerShell that reads its statements from standard input. */
function isAgentChannel(command: string): boolean {
  const [exe = '', ...args] = parseArguments(command);
  const isPowershell = /^powershell(\.exe)?$/.test(fold(baseName(exe)));
  return isPowershell && fold(args.at(-2) ?? '') === '-command' && args.at(-1) === '-';
}

function interrupted(pc: Pc, drop: () => void): boolean {
  const { faults } = pc;
  if (faults.hang) return true;
  const counted = faults.dropAfter !== null && --faults.dropAfter <= 0;
  if (counted) faults.dropAfter = null;
  if (!counted && Math.random() >= faults.dropProbability) return false;
  drop();
  return true;
}

async function execute(pc: Pc, command: string, stream: ServerChannel): Promise<void> {
  const input: Buffer[] = [];
  stream.on('data', (data: Buffer) => input.push(data));
  await new Promise<void>((resolve) => stream.once('end', resolve).once('close', resolve));
  const stdin = Buffer.concat(input).toString('utf8');
  const { exitCode, stdout, stderr } = await pc.journal
    .act('ssh', () => runInCmd(pc, command, stdin))
    .catch((error: unknown) => ({ exitCode: 1, stdout: '', stderr: `${String(error)}\r\n` }));
  if (!stream.writable) return;
  if (stderr !== '') stream.stderr.write(stderr);
  if (stdout !== '') stream.write(stdout);
  // Windows' sshd sends all 32 bits (windows-facts 1); a negative code is sent as it is in memory.
  stream.exit(exitCode >>> 0);
  stream.end();
}
