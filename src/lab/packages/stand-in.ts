/**
 * A file of the depot that is as large as the real one, and yet costs nothing: the installer's model, a mark, and zeros up to the size, as holes
 * on the controller's disk. Size and SHA-256 are those of the whole file, for lock and depot server alike. A simulated PC fetches what stands
 * before the zeros, waits as long as the whole would take, and hashes the whole.
 */
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';

/** What is fetched of any file at first, bytes; every model of an installer is smaller. */
export const headBytes = 2 ** 20;
const mark = Buffer.from('\n-- a stand-in of examsite: zeros from here on --\n');
const zeros = Buffer.alloc(2 ** 24);

/** The same file is hashed once, however many PCs it comes to. */
const known = new Map<string, string>();

/** SHA-256 of the stand-in for `size` bytes, hex. */
export function standInHash(content: Buffer, size: number): string {
  const head = createHash('sha256').update(content).update(mark);
  const key = `${head.copy().digest('hex')} ${size}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  for (let left = size - content.length - mark.length; left > 0; left -= zeros.length) {
    head.update(left < zeros.length ? zeros.subarray(0, left) : zeros);
  }
  const hash = head.digest('hex');
  known.set(key, hash);
  return hash;
}

/** @throws RangeError for a size that the content does not fit into */
export async function writeStandIn(file: string, content: Buffer, size: number): Promise<void> {
  const least = content.length + mark.length;
  if (size < least || least > headBytes) throw new RangeError(`expected room for ${least} bytes, got ${size}`);
  await using handle = await open(file, 'w');
  await handle.write(Buffer.concat([content, mark]));
  await handle.truncate(size);
}

/** @returns the content of the stand-in that begins like this; undefined: it is none */
export function standInContent(head: Buffer): Buffer | undefined {
  const at = head.indexOf(mark);
  return at === -1 ? undefined : head.subarray(0, at);
}
