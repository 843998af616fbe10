/** What runs in a folder, and what it has: one run of probe.py. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { CallError } from '../../src/core/errors.ts';
import type { Host, Value } from '../../src/core/host.ts';
import * as at from './places.ts';
import type { Package, PythonActual } from './schema.ts';

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
export type Seen = Pick<PythonActual, 'interpreter' | 'broken' | 'distributions' | 'imports' | 'damaged'>;

export const nothing: Seen = { interpreter: null, broken: null, distributions: {}, imports: {}, damaged: {} };

/**
 * @param packages those whose import is tried
 * @param lock version by name: where an import fails, the fault may be in any of them
 */
export async function probe(
  host: Host,
  home: string,
  packages: readonly Package[],
  lock: Readonly<Record<string, string>>,
): Promise<Seen> {
  const imports = Object.fromEntries(packages.map((one) => [one.name, one.imports]));
  const rest = Object.fromEntries(Object.entries(lock).filter(([name]) => !(name in imports)));
  const args = ['-I', '-B', '-', JSON.stringify({ imports, rest })];
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
