/** Python packages of PyPI for a test or a benchmark, in a virtual environment of the user's cache, at fixed versions. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { cached } from '../engine/cache.mjs';
import { findCommand } from '../engine/command.mjs';

export interface PythonPackages {
  /** Of the folder in the cache; another one for other packages. */
  readonly name: string;
  /** `name==version` */
  readonly packages: readonly string[];
  /** A file below the environment that is there when it is whole. */
  readonly proof: string;
}

/** @returns its python; undefined where there is no Python from 3.9 on, or no registry answers: then `say` has been told why */
export async function pythonEnvironment(
  { name, packages, proof }: PythonPackages,
  say: (line: string) => void,
): Promise<string | undefined> {
  const python = await usablePython();
  if (python === undefined) return undefined;
  const fill = async (folder: string): Promise<void> => {
    say(`installing ${packages.join(' and ')} from PyPI, takes about a minute …`);
    await execa(python, ['-m', 'venv', '--copies', folder]);
    const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages];
    await execa(path.join(folder, 'bin', 'python'), install);
  };
  try {
    const isWhole = (folder: string): boolean => existsSync(path.join(folder, proof));
    const folder = await cached(name, isWhole, fill, () => undefined);
    return path.join(folder, 'bin', 'python');
  } catch (error) {
    say(
      `without ${packages.join(' and ')}: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)}`,
    );
    return undefined;
  }
}

/** A version manager's stand-in for a version that is not there is a file, too: so each is asked. */
async function usablePython(): Promise<string | undefined> {
  for (const name of ['python3', 'python3.13', 'python3.12', 'python3.11']) {
    const file = findCommand(name);
    const test = 'import venv, ensurepip, sys; sys.exit(sys.version_info < (3, 9))';
    if (file !== undefined && (await execa(file, ['-c', test], { reject: false })).exitCode === 0) return file;
  }
  return undefined;
}
