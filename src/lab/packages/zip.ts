/** A zip whose bytes depend on its content alone, not on clock or compressor, so that its SHA-256 can stand in a lock. */
import { zipSync, type Zippable } from 'fflate';

/** The first moment that a zip can hold. */
const epoch = new Date(1980, 0, 1);

export function zip(files: Readonly<Record<string, string | Uint8Array>>): Buffer {
  const entries: Zippable = {};
  for (const name of Object.keys(files).sort()) {
    const content = files[name] ?? '';
    entries[name] = [typeof content === 'string' ? Buffer.from(content) : content, { mtime: epoch, level: 0 }];
  }
  return Buffer.from(zipSync(entries));
}
