/** How a program model ends. */
import type { ProgramResult } from '../pc/machine.ts';

export const exit = (exitCode: number, stdout = '', stderr = ''): ProgramResult => ({ exitCode, stdout, stderr });

/** Text as a Windows console program writes it. */
export const lines = (...text: readonly string[]): string => text.map((line) => `${line}\r\n`).join('');
