/** Ansible and pyinfra, from PyPI, in a folder of the user's cache: installed once, and nothing else on the machine is touched. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { cached } from '../../engine/cache.mjs';

const requirements = path.join(import.meta.dirname, 'peers', 'requirements.txt');

export interface Peers {
  /** `PYTHONPATH` of both. */
  readonly folder: string;
  /** `ansible-core 2.19.14, pyinfra 3.10.0` */
  readonly versions: string;
}

export async function installPeers(note: (line: string) => void): Promise<Peers> {
  const pins = readFileSync(requirements, 'utf8');
  const folder = await cached(
    `bench-${createHash('sha256').update(pins).digest('hex').slice(0, 12)}`,
    (candidate) => ['ansible-playbook', 'pyinfra'].every((name) => existsSync(program(candidate, name))),
    async (empty) => {
      note('installing Ansible and pyinfra from PyPI (a minute, once)');
      // Not a virtual environment: that one holds absolute paths, and the cache moves a folder into its place only when it is whole.
      const args = ['-m', 'pip', 'install', '--quiet', '--target', empty, '-r', requirements];
      await promisify(execFile)('python3', args, { timeout: 600_000 });
    },
    (pid) => note(`process ${pid} is installing Ansible and pyinfra; waiting for it`),
  );
  const named = pins.split('\n').filter((line) => line.includes('=='));
  return { folder, versions: named.map((line) => line.trim().replace('==', ' ')).join(', ') };
}

/** Both are Python scripts that name the interpreter that installed them; `python3` runs them wherever they are. */
export const program = (folder: string, name: 'ansible-playbook' | 'pyinfra'): string => path.join(folder, 'bin', name);
