/**
 * Restarts are grouped: what an installer asks for is noted, and one restart at the end of a PC's changes serves all that was noted. The note
 * is the controller's and belongs to one boot; Windows' own signs are looked at on the PC (docs/reference/windows-facts.md 9).
 */
import pLimit, { type LimitFunction } from 'p-limit';
import { z } from 'zod';
import type { Host } from './host.ts';

const note = 'restart-wanted';
const noted = z.strictObject({
  /** Boot in which it was noted: a later one has done it all. */
  boot: z.string(),
  /** By module: what asked. */
  by: z.record(z.string(), z.string()),
  /** The machine's PATH when examsite first did something in this boot that may change it; null: nothing yet. */
  path: z.string().nullable(),
});

export type Wanted = Pick<z.infer<typeof noted>, 'by' | 'path'>;

/** What examsite's own installers have asked for since the PC started. */
export async function wantedRestart(host: Host): Promise<Wanted> {
  const { bootTime } = await host.hello();
  const known = noted.safeParse(await host.notes.get(note)).data;
  return known?.boot === bootTime ? { by: known.by, path: known.path } : { by: {}, path: null };
}

/** @param why for a sentence: `VC_redist.x64.exe ended with 3010` */
export function wantRestart(host: Host, module: string, why: string): Promise<void> {
  return change(host, ({ by, path }) => ({ by: { ...by, [module]: by[module] ?? why }, path }));
}

/** Whoever is logged on keeps the PATH of the logon. Before it may change: what it is now, of which the oldest of a boot counts. */
export function keepPath(host: Host, path: string): Promise<void> {
  return change(host, (wanted) => ({ ...wanted, path: wanted.path ?? path }));
}

/** Two modules of one PC may run side by side, and neither's word may be lost: one change after the other. */
const turns = new WeakMap<object, LimitFunction>();

function change(host: Host, how: (wanted: Wanted) => Wanted): Promise<void> {
  const turn = turns.get(host.notes) ?? pLimit(1);
  turns.set(host.notes, turn);
  return turn(async () => {
    const wanted = await wantedRestart(host);
    const { by, path } = how(wanted);
    if (by === wanted.by && path === wanted.path) return;
    await host.notes.set(note, { boot: (await host.hello()).bootTime, by, path });
  });
}

export const forgetWanted = (host: Host): Promise<void> => host.notes.delete(note);

const current = 'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion';
const servicingKey = `${current}\\Component Based Servicing\\RebootPending`;
const updateKey = `${current}\\WindowsUpdate\\Auto Update\\RebootRequired`;
const sessionManager = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Session Manager';
const operations = ['PendingFileRenameOperations', 'PendingFileRenameOperations2'];
const services = 'HKLM\\SYSTEM\\CurrentControlSet\\Services';

const isThere = async (host: Host, key: string): Promise<boolean> =>
  (await host.call('registry.read', { key, names: [] })).exists;

/** The servicing stack has an update in hand. */
export const servicingPending = (host: Host): Promise<boolean> => isThere(host, servicingKey);
/** Windows Update waits, and would restart by itself. */
export const updatePending = (host: Host): Promise<boolean> => isThere(host, updateKey);

/** Files that are replaced or deleted at the next start, each once, sorted; temporary files left aside. */
export async function waitingFiles(host: Host): Promise<string[]> {
  const { values } = await host.call('registry.read', { key: sessionManager, names: operations });
  const all = operations.flatMap((name) => targets(values[name]?.data));
  return [...new Set(all)].sort();
}

/** Services that are deleted at the next start, sorted. */
export async function deletedServices(host: Host): Promise<string[]> {
  const { keys } = await host.call('registry.find', { pattern: `${services}\\*`, names: ['DeleteFlag'] });
  return keys.filter(({ values }) => values['DeleteFlag']?.data === 1).map(({ key }) => lastPart(key));
}

const lastPart = (path: string): string => path.slice(path.lastIndexOf('\\') + 1);

/** Pairs of NT paths, `\??\C:\a` and where it goes; an empty second one is a deletion. Temporary files that only go are nobody's business. */
export function targets(data: unknown): string[] {
  const list = z.array(z.string()).safeParse(data).data ?? [];
  return list.flatMap((from, at) => {
    if (at % 2 === 1) return [];
    const to = list[at + 1] ?? '';
    const path = (to === '' ? from : to).replace(/^!?\\\?\?\\/, '');
    return to === '' && temporary.test(path) ? [] : [path];
  });
}

/** Folders of temporary files, and where Windows Installer moves what it replaces. */
const temporary = /\\(?:te?mp)\\|^[a-z]:\\config\.msi\\/i;

/** Is there anything that a restart would finish? What only a new logon finishes is not asked for here. */
export async function restartPending(host: Host): Promise<boolean> {
  const [{ by }, servicing, update, files, deleted] = await Promise.all([
    wantedRestart(host),
    servicingPending(host),
    updatePending(host),
    waitingFiles(host),
    deletedServices(host),
  ]);
  return Object.keys(by).length > 0 || servicing || update || files.length > 0 || deleted.length > 0;
}
