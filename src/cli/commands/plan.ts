/** `examsite plan --room 301`: what `up` would fetch, restart and take, if it began now. Changes nothing. */
import type { Command } from 'commander';
import { wantedCertificates } from '../../../modules/exam-ca/wanted.ts';
import { durations } from '../../../handbook/durations.ts';
import { UserError } from '../../core/errors.ts';
import { lockFile, openHosts } from '../../depot/hosts.ts';
import { readLock } from '../../depot/read.ts';
import { depotView } from '../../depot/view.ts';
import { loadRoom } from '../../inventory/load.ts';
import { seatsOf } from '../../inventory/schema.ts';
import { foretell } from '../../plan/foretell.ts';
import { lookAt } from '../../plan/look.ts';
import { planText } from '../../plan/text.ts';
import type { Io } from '../io.ts';

interface Options {
  readonly room: string;
  readonly depotMbps?: string;
}

export function planCommand(program: Command, io: Io): void {
  program
    .command('plan')
    .description('foretell what up would fetch, restart and take: looks at every PC, changes nothing')
    .requiredOption('--room <room>')
    .option('--depot-mbps <speed>', "the depot's uplink, Mbit/s (default: network.depotMbps in site.yaml)")
    .action((options: Options) => plan(io, options));
}

async function plan(io: Io, { room: number, depotMbps }: Options): Promise<void> {
  const { site, room } = loadRoom(io.home, number);
  const planned = { site, room, certificates: wantedCertificates(io.home) };
  const mbps = depotMbps === undefined ? site.network.depotMbps : speedFrom(depotMbps);
  const depot = depotView(await readLock(lockFile(io.home)), site.depot);
  const pool = await openHosts(io.home);
  try {
    const look = seatsOf(room).map((seat) => lookAt(planned, seat, pool.host(seat.name), depot));
    const foretold = foretell(await Promise.all(look), mbps);
    const begin = new Date();
    io.print(planText(room.room, foretold, begin, io.lang));
    const ends = new Date(begin.getTime() + foretold.seconds * 1000).toISOString();
    io.result({ room: room.room, begin: begin.toISOString(), ends, ...foretold, durations });
  } finally {
    await pool.close();
  }
}

function speedFrom(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value > 0) return value;
  throw new UserError([
    {
      where: 'plan --depot-mbps',
      expected: { zh: '大于 0 的数（Mbit/s）', en: 'a number of Mbit/s above 0' },
      got: text,
      fix: { zh: '请改正', en: 'give one' },
      code: 'INV008',
    },
  ]);
}
