/** Ansible and pyinfra from PyPI, in a virtual environment of the user's cache, at fixed versions. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { cached } from '../engine/cache.mjs';
import { findCommand } from '../engine/command.mjs';

export const packages = ['ansible-core==2.19.14', 'pyinfra==3.10.0'] as const;

/** @returns folder of the environment; undefined where there is no Python that both run on, or no registry answers */
export async function pythonTools(say: (line: string) => void): Promise<string | undefined> {
  const python = await usablePython();
  if (python === undefined) return undefined;
  try {
    return await cached(
      'bench-ansible-2.19.14-pyinfra-3.10.0',
      isWhole,
      async (folder) => {
        say(`installing ${packages.join(' and ')} from PyPI, takes about a minute …`);
        await execa(python, ['-m', 'venv', '--copies', folder]);
        await execa(path.join(folder, 'bin', 'python'), [
          '-m',
          'pip',
          'install',
          '--quiet',
          '--disable-pip-version-check',
          ...packages,
        ]);
      },
      () => undefined,
    );
  } catch (error) {
    say(
      `without Ansible and pyinfra: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)}`,
    );
    return undefined;
  }
}

const isWhole = (folder: string): boolean =>
  existsSync(path.join(folder, 'bin', 'ansible-playbook')) && existsSync(path.join(folder, 'bin', 'pyinfra'));

/** Both want 3.11 or newer. A version manager's stand-in for a version that is not there is a file, too: so each is asked. */
async function usablePython(): Promise<string | undefined> {
  for (const name of ['python3', 'python3.13', 'python3.12', 'python3.11']) {
    const file = findCommand(name);
    const test = 'import venv, sys; sys.exit(sys.version_info < (3, 11))';
    if (file !== undefined && (await execa(file, ['-c', test], { reject: false })).exitCode === 0) return file;
  }
  return undefined;
}
