/** One live line per PC on a terminal; plain lines as PCs finish where it is not one. */
import { createLogUpdate } from 'log-update';
import pc from 'picocolors';
import type { Lang } from '../core/finding.ts';
import type { OperationEvents, SeatProgress } from './events.ts';

export interface Progress {
  update(): void;
  end(): void;
}

/** @param total resources per PC, by host name. */
export function progress(events: OperationEvents, total: ReadonlyMap<string, number>, lang: Lang): Progress {
  return process.stderr.isTTY ? live(events, total, lang) : lines(events, total, lang);
}

const words = {
  looking: { zh: '查看', en: 'looking' },
  waiting: { zh: '等待', en: 'waiting' },
  done: { zh: '完成', en: 'done' },
  failed: { zh: '失败', en: 'failed' },
  left: { zh: '剩余约', en: 'about' },
  leftAfter: { zh: '', en: ' left' },
  machines: { zh: '台', en: 'PCs' },
} as const;

function live(events: OperationEvents, total: ReadonlyMap<string, number>, lang: Lang): Progress {
  const log = createLogUpdate(process.stderr, { showCursor: false });
  const began = Date.now();
  const draw = (): void => {
    // A line per PC, in two columns where the terminal is too low for all of them.
    const width = process.stderr.columns || 100;
    const rows = (process.stderr.rows || 50) - 3;
    const cells = [...total].map(([host, count]) => line(host, events.seats.get(host), count, lang));
    const columns = Math.max(1, Math.min(Math.ceil(cells.length / rows), Math.floor(width / 38)));
    const height = Math.ceil(cells.length / columns);
    const grid = Array.from({ length: height }, (_, row) =>
      Array.from({ length: columns }, (_, column) => cells[column * height + row] ?? '').join('  '),
    );
    log([...grid.slice(0, rows), '', summary(events, total, began, lang)].join('\n'));
  };
  const timer = setInterval(draw, 120);
  return {
    update: () => undefined,
    end: () => {
      clearInterval(timer);
      draw();
      log.done();
    },
  };
}

function line(host: string, seat: SeatProgress | undefined, count: number, lang: Lang): string {
  const done = Math.min(seat?.done ?? 0, count);
  const filled = count === 0 ? 10 : Math.round((done / count) * 10);
  const bar = '█'.repeat(filled) + '░'.repeat(10 - filled);
  const colour = seat?.failed ? pc.red : done === count ? pc.green : pc.yellow;
  return `${host.padEnd(12)} ${colour(bar)} ${String(done).padStart(2)}/${count} ${doing(seat, done === count, lang)
    .padEnd(14)
    .slice(0, 14)}`;
}

function doing(seat: SeatProgress | undefined, complete: boolean, lang: Lang): string {
  if (seat?.failed) return words.failed[lang];
  if (complete) return words.done[lang];
  return [...(seat?.active ?? [])][0] ?? words.waiting[lang];
}

function summary(events: OperationEvents, total: ReadonlyMap<string, number>, began: number, lang: Lang): string {
  const steps = [...total.values()].reduce((a, b) => a + b, 0);
  const done = [...total].reduce((sum, [host, count]) => sum + Math.min(events.seats.get(host)?.done ?? 0, count), 0);
  const ready = [...total].filter(([host, count]) => (events.seats.get(host)?.done ?? 0) >= count).length;
  const seconds = (Date.now() - began) / 1000;
  const left =
    done === 0 ? '' : `, ${words.left[lang]} ${Math.ceil((seconds / done) * (steps - done))} s${words.leftAfter[lang]}`;
  return `${ready}/${total.size} ${words.machines[lang]}, ${done}/${steps}, ${seconds.toFixed(0)} s${left}`;
}

function lines(events: OperationEvents, total: ReadonlyMap<string, number>, lang: Lang): Progress {
  const said = new Set<string>();
  const update = (): void => {
    for (const [host, count] of total) {
      const seat = events.seats.get(host);
      if (seat === undefined || said.has(host) || (seat.done < count && !seat.failed)) continue;
      said.add(host);
      const state = seat.failed ? words.failed[lang] : words.done[lang];
      process.stderr.write(`${host} ${state} ${seat.done}/${count}\n`);
    }
  };
  return { update, end: update };
}
