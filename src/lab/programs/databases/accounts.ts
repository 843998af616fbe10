/** Where the simulated servers keep who may log in: hashed, as the real ones do. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Machine } from '../../pc/machine.ts';

const accounts = z.record(z.string(), z.string());

export const hashed = (password: string): string => createHash('sha256').update(`salt ${password}`).digest('hex');

/** By name; none where there is no such file. */
export function readAccounts(machine: Machine, file: string): Record<string, string> {
  const content = machine.files.read(file)?.content.toString('utf8');
  return content === undefined ? {} : accounts.parse(JSON.parse(content));
}

export function writeAccount(machine: Machine, file: string, user: string, password: string): void {
  write(machine, file, JSON.stringify({ ...readAccounts(machine, file), [user]: hashed(password) }));
}

export function write(machine: Machine, path: string, text: string, size = 0): void {
  const content = Buffer.from(text);
  machine.files.write(path, { content, size: Math.max(size, content.length) });
}

export const windowsPath = (path: string): string => path.trim().replace(/^"|"$/g, '').replaceAll('/', '\\');
