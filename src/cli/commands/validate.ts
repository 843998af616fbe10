/** `examsite validate`: every fault of the inventory, in one list, with file, line and column. */
import type { Command } from 'commander';
import { UserError, type Problem } from '../../core/errors.ts';
import { rooms } from '../../inventory/load.ts';
import { validate } from '../../inventory/validate.ts';
import { loadTargets } from '../../check/probe.ts';
import { readConfirmations } from '../../confirmations/file.ts';
import { loadWhitelist } from '../../whitelist/file.ts';
import type { Io } from '../io.ts';

export function validateCommand(program: Command, io: Io): void {
  program
    .command('validate')
    .description('look at the inventory files; every fault in one list, exit 2 when there is one')
    .option('--room <room>', 'only this room (default: all)')
    .action(({ room: number }: { room?: string }) => {
      const only = number === undefined ? rooms(io.home) : [number];
      const { problems: inRooms, rooms: looked } = validate(io.home, only);
      const problems = [
        ...inRooms,
        ...only.flatMap((room) => problemsOf(() => readConfirmations(io.home, room))),
        ...problemsOf(() => loadWhitelist(io.home)),
        ...problemsOf(() => loadTargets(io.home)),
      ];
      if (problems.length > 0) throw new UserError(problems);
      for (const { room: name, seats, spares, open } of looked) {
        io.print(
          {
            zh: `房间 ${name}：${seats} 个考位，${spares} 台备用机，清单无误`,
            en: `room ${name}: ${seats} seats, ${spares} spares, no faults`,
          }[io.lang],
        );
        // Not a fault of the file, but the room cannot be GO with it.
        for (const finding of open) io.note(`${name} ${finding.requirement}: ${finding.sentence[io.lang]}`);
      }
      if (looked.length === 0)
        io.print({ zh: `${io.home.inventories} 中没有考场清单`, en: `no rooms in ${io.home.inventories}` }[io.lang]);
      io.result({ problems, rooms: looked });
    });
}

function problemsOf(read: () => unknown): readonly Problem[] {
  try {
    read();
    return [];
  } catch (error) {
    if (error instanceof UserError) return error.problems;
    throw error;
  }
}
