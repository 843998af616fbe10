/** A real OpenSSH server with sftp in a folder of its own, and a connection to it. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { currentUser, Sshd } from '../../hosts/contract/openssh.ts';
import { newKeyPair } from '../../hosts/key-pair.ts';
import type { Properties } from '../wire.ts';

export interface Machine {
  readonly sshd: Sshd;
  readonly privateKey: string;
  /** As a program would write it: without the defaults. */
  readonly connection: Properties;
}

export async function startMachine(root: string, program: string): Promise<Machine> {
  const folder = path.join(root, 'sshd');
  mkdirSync(folder, { recursive: true });
  const key = newKeyPair();
  const settings = ['Subsystem sftp internal-sftp', 'AcceptEnv PULUMI_COMMAND_* WHO'];
  const sshd = await Sshd.start({
    folder,
    sshd: program,
    authorizedKey: key.public,
    env: { A: '1' },
    settings,
  });
  const { port, hostKey } = sshd;
  const privateKey = key.private;
  return { sshd, privateKey, connection: { host: '127.0.0.1', port, user: currentUser(), privateKey, hostKey } };
}
