/**
 * A room of real Linux machines, as far as an agent sees: each a network, a process tree, a host key, an /etc/resolv.conf and a machine id of its own,
 * with an OpenSSH server that nobody but the controller at the same switch talks to.
 */
import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChildProcess } from 'node:child_process';
import { findCommand } from '../../engine/command.mjs';
import { newKeyPair } from '../../src/hosts/key-pair.ts';
import { cpuSecOf } from '../../test/network/cpu.ts';
import type { ExamNetwork } from '../../test/network/exam-network.ts';

export interface BenchPc {
  readonly mac: string;
  readonly address: string;
}

/** The first process of a PC is its sshd: what ends without a parent is waited for by it, so its times are those of all that ran there. */
const boot =
  'mount --bind "$0" /etc/resolv.conf && mount --bind "$1/machine-id" /etc/machine-id && exec "$2" -D -e -f "$1/sshd_config"';

export class BenchPcs {
  readonly pcs: readonly BenchPc[];
  readonly #machines: readonly ChildProcess[];

  private constructor(pcs: readonly BenchPc[], machines: readonly ChildProcess[]) {
    this.pcs = pcs;
    this.#machines = machines;
  }

  static async start(network: ExamNetwork, addresses: readonly string[], authorizedKey: string): Promise<BenchPcs> {
    const sshd = findCommand('sshd', { PATH: '/usr/sbin:/usr/local/sbin:/sbin' });
    if (sshd === undefined) throw new Error('expected an OpenSSH server, got none; apt-get install openssh-server');
    // It wants this folder for the process that talks to strangers; it is empty and belongs to the system.
    mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
    const { namespaces, pcs, resolvConf } = network;
    const machines = addresses.map((address, index) => {
      const folder = writeFiles(path.join(network.folder, `pc${index + 1}`), address, authorizedKey);
      const words = ['-m', '-p', '-f', '--mount-proc', '--kill-child', 'sh', '-c', boot, resolvConf, folder, sshd];
      return namespaces.start(pcs[index] ?? '', 'unshare', words, { stdio: 'ignore' });
    });
    const made = addresses.map((address, index) => ({
      ...{ address, mac: namespaces.run(pcs[index] ?? '', 'cat', '/sys/class/net/eth0/address').trim() },
    }));
    for (const namespace of pcs) await listening(network, namespace);
    return new BenchPcs(made, machines);
  }

  /** Seconds of CPU since they were started, of all that has ended there. */
  cpuSec(): number {
    return this.#machines.reduce((sum, { pid }) => sum + cpuSecOf(firstChild(Number(pid))), 0);
  }
}

function writeFiles(folder: string, address: string, authorizedKey: string): string {
  mkdirSync(folder);
  writeFileSync(path.join(folder, 'host_key'), newKeyPair().private, { mode: 0o600 });
  writeFileSync(path.join(folder, 'authorized_keys'), `${authorizedKey}\n`, { mode: 0o600 });
  writeFileSync(path.join(folder, 'machine-id'), `${randomUUID().replaceAll('-', '')}\n`);
  const settings = [
    `ListenAddress ${address}:22`,
    `HostKey ${folder}/host_key`,
    `AuthorizedKeysFile ${folder}/authorized_keys`,
    ...['PidFile none', 'UsePAM no', 'PasswordAuthentication no', 'PermitRootLogin prohibit-password'],
    // The folder is below the system's temporary one, which anybody may write to.
    'StrictModes no',
  ];
  writeFileSync(path.join(folder, 'sshd_config'), `${settings.join('\n')}\n`);
  return folder;
}

async function listening({ namespaces }: ExamNetwork, namespace: string): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    if (namespaces.run(namespace, 'ss', '-H', '-ltn', 'sport = :22').trim() !== '') return;
    await sleep(50);
  }
  throw new Error(`nothing listens in ${namespace}`);
}

function firstChild(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0]);
}
