/** What a process has cost. */
import { readFileSync } from 'node:fs';

/** proc(5): fields 14 to 17 are its own ticks and those of the children that it has waited for; a tick is 10 ms on every Linux. @returns seconds */
export function cpuSecOf(pid: number): number {
  const [, rest = ''] = /^\d+ \(.*\) (.*)$/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
  const ticks = rest.split(' ').slice(11, 15).map(Number);
  return ticks.reduce((sum, one) => sum + one, 0) / 100;
}
