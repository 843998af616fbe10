/** `examsite demo`: all of it, on a simulated room. */
import type { Command } from 'commander';
import { demo } from '../demo.ts';
import type { Io } from '../io.ts';

export function demoCommand(program: Command, io: Io): void {
  program
    .command('demo')
    .description('a simulated room of 44 PCs, from a spreadsheet to GO')
    .option('--keep', 'leave the simulated room running')
    .action(async ({ keep = false }: { keep?: boolean }) => {
      io.result(await demo(io, { keep }));
    });
}
