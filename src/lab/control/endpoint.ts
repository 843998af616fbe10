/** Where a running lab is spoken to: a socket in the lab's folder that only its owner can open, and the note that says who listens. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';

/** `<home.lab>/daemon.json` */
const note = z.object({ pid: z.int(), room: z.string(), port: z.int() });
export type DaemonNote = z.infer<typeof note>;

export const noteFile = (labFolder: string): string => path.join(labFolder, 'daemon.json');

/** The kernel's limit for a socket's path is 107 bytes; a home deep down gets one in the temporary folder. */
export function socketPath(labFolder: string): string {
  const mark = createHash('sha256').update(path.resolve(labFolder)).digest('hex').slice(0, 16);
  if (process.platform === 'win32') return `\\\\.\\pipe\\examsite-lab-${mark}`;
  const inside = path.join(path.resolve(labFolder), 'control.sock');
  return Buffer.byteLength(inside) <= 100 ? inside : path.join(os.tmpdir(), `examsite-lab-${mark}.sock`);
}

/** @returns undefined when no lab has left a note, or a damaged one */
export function readNote(labFolder: string): DaemonNote | undefined {
  try {
    return note.parse(JSON.parse(readFileSync(noteFile(labFolder), 'utf8')));
  } catch {
    return undefined;
  }
}

/** A process of that number exists. It may be another one by now: only the socket's answer proves a lab. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
