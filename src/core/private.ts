import { mkdir } from 'node:fs/promises';

/** Makes a folder that only its owner may look into. */
export async function ensurePrivate(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
}
