/**
 * The simulated Python does not run Python. A script that says in its first line which observation it makes is answered by that observation,
 * made here over the model's own files. For `python-1` (the contract is in the script's head): metadata of every distribution, an import of
 * each module asked for, and RECORD against the files of the distributions asked for, and of the rest where an import fails.
 */
import { z } from 'zod';
import type { FileSystem } from '../../pc/machine.ts';
import { logIn, makeUser } from '../databases/clients.ts';
import { importer, type Interpreter } from './imports.ts';
import { digestOf, type RecordRow } from './record.ts';
import { located, siteOf, visible, type Distribution } from './site-packages.ts';
import { normaliseName } from './wheel.ts';

const argument = z.strictObject({ imports: z.record(z.string(), z.string()), rest: z.record(z.string(), z.string()) });

/** @returns undefined for any other script */
export function probeName(script: string): string | undefined {
  return /^# examsite-probe: (\S+)\r?\n/.exec(script)?.[1];
}

type Probe = (python: Interpreter, version: string, args: readonly string[], stdin: string) => Output;
export interface Output {
  /** @default 0 */
  readonly exitCode?: number;
  readonly stdout: string;
  readonly stderr: string;
}

export const probes: Readonly<Record<string, Probe>> = {
  'python-1': remembered(packageProbe),
  'database-1': (python, _version, _args, stdin) => logIn(python, stdin),
  'mongodb-user-1': (python, _version, _args, stdin) => makeUser(python, stdin),
};

/** A room is looked at far more often than it changes; a disk that has not changed gives the same answer to the same question. */
function remembered(probe: Probe): Probe {
  const disks = new WeakMap<FileSystem, { readonly revision: number; readonly answers: Map<string, Output> }>();
  return (python, version, args) => {
    const { files } = python.machine;
    const known = disks.get(files);
    const disk =
      known?.revision === files.revision ? known : { revision: files.revision, answers: new Map<string, Output>() };
    disks.set(files, disk);
    const question = JSON.stringify([python.home, version, args]);
    const answer = disk.answers.get(question) ?? probe(python, version, args, '');
    disk.answers.set(question, answer);
    return answer;
  };
}

function packageProbe(python: Interpreter, version: string, args: readonly string[]): Output {
  const { imports, rest } = argument.parse(JSON.parse(args[0] ?? ''));
  const found = visible(python.machine.files, python.path);
  const versions = new Map<string, string[]>();
  for (const entry of found) {
    const name = normaliseName(entry.name);
    versions.set(name, [...(versions.get(name) ?? []), entry.version]);
  }
  const wanted = Object.entries(imports).sort(([a], [b]) => (a < b ? -1 : 1));
  const run = importer(python);
  const imported = wanted.map(([name, module]) => [name, run(module)] as const);
  const failing = imported.some(([, why]) => why !== null);
  const result = {
    version,
    implementation: 'CPython',
    bits: 64,
    executable: `${python.home}\\python.exe`,
    distributions: Object.fromEntries([...versions].map(([name, all]) => [name, [...new Set(all)].sort().join(', ')])),
    imports: Object.fromEntries(imported),
    damaged: damage(
      python,
      found.filter(({ name, version: has }) => {
        const one = normaliseName(name);
        return one in imports || (failing && rest[one] === has);
      }),
    ),
  };
  return {
    stdout: `${JSON.stringify(result)}\r\n`,
    stderr: wanted.map(([, module]) => `importing ${module}\r\n`).join(''),
  };
}

function damage({ machine: { files } }: Interpreter, entries: readonly Distribution[]): Record<string, string[]> {
  const hurt = entries.map((entry) => {
    const compared = (entry.record ?? []).filter(({ path }) => !path.endsWith('.pyc') && !path.startsWith('../'));
    const rows = compared.filter((row) => !asRecorded(files, siteOf(entry), row));
    return [normaliseName(entry.name), rows.slice(0, 5).map((row) => row.path)] as const;
  });
  return Object.fromEntries(hurt.filter(([, paths]) => paths.length > 0));
}

function asRecorded(files: FileSystem, site: string, { path, digest, size }: RecordRow): boolean {
  const file = files.read(located(site, path));
  if (!file || (size !== '' && file.size !== Number(size))) return false;
  const hashed = digest !== '' && /\.(?:py|pyd|dll|so)$/i.test(path);
  return !hashed || digestOf(file.content) === digest;
}
