/** Where Python is on an exam PC: in one of two well-known folders, the same for every account and every script. */
import { onMachine } from '../../src/core/undo.ts';

/** Where it is installed on a PC that has none: short, and without a space that some script forgets to quote. */
export const home = 'C:\\Python37';
/** Where it is managed: ours, and the one that python.org's installer proposes for all users, so the most usual one in a school. */
export const homes: readonly string[] = [home, 'C:\\Program Files\\Python37'];

export const interpreterOf = (folder: string): string => `${folder}\\python.exe`;
/** The managed folder that a registered python.exe is in; undefined: another place. */
export const homeOf = (executable: string): string | undefined =>
  homes.find((folder) => interpreterOf(folder).toLowerCase() === executable.toLowerCase());

export const staged = (file: string): string => onMachine('windows', 'pkg', file);
export const wheelhouse = staged('wheels');
export const lockFile = staged('lock.txt');

/** PEP 514: registered interpreters, 64-bit and 32-bit ones, for all users. */
export const registered = 'HKLM\\SOFTWARE\\Python\\PythonCore';
export const registered32 = 'HKLM\\SOFTWARE\\WOW6432Node\\Python\\PythonCore';
