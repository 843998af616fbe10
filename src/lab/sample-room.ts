/** An inventory for tests of the lab: `count` seats of room 301 on 10.30.1.0/24, from .101 on. */
import { room, type Room, site, type Site } from '../inventory/schema.ts';

export interface SampleOptions {
  readonly spares?: number;
  readonly restoreCard?: Room['restoreCard'];
  /** Three octets of the subnet, so that tests that run side by side do not meet: `10.30.1`. */
  readonly net?: string;
}

export function sampleRoom(count: number, options: SampleOptions = {}): { room: Room; site: Site } {
  const { spares = 0, restoreCard = { driver: 'none' }, net = '10.30.1' } = options;
  const entry = (index: number, seat: number): unknown => ({
    seat: String(seat).padStart(2, '0'),
    computer: `JF301-${String(index + 1).padStart(2, '0')}`,
    mac: `00:23:24:5a:30:${(index + 10).toString(16).padStart(2, '0')}`,
    address: `${net}.${101 + index}`,
    row: 1 + Math.floor(index / 8),
    column: 1 + (index % 8),
  });
  const list = (from: number, length: number): unknown[] =>
    Array.from({ length }, (_, index) => entry(from + index, index + 1));
  return {
    room: room.parse({
      room: '301',
      level: 'L2',
      network: { subnet: `${net}.0/24`, gateway: `${net}.1`, dns: [`${net}.1`] },
      restoreCard,
      seats: list(0, count),
      spares: list(count, spares),
    }),
    site: site.parse({
      site: '示例学院考点',
      ssh: { network: 'lab' },
      examClient: { programs: ['C:\\Exam\\ExamClient.exe'] },
      depot: `http://${net}.2:8080/`,
    }),
  };
}
