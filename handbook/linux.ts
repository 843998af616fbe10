/** What is other on Linux PCs. The handbook speaks of Windows; a site that examines on Linux has decided to, and what cannot be there is not asked for. */
import type { Level } from '../src/inventory/schema.ts';
import { wheelLock } from './wheels.ts';

/** PyPI has no Linux wheel of them. */
const windowsWheels: ReadonlySet<string> = new Set(['twisted-iocpsupport', 'mysqlclient']);
/** Whose build for Linux and CPython 3.7 has another version. */
const otherWheels: Readonly<Record<string, string>> = { 'zope-interface': '6.3' };

/** The lock of a level as it is for CPython 3.7 on 64-bit Linux (test/wheels.test.ts has it at work). */
export function linuxWheelLock(level: Level): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(wheelLock(level))
      .filter(([name]) => !windowsWheels.has(name))
      .map(([name, version]) => [name, otherWheels[name] ?? version]),
  );
}

/** Modules that prove something of a Linux PC; of what the others prove nothing is asked there. */
const modules: ReadonlySet<string> = new Set(['hardware', 'static-ip', 'browser', 'python', 'database']);
/** Requirements of those modules that no Linux PC can meet: no server of MongoDB in Debian's archive, no wheel of mysqlclient. */
const impossible = /^L\d\.(?:mongodb|mysqlclient)$/;

/** @param module that proves it on Windows */
export const isAskedOnLinux = (requirement: string, module: string): boolean =>
  modules.has(module) && !impossible.test(requirement);
