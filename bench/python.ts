import path from 'node:path';
import { pythonEnvironment } from '../test/python-environment.ts';

export const packages = ['ansible-core==2.19.14', 'pyinfra==3.10.0'] as const;

/** @returns folder of the virtual environment; undefined where it cannot be had */
export async function pythonTools(say: (line: string) => void): Promise<string | undefined> {
  const name = 'bench-ansible-2.19.14-pyinfra-3.10.0';
  const python = await pythonEnvironment({ name, packages, proof: 'bin/pyinfra' }, say);
  return python === undefined ? undefined : path.dirname(path.dirname(python));
}
