/**
 * How long things take on an exam PC, in milliseconds. Off by default: a test wants the order of things, not the wait.
 * Figures of windows-facts 2 (PowerShell), 4 (restart) and 6 (pip, large installers); the rest is assumed. Both ends of a range are here.
 */
import { setTimeout as sleep } from 'node:timers/promises';

const figures: Readonly<Record<string, readonly [number, number]>> = {
  'powershell.start': [300, 800],
  'cim.query': [50, 150],
  'process.start': [20, 60],
  'pip.list': [1000, 3000],
  'pip.install': [1000, 4000],
  'python.import': [200, 900],
  'webdriver.session': [1500, 4000],
  'msi.install': [15_000, 40_000],
  'python.install': [20_000, 60_000],
  'nsis.install': [15_000, 60_000],
  'nsis.uninstall': [5000, 20_000],
  'anaconda.install': [300_000, 900_000],
  restart: [40_000, 90_000],
  'net.write': [1500, 3500],
  request: [1, 5],
};

export class Latency {
  /** 0: off; 1: as on a real PC; 0.1: ten times as fast. */
  factor: number;

  constructor(factor: number) {
    this.factor = factor;
  }

  /** Unknown operations take no time. */
  milliseconds(operation: string): number {
    const [low, high] = figures[operation] ?? [0, 0];
    return this.factor * (low + Math.random() * (high - low));
  }

  async takes(operation: string): Promise<void> {
    const wait = this.milliseconds(operation);
    if (wait > 0) await sleep(wait);
  }
}
