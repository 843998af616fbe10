/** Where Python is on an exam PC. One fixed folder: short, ASCII, the same for every account and every script. */
import { onMachine } from '../../src/core/undo.ts';

export const home = 'C:\\Python37';
export const interpreter = `${home}\\python.exe`;
export const staged = (file: string): string => onMachine('windows', 'pkg', file);
export const wheelhouse = staged('wheels');
export const lockFile = staged('lock.txt');

/** PEP 514: registered interpreters, 64-bit and 32-bit ones, for all users. */
export const registered = 'HKLM\\SOFTWARE\\Python\\PythonCore';
export const registered32 = 'HKLM\\SOFTWARE\\WOW6432Node\\Python\\PythonCore';
