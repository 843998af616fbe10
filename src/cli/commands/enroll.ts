/** `examsite enroll`: first contact. Shows which machine sits where and with which key, and writes it down when a person agrees. */
import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import ipaddr from 'ipaddr.js';
import { UserError } from '../../core/errors.ts';
import type { Problem } from '../../core/errors.ts';
import { readEnrolled } from '../../hosts/enrolled.ts';
import { enrollRoom } from '../../hosts/enroll.ts';
import type { Enrolment, RoomToEnroll } from '../../hosts/enroll.ts';
import { saveEnrolment, toSave } from '../../hosts/enroll-save.ts';
import { addressesOf } from '../../hosts/locate.ts';
import type { Home } from '../../core/home.ts';
import { siteDevices } from '../../hosts/enrolled.ts';
import { loadRoom, loadSite } from '../../inventory/load.ts';
import { routerOf, workingDriver } from '../devices.ts';
import { targetOf, withTarget, type TargetFlags } from '../target.ts';
import { seatsOf } from '../../inventory/schema.ts';
import type { Room, Site } from '../../inventory/schema.ts';
import type { Io } from '../io.ts';
import { enrolmentTable, texts } from './enroll-text.ts';

interface Options extends TargetFlags {
  readonly addresses?: string;
  readonly subnet?: string;
  readonly yes?: true;
  readonly replace: readonly string[];
}

export function enrollCommand(program: Command, io: Io): void {
  withTarget(
    program
      .command('enroll')
      .description('first contact with the PCs of a room: match them to seats, show their host keys, remember them'),
  )
    .option('--addresses <list>', 'look only at these addresses, separated by commas')
    .option('--subnet <cidr>', "look at this subnet (default: the room's)")
    .option('--yes', 'write without asking')
    .option('--replace <seat...>', 'accept the changed host key of these seats (r301-s07)', [])
    .action((options: Options) => run(io, options));
}

/** What enrolment needs, out of the inventory. */
export function roomToEnroll(room: Room, site: Site): RoomToEnroll {
  return {
    room: room.room,
    platform: room.platform,
    subnet: room.network.subnet,
    depot: site.depot,
    ssh: site.ssh,
    seats: seatsOf(room).map(({ name, entry }) => ({ name, computer: entry.computer, mac: entry.mac })),
  };
}

function toEnroll(home: Home, target: string): RoomToEnroll {
  if (target === siteDevices) return devicesToEnroll(loadSite(home));
  const { room, site } = loadRoom(home, target);
  return roomToEnroll(room, site);
}

/** The router: looked for at the one address that it is managed at. */
function devicesToEnroll(site: Site): RoomToEnroll {
  const { depot, ssh } = site;
  const router = routerOf(site);
  const { management, mac, user } = router;
  const { platform } = workingDriver(router);
  return {
    ...{ room: siteDevices, platform, subnet: `${management.address}/32`, depot },
    ssh: { user, port: management.port, network: ssh.network },
    seats: [{ name: 'site-router', computer: 'router', mac }],
  };
}

async function run(io: Io, options: Options): Promise<void> {
  const room = toEnroll(io.home, targetOf(options));
  const addresses = addressesToAsk(options, room);
  const onProgress = (progress: { asked: number; of: number; answered: number }): void => {
    if (process.stderr.isTTY) process.stderr.write(`\r${texts.progress(progress)[io.lang]}\u001b[K`);
  };
  const enrolment = await enrollRoom({ home: io.home, room, addresses, onProgress });
  if (process.stderr.isTTY) process.stderr.write('\n');
  io.print(enrolmentTable(enrolment, io.lang));
  const pending = toSave(enrolment, options.replace, readEnrolled(io.home, room.room));
  const agreed = pending.length > 0 && (options.yes === true || (await agree(io, pending.length)));
  if (agreed) await saveEnrolment(io.home, enrolment, options.replace);
  io.note((agreed ? texts.saved(pending.length) : pending.length > 0 ? texts.notSaved : texts.nothing)[io.lang]);
  io.result({ ...asJson(enrolment), saved: agreed ? pending.map(({ name }) => name) : [] });
  process.exitCode = complete(enrolment, options.replace) && (agreed || pending.length === 0) ? 0 : 1;
}

function addressesToAsk({ addresses, subnet, replace }: Options, target: RoomToEnroll): string[] | undefined {
  const names = new Set(target.seats.map(({ name }) => name));
  const problems: Problem[] = [
    ...replace
      .filter((name) => !names.has(name))
      .map((got) => ({
        where: '--replace',
        expected: texts.aSeat(target.room),
        got,
        fix: texts.fixSeat,
        code: 'ENR001',
      })),
    ...(addresses?.split(',') ?? [])
      .filter((text) => !ipaddr.IPv4.isValidFourPartDecimal(text.trim()))
      .map((got) => ({ where: '--addresses', expected: texts.anAddress, got, fix: texts.fixAddress, code: 'ENR002' })),
    ...(subnet !== undefined && !ipaddr.IPv4.isValidCIDR(subnet)
      ? [{ where: '--subnet', expected: texts.aSubnet, got: subnet, fix: texts.fixSubnet, code: 'ENR003' }]
      : []),
  ];
  if (problems.length > 0) throw new UserError(problems);
  if (addresses !== undefined) return addresses.split(',').map((text) => text.trim());
  return subnet === undefined ? undefined : addressesOf(subnet);
}

/** Asks a person; where there is none, nothing is agreed to. */
async function agree(io: Io, count: number): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return false;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^(?:y|yes|是)$/i.test((await terminal.question(texts.question(count)[io.lang])).trim());
  } finally {
    terminal.close();
  }
}

/** Every seat has its machine, and no key is in doubt. */
const complete = ({ seats }: Enrolment, replace: readonly string[]): boolean =>
  seats.every(
    ({ name, state }) => state === 'new' || state === 'same' || (state === 'changed' && replace.includes(name)),
  );

function asJson({ room, seats, strangers, refusals }: Enrolment): object {
  return {
    room: room.room,
    seats: seats.map(({ name, computer, mac, state, found, fingerprint, enrolledFingerprint }) => ({
      seat: name,
      computer,
      mac,
      state,
      address: found?.address ?? null,
      fingerprint: fingerprint ?? null,
      enrolledFingerprint: enrolledFingerprint ?? null,
    })),
    strangers,
    refusals,
  };
}
