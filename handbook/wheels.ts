/** The closed set of Python wheels of each level (wheels/L1.lock …): everything that pip installs, the pins of levels.yaml included. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Level } from '../src/inventory/schema.ts';

/** The one spelling under which PyPI, wheels and pip agree (PEP 503): `zope.interface` and `Zope_Interface` are `zope-interface`. */
export function normalised(distribution: string): string {
  return distribution.toLowerCase().replaceAll(/[-_.]+/g, '-');
}

const read = new Map<Level, Readonly<Record<string, string>>>();

/**
 * Versions by normalised distribution name, for CPython 3.7.9 on 64-bit Windows.
 *
 * @throws when the lock holds anything but `name==version` lines: a range or a marker would let two PCs of one room differ.
 */
export function wheelLock(level: Level): Readonly<Record<string, string>> {
  const lock = read.get(level) ?? parse(level);
  read.set(level, lock);
  return lock;
}

function parse(level: Level): Readonly<Record<string, string>> {
  const file = path.join(import.meta.dirname, 'wheels', `${level}.lock`);
  return Object.fromEntries(
    readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => {
        const pin = /^(?<name>[A-Za-z0-9._-]+)==(?<version>[A-Za-z0-9.+!]+)$/.exec(line)?.groups;
        if (!pin) throw new Error(`${file}: not a pin: ${line}`);
        return [normalised(pin['name'] ?? ''), pin['version'] ?? ''];
      }),
  );
}
