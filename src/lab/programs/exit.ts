/** How a program model ends. */
import type { Program, ProgramCall, ProgramResult } from '../pc/machine.ts';

export const exit = (exitCode: number, stdout = '', stderr = ''): ProgramResult => ({ exitCode, stdout, stderr });

/** Text as a Windows console program writes it. */
export const lines = (...text: readonly string[]): string => text.map((line) => `${line}\r\n`).join('');

/** A program that does its work at once; what it throws is the call's failure. */
export const atOnce =
  (work: (call: ProgramCall) => ProgramResult): Program =>
  (call) =>
    new Promise((resolve) => resolve(work(call)));
