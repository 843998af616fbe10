/** `examsite leaktest --room 301`: from every seat and spare, what is on the whitelist must answer, and nothing else may. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import Handlebars from 'handlebars';
import writeFileAtomic from 'write-file-atomic';
import { seatProbe } from '../../check/probe.ts';
import { checkProbe } from '../../check/check.ts';
import { formatFinding } from '../../core/errors.ts';
import { isOk } from '../../core/finding.ts';
import { packageRoot } from '../../core/home.ts';
import { openHosts } from '../../depot/hosts.ts';
import { loadRoom } from '../../inventory/load.ts';
import { seatsOf } from '../../inventory/schema.ts';
import { grouped } from '../../report/group.ts';
import type { SeatCheck } from '../../report/result.ts';
import { showNames } from '../../report/show.ts';
import { loadWhitelist, noWhitelist, whitelistPath } from '../../whitelist/file.ts';
import type { Io } from '../io.ts';

interface Options {
  readonly room: string;
  readonly junit?: string;
}

export function leaktestCommand(program: Command, io: Io): void {
  program
    .command('leaktest')
    .description(
      'from every PC: is all of the whitelist alive, and everything else closed; exit 0 yes, 1 no, 2 could not tell',
    )
    .requiredOption('--room <room>')
    .option('--junit <file>', 'write a JUnit report too')
    .action(async ({ room, junit }: Options) => {
      const looked = await leaktest(io, room);
      if (junit !== undefined) await writeJunit(path.resolve(junit), room, looked.seats);
      tell(io, looked);
    });
}

interface Looked {
  readonly seats: readonly SeatCheck[];
  /** From the first connection to the last answer. */
  readonly seconds: number;
  /** Requests that went to the PCs, their first greeting not counted. */
  readonly roundTrips: number;
}

async function leaktest(io: Io, number: string): Promise<Looked> {
  const { room } = loadRoom(io.home, number);
  const probe = await seatProbe(io.home, room, loadWhitelist(io.home));
  if (probe === undefined) throw noWhitelist(whitelistPath(io.home));
  const pool = await openHosts(io.home);
  const began = performance.now();
  try {
    const seats = await Promise.all(seatsOf(room).map((seat) => checkProbe(seat, pool.host(seat.name), probe)));
    return { seats, seconds: (performance.now() - began) / 1000, roundTrips: pool.roundTrips };
  } finally {
    await pool.close();
  }
}

function tell(io: Io, { seats, seconds, roundTrips }: Looked): void {
  const wrong = seats.flatMap((seat) =>
    seat.findings.filter(({ finding }) => !isOk(finding)).map((one) => ({ ...one, seat })),
  );
  const lost = seats.filter(({ unreachable }) => unreachable !== undefined);
  for (const seat of lost) io.print(`${seat.name}: ${seat.unreachable?.[io.lang] ?? ''}`);
  for (const { finding, seats: some, evidence } of grouped(wrong)) {
    io.print(
      `${formatFinding(showNames(some), 'whitelist-probe', finding, io.lang)}${evidence
        .map(({ text }) => ` (${text})`)
        .slice(0, 1)
        .join('')}`,
    );
  }
  const unknown = lost.length + wrong.filter(({ finding }) => finding.verdict === 'unknown').length;
  const bad = wrong.length + lost.length;
  const asked = seats.reduce((sum, { findings }) => sum + findings.length, 0);
  const took = seconds.toFixed(1);
  io.print(
    io.lang === 'zh'
      ? `${seats.length} 台电脑，${asked} 次尝试，用时 ${took} 秒，${bad === 0 ? '全部符合' : `${bad} 项不符合或不明`}`
      : `${seats.length} PCs, ${asked} conversations in ${took} s: ${bad === 0 ? 'all as they must be' : `${bad} not as they must be, or unknown`}`,
  );
  io.result({
    ...{ seconds, conversations: asked, roundTrips },
    seats: seats.map(({ name, unreachable, findings }) => ({
      name,
      unreachable,
      findings: findings.map(({ finding }) => finding),
    })),
  });
  process.exitCode = bad === 0 ? 0 : unknown === bad ? 2 : 1;
}

/** A suite a PC, a case a probe. */
async function writeJunit(file: string, room: string, seats: readonly SeatCheck[]): Promise<void> {
  const template = await readFile(path.join(packageRoot, 'templates', 'junit.hbs'), 'utf8');
  const suites = seats.map(({ name, checkedAt, unreachable, findings }) => {
    const cases = findings.map(({ finding: { property, verdict, sentence, evidence } }) => ({
      name: property,
      failure: verdict === 'ok' || verdict === 'unknown' ? '' : [sentence.en, evidence].join('; '),
      error: verdict === 'unknown' ? sentence.en : '',
    }));
    const all = unreachable === undefined ? cases : [{ name: 'reachable', failure: '', error: unreachable.en }];
    const count = (kind: 'failure' | 'error'): number => all.filter((one) => one[kind] !== '').length;
    return {
      name: `${room} ${name}`,
      host: name,
      checkedAt,
      cases: all,
      failures: count('failure'),
      errors: count('error'),
    };
  });
  const xml = Handlebars.create().compile(template, { strict: true })({ suites });
  await writeFileAtomic(file, xml);
}
