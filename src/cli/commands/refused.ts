/** `examsite refused`: who has asked the router for what is not on the whitelist, by seat. */
import Table from 'cli-table3';
import type { Command } from 'commander';
import type { Refusal } from '../../../modules/whitelist-router/linux/refused.ts';
import { openHosts } from '../../depot/hosts.ts';
import { loadRoom, loadSite, rooms } from '../../inventory/load.ts';
import { seatsOf } from '../../inventory/schema.ts';
import type { Home } from '../../core/home.ts';
import { refusedBy, routerOf } from '../devices.ts';
import type { Io } from '../io.ts';

const shownAtMost = 200;
const heads = { zh: ['座位', '次数', '请求'], en: ['seat', 'times', 'asked for'] } as const;

export function refusedCommand(program: Command, io: Io): void {
  program
    .command('refused')
    .description('what PCs have asked the router for and not got, by seat, most often first')
    .action(async () => {
      const refused = refusedBy(routerOf(loadSite(io.home)));
      const pool = await openHosts(io.home);
      try {
        const seats = seatNames(io.home);
        const all = (await refused(pool.host('site-router'))).map((one) => ({
          ...one,
          seat: seats.get(one.from) ?? one.from,
        }));
        io.print(all.length === 0 ? { zh: '没有被拒绝的请求', en: 'nothing was refused' }[io.lang] : table(all, io));
        io.result(all);
      } finally {
        await pool.close();
      }
    });
}

function table(all: readonly (Refusal & { seat: string })[], { lang }: Io): string {
  const made = new Table({ head: [...heads[lang]], style: { head: [], border: [] } });
  for (const { seat, times, what } of all.slice(0, shownAtMost)) made.push([seat, times, what]);
  const more = all.length - shownAtMost;
  return more > 0 ? `${made.toString()}\n+${more}` : made.toString();
}

/** By address, over all rooms. */
const seatNames = (home: Home): Map<string, string> =>
  new Map(
    rooms(home)
      .flatMap((room) => seatsOf(loadRoom(home, room).room))
      .map(({ name, entry }) => [entry.address, name]),
  );
