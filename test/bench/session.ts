/**
 * The thirty checks through examsite's own sessions and its Linux agent, as a process: `node session.ts <home> <checks.json> <host> …`.
 * Prints how many checks were fulfilled on all hosts together.
 */
import { readFileSync } from 'node:fs';
import { home as homeAt } from '../../src/core/home.ts';
import type { Host } from '../../src/core/host.ts';
import { HostPool } from '../../src/hosts/pool.ts';
import type { Checks } from './checks.ts';

const [folder = '', checksFile = '', ...names] = process.argv.slice(2);
const checks = JSON.parse(readFileSync(checksFile, 'utf8')) as Checks;
const pool = new HostPool({ home: homeAt(folder) });
try {
  const found = await Promise.all(names.map((name) => look(pool.host(name))));
  console.log(found.flat().filter(Boolean).length);
} finally {
  await pool.close();
}

/** All calls of a host travel in one round trip, as those of `examsite check` do. */
function look(host: Host): Promise<boolean[]> {
  const files = checks.files.map(async ({ path, sha256 }) => {
    const found = await host.call('file.stat', { path, sha256: true });
    return found.sha256 === sha256;
  });
  const commands = checks.commands.map(async ({ argv: [exe, ...args], stdout }) => {
    const ran = await host.call('process.run', { exe, args, timeoutSec: 60, readOnly: true });
    return ran.stdout.trimEnd() === stdout;
  });
  return Promise.all([...files, ...commands]);
}
