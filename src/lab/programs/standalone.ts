/**
 * Installers that work without Windows Installer and leave an uninstaller of their own: NSIS (nsis.sourceforge.io, Docs/Chapter3) and Inno
 * Setup (jrsoftware.org/ishelp, Setup and Uninstaller Command Line Parameters). Neither takes Windows Installer's mutex.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { effects, unseal, type Effects, type Installer } from '../packages/format.ts';
import type { Machine, Program, ProgramCall } from '../pc/machine.ts';
import { applyEffects, bytesOf, removeEffects, removeFile, substitute } from './effects.ts';
import { exit } from './exit.ts';
import { compareVersions } from './versions.ts';

/** Nsis: 1 the user cancelled, 2 the script gave up. Inno: 1 it could not begin, 2 the user cancelled, 5 cancelled later. */
const nsisCodes = { success: 0, cancelled: 1, aborted: 2 };
const innoCodes = { success: 0, notBegun: 1, cancelled: 2 };

/** A copy of an uninstaller needs a moment to come up and do its work. */
const copyMs = 20;

/** `/NAME=value` and `/NAME`, in capitals; `/D=` takes the rest of the command line, as it stands. */
function options(args: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    args.flatMap((arg) => {
      const match = /^\/([A-Za-z]+)(?:=(.*))?$/s.exec(arg);
      return match ? [[(match[1] ?? '').toUpperCase(), match[2] ?? ''] as const] : [];
    }),
  );
}

/** @returns `failed` when nothing could be installed: then nothing has changed; `waits` when something of it waits for a restart */
export function installStandalone(
  machine: Machine,
  wanted: Installer,
  properties: Readonly<Record<string, string>>,
): 'failed' | 'done' | 'waits' {
  if (compareVersions(machine.os.version, wanted.minimumOs) < 0) return 'failed';
  const all = substitute(wanted.effects, properties);
  const chosen = ({ when }: { when?: string | undefined }): boolean => when === undefined || properties[when] === '1';
  // What was not chosen is none of the uninstaller's business either.
  const resolved = { ...all, registry: all.registry.filter(chosen), path: all.path.filter(chosen) };
  if (bytesOf(resolved) > machine.files.freeBytes()) return 'failed';
  const end = applyEffects(machine, resolved, properties) ? 'waits' : 'done';
  if (wanted.uninstaller === undefined) return end;
  const path = substitute(wanted.uninstaller, properties);
  const content = Buffer.from(JSON.stringify({ program: `${wanted.kind}-uninstaller`, removes: resolved }));
  machine.files.write(path, { content, size: 300_000 });
  return end;
}

/** JetBrains' `/CONFIG=FILE` says `mode=admin` for all users, Anaconda's `/InstallationType=AllUsers`; what has no `allUsers` is for all. */
function forAll({ machine }: ProgramCall, given: ReadonlyMap<string, string>): boolean {
  const config = given.get('CONFIG');
  const text = config === undefined ? '' : (machine.files.read(config)?.content.toString('utf8') ?? '');
  return /^mode=admin\s*$/m.test(text) || given.get('INSTALLATIONTYPE') === 'AllUsers';
}

export const nsis: Program = async (call) => {
  const { machine, exe, args } = call;
  const wanted = unseal(machine.files.read(exe)?.content ?? Buffer.alloc(0));
  // An installer checks its own CRC before it does anything.
  if (wanted?.kind !== 'nsis') return exit(nsisCodes.aborted);
  const given = options(args);
  // /S is case-sensitive. Without it a wizard opens, and in session 0 nobody sees it.
  if (!args.includes('/S')) return exit(nsisCodes.cancelled);
  const last = args.at(-1) ?? '';
  // A quoted /D= is not recognised, and a path with a space in it can only be handed over quoted.
  const folder = last.startsWith('/D=') && !/\s/.test(last) ? { InstDir: last.slice(3) } : {};
  const named = Object.fromEntries(
    Object.keys(wanted.properties).flatMap((name) => {
      const value = given.get(name.toUpperCase());
      return value === undefined || name === 'InstDir' ? [] : [[name, value]];
    }),
  );
  await machine.takes(wanted.operation ?? 'nsis.install');
  const all = forAll(call, given) ? wanted.allUsers : {};
  const end = installStandalone(machine, wanted, { ...wanted.properties, ...all, ...named, ...folder });
  // A script asks for a restart with a page of the wizard; silent, it says nothing.
  return exit(end === 'failed' ? nsisCodes.aborted : nsisCodes.success);
};

const removing = z.looseObject({ removes: effects });

async function remove(machine: Machine, removes: Effects, self?: string): Promise<void> {
  await machine.takes('nsis.uninstall');
  removeEffects(machine, removes, self);
}

/** Uninstalls from a copy in the temporary folder and ends at once; `_?=FOLDER` makes it stay, and then it cannot delete itself. */
export const nsisUninstaller: Program = async ({ machine, exe, facts, args }) => {
  const { removes } = removing.parse(facts);
  if (!args.includes('/S')) return exit(nsisCodes.cancelled);
  if (args.at(-1)?.startsWith('_?=') === true) {
    await remove(machine, removes, exe);
    return exit(nsisCodes.success);
  }
  void sleep(copyMs)
    .then(() => remove(machine, removes))
    .then(() => removeFile(machine, exe))
    .catch(() => undefined); // The power went: what was under way ends with it.
  return exit(nsisCodes.success);
};

const silent = (args: readonly string[]): boolean => args.some((arg) => /^\/(?:VERY)?SILENT$/i.test(arg));

export const inno: Program = async ({ machine, exe, args }) => {
  const wanted = unseal(machine.files.read(exe)?.content ?? Buffer.alloc(0));
  if (wanted?.kind !== 'inno') return exit(innoCodes.notBegun);
  if (!silent(args)) return exit(innoCodes.cancelled);
  const given = options(args);
  const folder = given.get('DIR');
  await machine.takes(wanted.operation ?? 'nsis.install');
  const end = installStandalone(machine, wanted, {
    ...wanted.properties,
    ...(folder !== undefined && { InstDir: folder }),
  });
  if (end === 'failed') return exit(innoCodes.notBegun);
  // Very silent, it restarts without asking; its exit code says so only where it was told which one to use.
  if (end === 'waits' && !given.has('NORESTART')) void machine.restart();
  return exit(end === 'waits' ? Number(given.get('RESTARTEXITCODE') ?? innoCodes.success) : innoCodes.success);
};

/** The copy that does the work ends the original one when it is done: whoever waits for that has waited for all. */
export const innoUninstaller: Program = async ({ machine, exe, facts, args }) => {
  const { removes } = removing.parse(facts);
  if (!silent(args)) return exit(innoCodes.cancelled);
  await remove(machine, removes, exe);
  removeFile(machine, exe);
  return exit(innoCodes.success);
};
