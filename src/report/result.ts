/** What `examsite check` saw: the one input of verdict, terminal summary, JSON and HTML page. */
import type { Finding, Text } from '../core/finding.ts';
import type { Level } from '../inventory/schema.ts';

export interface RoomCheck {
  /** Name of the site, as printed. */
  readonly site: string;
  readonly room: string;
  readonly level: Level;
  /** RFC 3339, UTC. */
  readonly checkedAt: string;
  /** S2–S6, from the inventory. */
  readonly roomFindings: readonly Finding[];
  /** Seats, then spares, in the inventory's order. */
  readonly seats: readonly SeatCheck[];
}

export interface SeatCheck {
  /** `r301-s07` */
  readonly name: string;
  readonly kind: 'seat' | 'spare';
  /** As in the inventory: `07`. */
  readonly number: string;
  readonly computer: string;
  readonly address: string;
  readonly row: number;
  readonly column: number;
  readonly level: Level;
  /** Left out: Windows. */
  readonly platform?: 'linux';
  /** Why nothing could be seen of this PC; then `findings` is empty and the seat is UNKNOWN. */
  readonly unreachable?: Text;
  /** When this PC was looked at, RFC 3339, UTC. */
  readonly checkedAt: string;
  readonly findings: readonly SeatFinding[];
}

export interface SeatFinding {
  /** Module's folder name: `static-ip`. */
  readonly module: string;
  readonly finding: Finding;
}
