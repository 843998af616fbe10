/** `inventories/confirmed-301.yaml`: what people have seen with their own eyes, who and when. Only ever added to; the last word on a PC counts. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { Document, isMap, isSeq } from 'yaml';
import { z } from 'zod';
import { requirements, type Requirement } from '../../handbook/handbook.ts';
import { UserError } from '../core/errors.ts';
import type { Home } from '../core/home.ts';
import { locked } from '../hosts/lock.ts';
import { toProblem } from '../inventory/fault.ts';
import { mac, type Seat } from '../inventory/schema.ts';
import { shapeFaults } from '../inventory/shape.ts';
import { quoteNotes, toText } from '../inventory/write.ts';
import { readYaml } from '../inventory/yaml-source.ts';

/** What only a person can confirm of the handbook's requirements, in its order: S1 … P12. The title is of that part. */
export const forPeople: readonly Pick<Requirement, 'id' | 'scope' | 'title'>[] = requirements.flatMap(
  ({ id, scope, title, proof }) => {
    const asked = proof === 'person' ? title : typeof proof === 'object' ? proof.person : undefined;
    return asked === undefined ? [] : [{ id, scope, title: asked }];
  },
);

export const confirmation = z.strictObject({
  requirement: z.enum(forPeople.map(({ id }) => id)).meta({ description: 'id in the handbook: P10' }),
  /** Withdrawn: as if nobody had spoken. */
  says: z
    .enum(['yes', 'no', 'withdrawn'])
    .meta({ description: 'it is so, it is not so, or what was said before no longer holds' }),
  by: z.string().min(1).meta({ description: 'who has looked' }),
  at: z.iso.datetime().meta({ description: 'when, UTC' }),
  note: z.string().optional().meta({ description: 'what was seen' }),
  /** A confirmation is about a machine, not about the desk it stands on. */
  pcs: z
    .record(z.string(), mac)
    .optional()
    .meta({ description: 'hardware address of each PC that was looked at, by seat' }),
});
export type Confirmation = z.infer<typeof confirmation>;

export const confirmedRoom = z.strictObject({ room: z.string(), confirmations: z.array(confirmation) });

export const confirmedFile = (home: Home, room: string): string =>
  path.join(home.inventories, `confirmed-${room}.yaml`);

/**
 * @returns oldest first; nothing where nobody has confirmed anything
 * @throws UserError with every fault of the file
 */
export function readConfirmations(home: Home, room: string): readonly Confirmation[] {
  const source = readYaml(home, confirmedFile(home, room));
  if (source === undefined) return [];
  const faults = shapeFaults(confirmedRoom, source.value).map((fault) => toProblem(fault, source.where));
  const problems = source.problems.length > 0 ? source.problems : faults;
  if (problems.length > 0) throw new UserError(problems);
  return confirmedRoom.parse(source.value).confirmations;
}

/** The machines that a confirmation of these seats is about. */
export const pcsOf = (seats: readonly Pick<Seat, 'name' | 'entry'>[]): Record<string, string> =>
  Object.fromEntries(seats.map(({ name, entry }) => [name, entry.mac]));

/** Two people may confirm at the same time; neither's word is lost. */
export async function addConfirmations(home: Home, room: string, more: readonly Confirmation[]): Promise<void> {
  const file = confirmedFile(home, room);
  await mkdir(home.inventories, { recursive: true });
  await locked(file, async () => {
    const confirmations = [...readConfirmations(home, room), ...more];
    await writeFileAtomic(file, textOf({ room, confirmations }));
  });
}

const head = ` Written by examsite confirm: what people have seen with their own eyes (须由人确认的项目). Only added to; the last word on a PC counts.`;

function textOf(value: z.infer<typeof confirmedRoom>): string {
  const document = new Document(value);
  document.commentBefore = head;
  const list = document.get('confirmations');
  for (const entry of isSeq(list) ? list.items : []) {
    const pcs = isMap(entry) ? entry.get('pcs') : undefined;
    if (isMap(pcs)) pcs.flow = true;
  }
  quoteNotes(document);
  return toText(document);
}
