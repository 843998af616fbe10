/** `examsite import FILE --room 301`: an asset list becomes `inventories/room-301.yaml`. */
import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import type { Text } from '../../core/finding.ts';
import type { Change } from '../../inventory/changes.ts';
import { importRoom } from '../../inventory/import.ts';
import type { Imported } from '../../inventory/import.ts';
import { levels } from '../../inventory/schema.ts';
import type { Level } from '../../inventory/schema.ts';
import { roomFindings } from '../../inventory/rules.ts';
import type { Io } from '../io.ts';

interface Flags {
  readonly room: string;
  readonly site?: string;
  readonly staff?: number;
  readonly level?: Level;
  readonly spacing?: number;
  readonly proctors?: number;
  readonly candidates?: number;
  readonly restoreCard?: 'none' | 'deep-freeze' | 'uwf' | 'by-hand';
  readonly subnet?: string;
  readonly gateway?: string;
  readonly dns?: string[];
  readonly depot?: string;
  readonly out?: string;
  readonly force?: true;
}

/** Where Deep Freeze's password is to be had at run time, unless the inventory says otherwise. */
const deepFreezePassword = { env: 'EXAMSITE_DEEP_FREEZE_PASSWORD' };

export function importCommand(program: Command, io: Io): void {
  program
    .command('import')
    .description('read an asset list (CSV or XLSX) into the inventory; with one fault in it, nothing is written')
    .argument('<file>', 'CSV in UTF-8, UTF-16 or GBK, or XLSX; Chinese or English headings')
    .requiredOption('--room <room>', 'number of the room')
    .option('--site <name>', 'name of the exam site, as printed')
    .option('--staff <n>', 'people who run the site (S1)', number)
    .addOption(new Option('--level <level>', 'exam level of the room, where the list does not say').choices(levels))
    .option('--spacing <metres>', 'distance between neighbouring seats (S4)', number)
    .option('--proctors <n>', 'proctors assigned to the room (S2)', number)
    .option('--candidates <n>', 'candidates registered for the room (S5), when fewer than seats', number)
    .addOption(
      new Option('--restore-card <kind>', 'restore card of the PCs').choices(['none', 'deep-freeze', 'uwf', 'by-hand']),
    )
    .option('--subnet <cidr>', "the room's subnet, where the list has no mask")
    .option('--gateway <address>', "the room's gateway, where the list has none")
    .option('--dns <address...>', 'DNS servers, where the list has none (default: the gateway)')
    .option('--depot <url>', 'where the PCs find the depot')
    .option('--out <dir>', 'folder to write to (default: inventories/)')
    .option('--force', 'let the list replace and remove what the files hold')
    .action(async (file: string, flags: Flags) => {
      const { room, site, staff, level, proctors, candidates, depot, out, force } = flags;
      report(
        io,
        await importRoom({
          ...{ home: io.home, lang: io.lang, file, room },
          ...defined({ site, staff, level, proctors, candidates, depot, out, force }),
          ...defined({ spacingMetres: flags.spacing, restoreCard: flags.restoreCard && card(flags.restoreCard) }),
          network: defined({ subnet: flags.subnet, gateway: flags.gateway, dns: flags.dns }),
        }),
      );
    });
}

/** Options that were not given are left out, not passed as undefined. */
function defined<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as never;
}

const card = (driver: NonNullable<Flags['restoreCard']>) =>
  driver === 'deep-freeze' ? { driver, password: deepFreezePassword } : { driver };

function number(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('a number is expected');
  return value;
}

function report(io: Io, { room, site, files, changes, notes }: Imported): void {
  const say = (text: Text): void => io.print(text[io.lang]);
  say({
    zh: `房间 ${room.room}：${room.seats.length} 个考位，${room.spares.length} 台备用机，${room.level}`,
    en: `room ${room.room}: ${room.seats.length} seats, ${room.spares.length} spares, ${room.level}`,
  });
  for (const change of changes) io.print(`  ${changeLine(change)}`);
  if (files.length === 0) say({ zh: '没有变化，文件未动', en: 'no changes; the files were not touched' });
  for (const file of files) say({ zh: `已写出 ${file}`, en: `wrote ${file}` });
  const open = roomFindings(room, site).filter(({ verdict }) => verdict !== 'ok');
  for (const finding of open) io.note(`${finding.requirement}: ${finding.sentence[io.lang]}`);
  for (const note of notes) io.note(note[io.lang]);
  io.result({ room: room.room, seats: room.seats.length, spares: room.spares.length, files, changes, notes, open });
}

function changeLine({ what, from, to }: Change): string {
  if (from === undefined) return `+ ${what}: ${JSON.stringify(to)}`;
  if (to === undefined) return `- ${what}: ${JSON.stringify(from)}`;
  return `~ ${what}: ${JSON.stringify(from)} → ${JSON.stringify(to)}`;
}
