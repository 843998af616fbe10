/** `examsite check` and `examsite report`: look at every PC live; GO or not, and why. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import writeFileAtomic from 'write-file-atomic';
import { wantedCertificates } from '../../../modules/exam-ca/wanted.ts';
import { siteModules } from '../../../modules/site.ts';
import { checkDevice, checkRoom } from '../../check/check.ts';
import { seatProbe } from '../../check/probe.ts';
import { readConfirmations } from '../../confirmations/file.ts';
import { openHosts } from '../../depot/hosts.ts';
import { formatFinding } from '../../core/errors.ts';
import { isOk } from '../../core/finding.ts';
import { siteDevices } from '../../hosts/enrolled.ts';
import { loadInspection } from '../../inspection/load.ts';
import { loadRoom, loadSite } from '../../inventory/load.ts';
import { routerFindings } from '../../inventory/router-facts.ts';
import { devicesOf } from '../devices.ts';
import { targetOf, withTarget, type TargetFlags } from '../target.ts';
import { loadWhitelist } from '../../whitelist/file.ts';
import { seatsOf } from '../../inventory/schema.ts';
import { toHtml } from '../../report/html.ts';
import { toJson } from '../../report/json.ts';
import type { RoomCheck } from '../../report/result.ts';
import { toTerminal } from '../../report/terminal.ts';
import { verdict } from '../../report/verdict.ts';
import type { Io } from '../io.ts';

export function checkCommand(program: Command, io: Io): void {
  withTarget(
    program.command('check').description('look at every PC of the room now; exit 0 GO, 1 NO-GO, 2 could not tell'),
  ).action(async (flags: TargetFlags) => {
    const target = targetOf(flags);
    if (target === siteDevices) await checkSite(io);
    else show(io, await look(io, target));
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
  const whitelist = loadWhitelist(io.home);
  const probe = await seatProbe(io.home, room, whitelist);
  const pool = await openHosts(io.home);
  const all = seatsOf(room).length;
  let done = 0;
  try {
    return await checkRoom({
      site,
      room,
      host: (name) => pool.host(name),
      devices: siteModules(site, whitelist, (hosts) => loadInspection(io.home, hosts, new Date())),
      certificates: wantedCertificates(io.home, whitelist),
      probe,
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

/** The same of what serves all rooms, and what the router can do by its data sheet (R1–R6): one line a fault. */
async function checkSite(io: Io): Promise<void> {
  const devices = devicesOf(io.home);
  const pool = await openHosts(io.home);
  try {
    const looks = devices.map(async (device) => ({
      ...{ host: device.host, module: device.module.name },
      findings: await checkDevice(device, pool.host(device.host)),
    }));
    const bySheet = { host: 'site', module: 'router', findings: routerFindings(loadSite(io.home)) };
    const seen = [...(await Promise.all(looks)), bySheet];
    const wrong = seen.flatMap(({ host, module, findings }) =>
      findings.filter((one) => !isOk(one)).map((one) => ({ one, text: formatFinding(host, module, one, io.lang) })),
    );
    for (const { text } of wrong) io.print(text);
    if (wrong.length === 0)
      io.print({ zh: `${devices.length} 台设备符合要求`, en: `${devices.length} devices as required` }[io.lang]);
    io.result(seen);
    const unknown = wrong.some(({ one }) => one.verdict === 'unknown');
    process.exitCode = wrong.length === 0 ? 0 : unknown ? 2 : 1;
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
