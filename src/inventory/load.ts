/** `inventories/` as every command reads it: a room and its site, or every reason why they cannot be worked with. */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { z } from 'zod';
import { UserError } from '../core/errors.ts';
import type { Problem } from '../core/errors.ts';
import type { Text } from '../core/finding.ts';
import type { Home } from '../core/home.ts';
import { show, toProblem } from './fault.ts';
import type { Fault } from './fault.ts';
import { forms } from './forms.ts';
import { roomFaults } from './room-faults.ts';
import { room as roomSchema, site as siteSchema } from './schema.ts';
import type { Room, Site } from './schema.ts';
import { shapeFaults } from './shape.ts';
import { readYaml, shown } from './yaml-source.ts';
import type { YamlSource } from './yaml-source.ts';

export const roomFile = (folder: string, room: string): string => path.join(folder, `room-${room}.yaml`);
export const siteFile = (folder: string): string => path.join(folder, 'site.yaml');

/** Rooms that have an inventory, `301` before `1204`. */
export function rooms(home: Home): string[] {
  if (!existsSync(home.inventories)) return [];
  return readdirSync(home.inventories)
    .flatMap((name) => /^room-(.+)\.yaml$/.exec(name)?.[1] ?? [])
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}

/** @throws UserError with every fault of both files. */
export function loadRoom(home: Home, room: string): { room: Room; site: Site } {
  const mine = checkedRoom(home, room);
  const site = checkedSite(home);
  const problems = inOrder([...mine.problems, ...site.problems]);
  if (mine.value && site.value && problems.length === 0) return { room: mine.value, site: site.value };
  throw new UserError(problems);
}

/** @throws UserError with every fault of site.yaml. */
export function loadSite(home: Home): Site {
  const { problems, value } = checkedSite(home);
  if (value && problems.length === 0) return value;
  throw new UserError(inOrder(problems));
}

/** By file, then line, then column: as a person goes through them with an editor. */
export function inOrder(problems: readonly Problem[]): Problem[] {
  return problems.toSorted((a, b) => a.where.localeCompare(b.where, 'en', { numeric: true }));
}

/** What became of reading one file: its value, or its problems. `source` is there as far as the file could be read at all. */
export interface Checked<T> {
  readonly problems: readonly Problem[];
  readonly value?: T;
  readonly source?: YamlSource;
}

export function checkedSite(home: Home): Checked<Site> {
  const fix: Text = {
    zh: '先用 examsite import 导入资产表，它会写出 site.yaml',
    en: 'import an asset list with examsite import, which writes site.yaml too',
  };
  return checked(home, siteFile(home.inventories), siteSchema, fix, (value) => shapeFaults(siteSchema, value));
}

export function checkedRoom(home: Home, room: string): Checked<Room> {
  const wrong = badRoomNumber(room);
  if (wrong) return { problems: [wrong] };
  const fix: Text = {
    zh: `先用 examsite import 资产表 --room ${room} 导入`,
    en: `import it with examsite import FILE --room ${room}`,
  };
  return checked(home, roomFile(home.inventories, room), roomSchema, fix, (value) => [
    ...roomFaults(value),
    ...nameFaults(value, room),
  ]);
}

/** A room's number is part of a file name, so it is looked at before any file is. */
export function badRoomNumber(room: string): Problem | undefined {
  const form = forms['room'];
  if (roomSchema.shape.room.safeParse(room).success || !form) return undefined;
  return { where: '--room', ...form, got: show(room), code: 'INV008' };
}

function checked<T>(
  home: Home,
  file: string,
  schema: z.ZodType<T>,
  fix: Text,
  faults: (value: unknown) => Fault[],
): Checked<T> {
  const source = readYaml(home, file);
  if (!source) return { problems: [missing(shown(home, file), fix)] };
  if (source.problems.length > 0) return { problems: source.problems, source };
  const problems = faults(source.value).map((fault) => toProblem(fault, source.where));
  const parsed = schema.safeParse(source.value);
  return { problems, source, ...(parsed.success && problems.length === 0 ? { value: parsed.data } : {}) };
}

function missing(where: string, fix: Text): Problem {
  return {
    where,
    expected: { zh: '清单文件', en: 'an inventory file' },
    got: 'ENOENT',
    fix,
    code: 'INV001',
  };
}

/** A copied file whose `room:` was not changed would be enrolled and reported as the other room. */
function nameFaults(value: unknown, room: string): Fault[] {
  const written = roomSchema.shape.room.safeParse(Reflect.get(Object(value) as object, 'room'));
  if (!written.success || written.data === room) return [];
  return [
    {
      path: ['room'],
      code: 'INV032',
      expected: { zh: `与文件名相同的 ${show(room)}`, en: `${show(room)}, as the file is named` },
      got: show(written.data),
      fix: { zh: '改房间号，或改文件名', en: 'correct the room, or rename the file' },
    },
  ];
}
