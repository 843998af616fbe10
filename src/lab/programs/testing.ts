/** For the tests of the program models: a PC with a few installers lying on it. */
import { createMachine, type MachineOptions } from '../pc/create.ts';
import type { Machine, ProgramResult } from '../pc/machine.ts';
import type { Pc } from '../pc/pc.ts';
import { software } from './index.ts';

export const stage = 'C:\\ProgramData\\examsite\\pkg';

export function testPc(options: Partial<MachineOptions> = {}): Pc {
  return createMachine({ name: 'r301-s07', software, ...options });
}

/** Puts a file where a download would. @returns its path on the PC */
export function put(machine: Machine, name: string, content: Buffer | string): string {
  const path = name.includes(':') ? name : `${stage}\\${name}`;
  const bytes = Buffer.from(content);
  machine.files.write(path, { content: bytes, size: bytes.length });
  return path;
}

export const run = (machine: Machine, exe: string, ...args: string[]): Promise<ProgramResult> =>
  machine.run(exe, args, '');

/** Everything that a program may have changed, for a comparison of before and after. */
export function snapshot(machine: Machine): Record<string, unknown> {
  const keys: Record<string, unknown> = {};
  const walk = (key: string): void => {
    keys[key] = machine.registry.values(key);
    for (const name of machine.registry.subkeys(key)) walk(`${key}\\${name}`);
  };
  for (const hive of ['HKLM\\SOFTWARE', 'HKLM\\SYSTEM', 'HKCU\\SOFTWARE']) walk(hive);
  const files = machine.files.walk('C:\\').filter((path) => !path.startsWith(stage));
  const sizes = files.map((path) => [path, machine.files.read(path)?.size]);
  return { keys, files: Object.fromEntries(sizes) as unknown, tasks: machine.tasks.list() };
}
