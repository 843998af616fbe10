/** `examsite check` and `examsite report`: look at every PC live; GO or not, and why. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import writeFileAtomic from 'write-file-atomic';
import { checkRoom } from '../../check/check.ts';
import { readConfirmations } from '../../confirmations/file.ts';
import { openHosts } from '../../depot/hosts.ts';
import { loadRoom } from '../../inventory/load.ts';
import { seatsOf } from '../../inventory/schema.ts';
import { toHtml } from '../../report/html.ts';
import { toJson } from '../../report/json.ts';
import type { RoomCheck } from '../../report/result.ts';
import { toTerminal } from '../../report/terminal.ts';
import { verdict } from '../../report/verdict.ts';
import type { Io } from '../io.ts';

export function checkCommand(program: Command, io: Io): void {
  program
    .command('check')
    .description('look at every PC of the room now; exit 0 GO, 1 NO-GO, 2 could not tell')
    .requiredOption('--room <room>')
    .action(async ({ room }: { room: string }) => {
      show(io, await look(io, room));
    });
}

export function reportCommand(program: Command, io: Io): void {
  program
    .command('report')
    .description("check, and write the room's page")
    .requiredOption('--room <room>')
    .option('--out <file>', 'HTML file to write')
    .action(async ({ room, out }: { room: string; out?: string }) => {
      const check = await look(io, room);
      const file = await writeReport(io, check, out);
      show(io, check);
      io.print(file);
    });
}

/** One look at a room, with a connection per PC that is closed again. */
export async function look(io: Io, number: string): Promise<RoomCheck> {
  const { site, room } = loadRoom(io.home, number);
  const confirmations = readConfirmations(io.home, room.room);
  const pool = await openHosts(io.home);
  const all = seatsOf(room).length;
  let done = 0;
  try {
    return await checkRoom({
      site,
      room,
      host: (name) => pool.host(name),
      spoken: { confirmations, now: new Date(), days: site.confirmedForDays },
      onSeat: () => {
        done += 1;
        if (process.stderr.isTTY) process.stderr.write(`\r${done}/${all}${done === all ? '\n' : ''}`);
      },
    });
  } finally {
    await pool.close();
  }
}

export function show(io: Io, check: RoomCheck): void {
  io.print(toTerminal(check, io.lang, process.stdout.isTTY));
  io.result(toJson(check));
  process.exitCode = verdict(check).exitCode;
}

/** @returns the path of the page. */
export async function writeReport(io: Io, check: RoomCheck, out?: string): Promise<string> {
  const file = path.resolve(out ?? path.join(io.home.reports, `room-${check.room}.html`));
  await mkdir(path.dirname(file), { recursive: true });
  await writeFileAtomic(file, toHtml(check, io.lang));
  return file;
}
