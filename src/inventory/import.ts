/** `examsite import`: a school's asset list becomes a room of `inventories/`. All or nothing: with one fault, no file is touched. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { UserError } from '../core/errors.ts';
import type { Problem } from '../core/errors.ts';
import type { Lang, Text } from '../core/finding.ts';
import type { Home } from '../core/home.ts';
import { language } from '../core/language.ts';
import { readAssetList } from './asset-list.ts';
import type { AssetList } from './asset-list.ts';
import { applyChanges, changesBetween, isLoss, pathIn } from './changes.ts';
import type { Change } from './changes.ts';
import { draftRoom, flagOf } from './draft.ts';
import type { RoomOptions } from './draft.ts';
import { show, toProblem } from './fault.ts';
import type { Fault } from './fault.ts';
import { badRoomNumber, checkedRoom, checkedSite, roomFile, rooms, siteFile } from './load.ts';
import type { Checked } from './load.ts';
import { room as roomSchema } from './schema.ts';
import type { Room, Site } from './schema.ts';
import { draftSite } from './site-draft.ts';
import type { SiteOptions } from './site-draft.ts';
import { readTable } from './table.ts';
import { quoteNotes, roomText, siteText, toText } from './write.ts';
import { parseYaml, shown } from './yaml-source.ts';
import type { YamlSource } from './yaml-source.ts';

export interface ImportOptions extends RoomOptions, SiteOptions {
  readonly home: Home;
  /** CSV or XLSX. */
  readonly file: string;
  /** Folder that is written to. @default home.inventories */
  readonly out?: string;
  /** Replace and remove what the files hold and the list does not. */
  readonly force?: boolean;
  /** Language of the comments in new files. */
  readonly lang?: Lang;
}

export interface Imported {
  readonly room: Room;
  readonly site: Site;
  /** Files that were written, room first; empty when nothing changed. */
  readonly files: readonly string[];
  /** What is different in files that were there before. */
  readonly changes: readonly Change[];
  /** What was assumed, left out, or deserves a look. */
  readonly notes: readonly Text[];
}

/** @throws UserError with every fault of the list, of the files that are there, and every value that only `force` may replace. */
export async function importRoom(options: ImportOptions): Promise<Imported> {
  const folder = path.resolve(options.out ?? options.home.inventories);
  const target: Target = {
    ...options,
    folder,
    home: { ...options.home, inventories: folder },
    lang: options.lang ?? language(),
  };
  const badRoom = badRoomNumber(options.room);
  if (badRoom) throw new UserError([badRoom]);
  const list = readAssetList(await readTable(options.file));

  const before = {
    room: existing(checkedRoom(target.home, options.room), target),
    site: existing(checkedSite(target.home), target),
  };
  const others = rooms(target.home).filter((name) => name !== options.room);
  const draft = draftRoom(
    list,
    options,
    before.room.value,
    others.map((name) => checkedRoom(target.home, name).source?.value),
  );
  const problems = [...before.room.problems, ...before.site.problems];
  if (draft.faults.length + problems.length > 0)
    throw new UserError([...problems, ...inOrder(list, draft.faults, options)]);

  const room = roomSchema.parse(draft.value);
  const site = draftSite(options, before.site.value, room);
  const plans = [
    planned(roomFile(folder, options.room), before.room, room, roomText(room, target.lang), target),
    planned(siteFile(folder), before.site, site.value, siteText(site.value, target.lang), target),
  ];
  const losses = plans.flatMap((plan) => plan.losses);
  if (losses.length > 0 && !options.force) throw new UserError(losses);
  const files = await written(plans);
  const changes = plans.flatMap((plan) => plan.changes);
  return { room, site: site.value, files, changes, notes: [...list.notes, ...remarks(list), ...site.notes] };
}

interface Target extends ImportOptions {
  readonly folder: string;
  readonly lang: Lang;
}

/** A file that is not there is nothing to fear for; one that does not parse may hold a person's work, and stops the import. */
function existing<T>(read: Checked<T>, { force }: Target): Checked<T> {
  if (!read.source) return { problems: [] };
  return force && !read.value ? { problems: [] } : read;
}

/** Options first, then by row and column; formulas are named with the faults, though alone they stop nothing. */
function inOrder(list: AssetList, faults: readonly Fault[], options: ImportOptions): Problem[] {
  const placed = [...faults, ...list.formulas].map((fault) => {
    const flag = flagOf(fault.path, options);
    return { fault, place: flag ? { row: 0, column: 0, where: flag } : list.place(fault.path) };
  });
  return placed
    .sort((a, b) => a.place.row - b.place.row || a.place.column - b.place.column)
    .map(({ place, fault }) => toProblem(fault, () => place.where));
}

function remarks(list: AssetList): Text[] {
  return list.formulas.map((fault) => {
    const { where } = list.place(fault.path);
    return { zh: `${where}：${fault.got}，${fault.fix.zh}`, en: `${where}: ${fault.got}; ${fault.fix.en}` };
  });
}

interface Plan {
  readonly file: string;
  /** Undefined: the file stays as it is. */
  readonly text: string | undefined;
  readonly changes: readonly Change[];
  readonly losses: readonly Problem[];
}

/** A new file is written whole. One that is there keeps its comments and its layout, and only what changed is changed in it. */
function planned<T extends object>(file: string, before: Checked<T>, after: T, fresh: string, target: Target): Plan {
  const { source, value } = before;
  if (!source || !value) return { file, text: fresh, changes: [], losses: [] };
  const changes = changesBetween(value, after);
  if (changes.length === 0) return { file, text: undefined, changes, losses: [] };
  const { document } = parseYaml(shown(target.home, file), file, source.text);
  applyChanges(document, changes);
  quoteNotes(document);
  return {
    file,
    text: toText(document),
    changes,
    losses: changes.filter(isLoss).map((change) => lossOf(change, source, path.basename(target.file))),
  };
}

function lossOf(change: Change, source: YamlSource, from: string): Problem {
  return {
    where: source.where(pathIn(source.document, change.path)),
    expected: { zh: `${change.what} 保持 ${show(change.from)}`, en: `${change.what} to stay ${show(change.from)}` },
    got: show(change.to),
    fix: {
      zh: `改 ${from} 或选项，或加 --force 以导入为准`,
      en: `correct ${from} or the option, or add --force to let the import decide`,
    },
    code: 'INV041',
  };
}

async function written(plans: readonly Plan[]): Promise<string[]> {
  const files: string[] = [];
  for (const { file, text } of plans) {
    if (text === undefined) continue;
    await mkdir(path.dirname(file), { recursive: true });
    await writeFileAtomic(file, text);
    files.push(file);
  }
  return files;
}
