import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { CallError } from '../../src/core/errors.ts';
import type { Host, Value } from '../../src/core/host.ts';
import { observe } from '../observe.ts';
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

/** One round trip. The probe runs in the fixed folder; the registry tells of interpreters that are elsewhere. */
export async function read(host: Host, desired: PythonDesired): Promise<PythonActual> {
  const minor = minorOf(desired.version);
  const [seen, own, core, core32] = await Promise.all([
    observe(probe(host, desired)),
    observe(host.call('registry.read', { key: `${at.registered}\\${minor}\\InstallPath`, names: ['ExecutablePath'] })),
    observe(host.call('registry.read', { key: at.registered, names: [] })),
    observe(host.call('registry.read', { key: at.registered32, names: [] })),
  ]);
  const executable = own.value?.values['ExecutablePath']?.data;
  const reasons = { interpreter: seen.why, elsewhere: own.why, others: core.why ?? core32.why };
  return {
    ...(seen.value ?? nothing),
    elsewhere: typeof executable === 'string' && !isOurs(executable) ? executable : null,
    others: [...(core.value?.subkeys ?? []), ...(core32.value?.subkeys ?? [])].filter((tag) => tag !== minor).sort(),
    unobserved: Object.fromEntries(
      Object.entries(reasons).flatMap(([part, why]) => (why === null ? [] : [[part, why]])),
    ),
  };
}

const isOurs = (executable: string): boolean => executable.toLowerCase() === at.interpreter.toLowerCase();

async function probe(host: Host, desired: PythonDesired): Promise<Seen> {
  const imports = Object.fromEntries(packagesOf(desired.level).map((one) => [one.name, one.imports]));
  const args = ['-I', '-B', '-', JSON.stringify({ imports })];
  const run = { exe: at.interpreter, args, stdin: script, timeoutSec: probeSec, readOnly: true } as const;
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
