import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { CallError } from '../../src/core/errors.ts';
import type { Host, Value } from '../../src/core/host.ts';
import { observe, type Observed } from '../observe.ts';
import * as at from './places.ts';
import { minorOf, packagesOf, type PythonActual, type PythonDesired } from './schema.ts';

const script = readFileSync(path.join(import.meta.dirname, 'probe.py'), 'ascii');
/** Importing seaborn for the first time on a hard disk takes most of a minute. */
const probeSec = 180;

/** What probe.py prints; its head is the contract. */
const probed = z.object({
  version: z.string(),
  implementation: z.string(),
  bits: z.int(),
  distributions: z.record(z.string(), z.string()),
  imports: z.record(z.string(), z.string().nullable()),
  damaged: z.record(z.string(), z.array(z.string())),
});
type Seen = Pick<PythonActual, 'interpreter' | 'broken' | 'distributions' | 'imports' | 'damaged'>;

const nothing: Seen = { interpreter: null, broken: null, distributions: {}, imports: {}, damaged: {} };

/**
 * One round trip. Both well-known folders are probed, because which one counts is only known with the same answer: an interpreter that is not
 * there costs the machine one look at its file system.
 */
export async function read(host: Host, desired: PythonDesired): Promise<PythonActual> {
  const tag = minorOf(desired.version);
  const key = `${at.registered}\\${tag}`;
  const [probes, executable, version, core, core32] = await Promise.all([
    Promise.all(at.homes.map((home) => observe(probe(host, home, desired)))),
    observe(registered(host, `${key}\\InstallPath`, 'ExecutablePath')),
    observe(registered(host, key, 'Version')),
    observe(host.call('registry.read', { key: at.registered, names: [] })),
    observe(host.call('registry.read', { key: at.registered32, names: [] })),
  ]);
  const own = executable.value === null ? undefined : at.homeOf(executable.value);
  const elsewhere = own === undefined ? executable.value : null;
  const home = own ?? at.home;
  // Where another one is registered, that is the one that runs for a candidate; what lies here unregistered says nothing.
  const judged = elsewhere === null ? probes[at.homes.indexOf(home)] : undefined;
  const tags = [...(core.value?.subkeys ?? []), ...(core32.value?.subkeys ?? [])].filter((other) => other !== tag);
  return {
    home,
    registered: own === undefined ? null : (version.value ?? tag),
    ...(judged?.value ?? nothing),
    elsewhere,
    others: [...tags.sort(), ...unjudged(probes, judged)],
    unobserved: reasons({
      interpreter: judged?.why ?? null,
      elsewhere: executable.why ?? version.why,
      others: core.why ?? core32.why,
    }),
  };
}

/** A text of the registry; null: it is not there. */
async function registered(host: Host, key: string, name: string): Promise<string | null> {
  const { values } = await host.call('registry.read', { key, names: [name] });
  const data = values[name]?.data;
  return typeof data === 'string' ? data : null;
}

/** Interpreters of a well-known folder beside the judged one: left over, or copied there. */
const unjudged = (probes: readonly Observed<Seen>[], judged: Observed<Seen> | undefined): string[] =>
  at.homes
    .filter((_, index) => probes[index] !== judged && isThere(probes[index]?.value))
    .map((home) => at.interpreterOf(home));

const isThere = (seen: Seen | null | undefined): boolean =>
  seen !== null && seen !== undefined && (seen.interpreter !== null || seen.broken !== null);

const reasons = (whys: Record<string, string | null>): Record<string, string> =>
  Object.fromEntries(Object.entries(whys).flatMap(([part, why]) => (why === null ? [] : [[part, why]])));

async function probe(host: Host, home: string, desired: PythonDesired): Promise<Seen> {
  const imports = Object.fromEntries(packagesOf(desired.level).map((one) => [one.name, one.imports]));
  const args = ['-I', '-B', '-', JSON.stringify({ imports })];
  const run = { exe: at.interpreterOf(home), args, stdin: script, timeoutSec: probeSec, readOnly: true } as const;
  let ran: Value<'process.run'>;
  try {
    ran = await host.call('process.run', run);
  } catch (error) {
    if (error instanceof CallError && error.code === 'not-found') return nothing;
    // Windows would not even start it: a file that was cut off or replaced.
    if (error instanceof CallError && error.code === 'failed') return { ...nothing, broken: error.message };
    throw error;
  }
  return understand(ran);
}

/** @throws CallError when the interpreter runs, and the probe did not come to its end: then nothing is known of the packages. */
function understand({ exitCode, stdout, stderr }: Value<'process.run'>): Seen {
  if (exitCode === 0) {
    const { version, implementation, bits, ...packages } = probed.parse(json(stdout));
    return { interpreter: { version, implementation, bits }, broken: null, ...packages };
  }
  // 0xc0000135 says more than -1073741515 or 3221225781: Windows' own status codes are written in hexadecimal.
  const unsigned = exitCode >>> 0;
  const code = `exit code ${unsigned > 0xffff ? `0x${unsigned.toString(16)}` : unsigned}`;
  const last = stderr.trim().split(/\r?\n/).at(-1) ?? '';
  // The probe announces each import, so an interpreter that announced nothing never came as far as that.
  if (!stderr.includes('importing ')) return { ...nothing, broken: [code, last].filter(Boolean).join(': ') };
  throw new CallError('python probe', { code: 'failed', message: `${code} while ${last}` });
}

function json(stdout: string): unknown {
  try {
    return JSON.parse(stdout);
  } catch {
    throw new CallError('python probe', { code: 'failed', message: `not an answer: ${stdout.slice(0, 100)}` });
  }
}
