/** Looks at a whole room live, without the engine: the same `read` and `plan` as `up`, and people's word. Nothing is changed on any PC. */
import type { WantedCertificate } from '../../modules/exam-ca/schema.ts';
import { seatModules } from '../../modules/seat.ts';
import type { SiteModule } from '../../modules/site.ts';
import { whitelistProbe } from '../../modules/whitelist-probe/module.ts';
import { roomConfirmations, seatConfirmations, type Spoken } from '../confirmations/findings.ts';
import { CallError, HostError } from '../core/errors.ts';
import { isOk, type Finding, type Text, type Verdict } from '../core/finding.ts';
import type { Host } from '../core/host.ts';
import type { AnyModule } from '../core/module.ts';
import { routerFindings } from '../inventory/router-facts.ts';
import { roomFindings } from '../inventory/rules.ts';
import { seatsOf, type Room, type Seat, type Site } from '../inventory/schema.ts';
import type { SeatProbe } from './probe.ts';
import { level, people } from '../report/coverage.ts';
import type { RoomCheck, SeatCheck, SeatFinding } from '../report/result.ts';
import { stateOf } from '../report/verdict.ts';

export interface CheckOptions {
  readonly site: Site;
  readonly room: Room;
  readonly host: (name: string) => Host;
  /** What serves all rooms, by host name. */
  readonly devices: readonly SiteModule[];
  /** What every PC has to trust. */
  readonly certificates: readonly WantedCertificate[];
  /** What every PC is asked to reach; undefined: nothing. */
  readonly probe?: SeatProbe | undefined;
  /** What people have confirmed of the room. */
  readonly spoken: Spoken;
  /** Called as each PC is done. */
  readonly onSeat?: (seat: SeatCheck) => void;
}

export async function checkRoom({
  site,
  room,
  host,
  devices,
  certificates,
  probe,
  spoken,
  onSeat,
}: CheckOptions): Promise<RoomCheck> {
  const serving = devices.map((device) => checkDevice(device, host(device.host)));
  const looks = (seat: Seat): readonly SeatProbe[] => [
    ...seatModules(site, room, seat, certificates),
    ...(probe === undefined ? [] : [probe]),
  ];
  const looking = seatsOf(room).map(async (seat) => {
    const looked = await lookedAt(seat, host(seat.name), looks(seat), room.platform);
    const said = seatConfirmations(seat, spoken).map((finding) => ({ module: people, finding }));
    const sum = { module: level, finding: levelFinding(looked) };
    const result =
      looked.unreachable === undefined ? { ...looked, findings: [...looked.findings, sum, ...said] } : looked;
    onSeat?.(result);
    return result;
  });
  const [served, seats] = await Promise.all([Promise.all(serving), Promise.all(looking)]);
  return {
    site: site.site,
    room: room.room,
    level: room.level,
    checkedAt: new Date().toISOString(),
    roomFindings: [
      ...roomFindings(room, site),
      ...routerFindings(site),
      ...served.flat(),
      ...(probe === undefined ? [] : fromEverySeat(seats, devices.length === 0)),
      ...roomConfirmations(spoken),
    ],
    seats,
  };
}

/** P16: the tools of the seat's level are installed when everything that its level requires is so. */
function levelFinding({ level: of, findings }: SeatCheck): Finding {
  const own = findings.filter(({ finding }) => finding.requirement.startsWith(`${of}.`));
  const verdict = stateOf(own.map(({ finding }) => finding.verdict));
  const open = [...new Set(own.flatMap(({ finding }) => (isOk(finding) ? [] : [finding.requirement])))];
  const count = new Set(own.map(({ finding }) => finding.requirement)).size;
  const sentence: Text = {
    zh: `${of} 的 ${count} 项工具和环境${open.length === 0 ? '均符合' : `中未符合：${open.join('、')}`}`,
    en: `of ${count} tools of ${of} ${open.length === 0 ? 'all are as required' : `not as required: ${open.join(', ')}`}`,
  };
  return { requirement: 'P16', property: 'tools', expected: [], actual: open, verdict, sentence };
}

/**
 * R9: the whitelist counts as checked when it was checked from every PC of the room. A router that nobody looks into (one with a web page only) is
 * proved by this alone: R7 by what came of HTTP and HTTPS, R8 by all of it. Exported for its test.
 */
export function fromEverySeat(seats: readonly SeatCheck[], byHand: boolean): Finding[] {
  const all = summed('R9', seats, () => true);
  if (!byHand) return [all];
  return [
    summed('R7', seats, (property) => /^(?:listed|closed)\.https?\b/.test(property)),
    { ...all, requirement: 'R8' },
    all,
  ];
}

function summed(requirement: string, seats: readonly SeatCheck[], counts: (property: string) => boolean): Finding {
  const state = ({ unreachable, findings }: SeatCheck): Verdict => {
    const own = findings.filter(({ module, finding }) => module === whitelistProbe.name && counts(finding.property));
    return unreachable === undefined ? stateOf(own.map(({ finding }) => finding.verdict)) : 'unknown';
  };
  const all = seats.map(state);
  const count = (verdict: Verdict): number => all.filter((one) => one === verdict).length;
  const [ok, unknown] = [count('ok'), count('unknown')];
  const verdict = ok === all.length ? 'ok' : ok + unknown === all.length ? 'unknown' : 'failed';
  const sentence: Text = {
    zh: `已从 ${all.length} 台电脑逐一验证白名单：${ok} 台符合，${unknown} 台不明，${all.length - ok - unknown} 台不符合`,
    en: `the whitelist was checked from ${all.length} PCs: ${ok} as required, ${unknown} unknown, ${all.length - ok - unknown} not as required`,
  };
  return { requirement, property: 'whitelist', expected: all.length, actual: ok, verdict, sentence };
}

/** A router that does not answer is not one that is as it must be. */
export async function checkDevice({ module, desired, host: name }: SiteModule, host: Host): Promise<Finding[]> {
  try {
    return module.plan(desired, await module.read(host, desired));
  } catch (error) {
    const reason = reasonOf(error);
    const sentence: Text = { zh: `${name}：${reason.zh}`, en: `${name}: ${reason.en}` };
    return module.requirements.map((requirement) => ({
      ...{ requirement, property: module.name, expected: null, actual: null, verdict: 'unknown', sentence },
    }));
  }
}

/** The leak test alone. */
export const checkProbe = (seat: Seat, host: Host, probe: SeatProbe): Promise<SeatCheck> =>
  lookedAt(seat, host, [probe]);

/** All modules look at once: their calls travel in one round trip. */
async function lookedAt(
  seat: Seat,
  host: Host,
  modules: readonly SeatProbe[],
  platform: Room['platform'] = 'windows',
): Promise<SeatCheck> {
  const looks = await Promise.allSettled(modules.map(({ module, desired }) => look(module, desired, host)));
  const { seat: number, computer, address, row, column } = seat.entry;
  const about = {
    ...{ name: seat.name, kind: seat.kind, number, computer, address, row, column, level: seat.level },
    ...(platform === 'linux' ? { platform } : {}),
  };
  const checkedAt = new Date().toISOString();
  const lost = looks.find((one) => one.status === 'rejected');
  if (lost !== undefined) return { ...about, checkedAt, unreachable: reasonOf(lost.reason), findings: [] };
  return { ...about, checkedAt, findings: looks.flatMap((one) => (one.status === 'fulfilled' ? one.value : [])) };
}

async function look(module: AnyModule, desired: unknown, host: Host): Promise<SeatFinding[]> {
  const wanted = module.desired.parse(desired);
  const findings: readonly Finding[] = module.plan(wanted, await module.read(host, wanted));
  return findings.map((finding) => ({ module: module.name, finding }));
}

const reasons: Partial<Record<HostError['code'], Text>> = {
  'not-enrolled': { zh: '尚未登记（examsite enroll）', en: 'not enrolled yet (examsite enroll)' },
  unreachable: { zh: '连接不上：未开机、断网或地址已变', en: 'no answer: switched off, unplugged, or moved' },
  'host-key-changed': {
    zh: '主机密钥已变：可能被还原或重装，也可能不是同一台机器',
    en: 'its host key changed: restored or re-installed, or not the same machine',
  },
  'auth-failed': { zh: '拒绝了管理密钥', en: "it refused the controller's key" },
};

/** Only what a machine does is an answer; anything else is a bug and must be seen as one. */
export function reasonOf(reason: unknown): Text {
  if (reason instanceof HostError) return reasons[reason.code] ?? { zh: reason.message, en: reason.message };
  if (reason instanceof CallError) return { zh: reason.message, en: reason.message };
  throw reason;
}
