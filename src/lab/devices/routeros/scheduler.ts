/** `/system scheduler` ("Scheduler"). */
import type { Entry } from './configuration.ts';
import type { Device } from './device.ts';
import { parseTime } from './values.ts';

const path = '/system scheduler';
/** "Execute the script 3 seconds after the system startup." */
const startupSec = 3;

export class Scheduler {
  readonly #device: Device;
  readonly #runsAtOnce: boolean;
  /** When each runs next, in seconds since the device came up. */
  readonly #due = new Map<number, number>();

  constructor(device: Device, runsAtOnce: boolean) {
    this.#device = device;
    this.#runsAtOnce = runsAtOnce;
  }

  /** Its first time is when it is made, by the device's clock; whether it then runs is not written anywhere. */
  added(entry: Entry): void {
    if (entry.values['start-time'] === 'startup') return;
    const [date = '', clock = ''] = this.#device.date.toISOString().split('T');
    entry.values = { ...entry.values, 'start-date': date, 'start-time': clock.slice(0, 8) };
    const interval = this.#interval(entry);
    const { uptime } = this.#device;
    if (this.#runsAtOnce) this.#due.set(entry.id, uptime);
    else if (interval > 0) this.#due.set(entry.id, uptime + interval);
  }

  /** The device has come up: `startup` without an interval runs once, with one not at all; the rest goes on. */
  started(): void {
    this.#due.clear();
    for (const entry of this.#device.configuration.items(path)) {
      const interval = this.#interval(entry);
      const atStart = entry.values['start-time'] === 'startup';
      if (atStart && interval === 0) this.#due.set(entry.id, startupSec);
      else if (!atStart && interval > 0) this.#due.set(entry.id, interval);
    }
  }

  /** In the order in which they are configured. */
  tick(): void {
    const { configuration, uptime } = this.#device;
    for (const entry of [...configuration.items(path)]) {
      const due = this.#due.get(entry.id);
      if (
        due === undefined ||
        due > uptime ||
        entry.disabled ||
        this.#isBefore(entry) ||
        !configuration.items(path).includes(entry)
      )
        continue;
      const interval = this.#interval(entry);
      if (interval > 0) this.#due.set(entry.id, uptime + interval);
      else this.#due.delete(entry.id);
      this.#device.runEvent(entry.values['on-event'] ?? '');
    }
  }

  /** A device without a battery comes up with a clock that is behind: what begins later by that clock waits. */
  #isBefore({ values }: Entry): boolean {
    const date = values['start-date'];
    return date !== undefined && new Date(`${date}T${values['start-time'] ?? ''}Z`) > this.#device.date;
  }

  #interval(entry: Entry): number {
    return parseTime(this.#device.configuration.value(path, entry, 'interval')) ?? 0;
  }
}
