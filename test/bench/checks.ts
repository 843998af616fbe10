/**
 * The same thirty checks for everybody: twenty files by SHA-256 and ten commands by their output, as an audit of a PC consists of. Each check
 * has a value that it must find; whoever reports another number of fulfilled checks than there are has not done the work.
 */
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';

export interface FileCheck {
  readonly path: string;
  /** Lower-case hex. */
  readonly sha256: string;
}
export interface CommandCheck {
  readonly argv: readonly [program: string, ...args: string[]];
  /** Without the newline at its end. */
  readonly stdout: string;
}
export interface Checks {
  readonly files: readonly FileCheck[];
  readonly commands: readonly CommandCheck[];
}

export const countOf = ({ files, commands }: Checks): number => files.length + commands.length;

const fileCount = 20;
/** About what a configuration file or a small program has. */
const fileBytes = 64 * 1024;

/** @param folder where the files to look at are written */
export function makeChecks(folder: string): Checks {
  const files = Array.from({ length: fileCount }, (_, index) => {
    const file = path.join(folder, `file-${index}`);
    const content = randomBytes(fileBytes);
    writeFileSync(file, content);
    return { path: file, sha256: createHash('sha256').update(content).digest('hex') };
  });
  const first = path.join(folder, 'file-0');
  const argvs: CommandCheck['argv'][] = [
    ['uname', '-s'],
    ['uname', '-r'],
    ['uname', '-m'],
    ['id', '-u'],
    ['id', '-un'],
    ['getconf', 'PAGE_SIZE'],
    ['getconf', 'LONG_BIT'],
    ['basename', first],
    ['wc', '-c', first],
    ['stat', '-c', '%s', first],
  ];
  // The hosts are this machine, so what it answers here is what each of them must answer.
  const commands = argvs.map((argv) => ({ argv, stdout: execFileSync(argv[0], argv.slice(1)).toString().trimEnd() }));
  return { files, commands };
}

/** As somebody who knows `ssh` well would write it: one line of shell, one line of output per check. */
export const asShell = ({ files, commands }: Checks): string =>
  [...files.map((file) => `sha256sum ${file.path}`), ...commands.map(({ argv }) => argv.join(' '))].join('; ');

/** @returns how many lines of that output are as they must be. */
export function fulfilled({ files, commands }: Checks, output: string): number {
  const lines = output.split('\n');
  const expected = [...files.map((file) => `${file.sha256}  ${file.path}`), ...commands.map(({ stdout }) => stdout)];
  return expected.filter((line, index) => lines[index] === line).length;
}

/** A playbook's tasks. Ansible reads YAML, and JSON is YAML. */
export const asTasks = ({ files, commands }: Checks): object[] => [
  ...files.map(({ path: file, sha256 }, index) => ({
    name: `file ${index}`,
    'ansible.builtin.stat': { path: file, checksum_algorithm: 'sha256', get_mime: false, get_attributes: false },
    register: 'found',
    failed_when: `found.stat.checksum | default('') != '${sha256}'`,
  })),
  ...commands.map(({ argv, stdout }, index) => ({
    name: `command ${index}`,
    'ansible.builtin.command': { argv },
    register: 'found',
    changed_when: false,
    failed_when: `found.stdout != '${stdout}'`,
  })),
];
