/** `download`: a real HTTP transfer from whatever listens at that address of the LAN. */
import { createHash } from 'node:crypto';
import type { Args } from '../../../core/host.ts';
import { Refusal } from '../fault.ts';
import type { Pc } from '../pc.ts';
import { mustBeFree } from './files.ts';
import type { Handlers } from './perform.ts';

type Wanted = Args<'download'>['files'][number];

const hashOf = (content: Buffer): string => createHash('sha256').update(content).digest('hex');

async function transfer(pc: Pc, url: string): Promise<Buffer> {
  const { status, body } = await pc.fetch(url);
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  if (status !== 200)
    throw new Refusal(status === 404 ? 'not-found' : 'failed', `${url} answered ${status}`, { status });
  const content = Buffer.concat(chunks);
  if (pc.faults.corruptDownloads === 0 || content.length === 0) return content;
  pc.faults.corruptDownloads--;
  const damaged = Buffer.from(content);
  damaged.writeUInt8(damaged.readUInt8(damaged.length >> 1) ^ 0xff, damaged.length >> 1);
  return damaged;
}

/** @returns bytes transferred; 0 when the file was already there */
async function fetchOne(pc: Pc, { url, path, sha256, size }: Wanted): Promise<number> {
  const present = pc.files.read(path);
  if (present && hashOf(present.content) === sha256) return 0;
  const free = pc.files.freeBytes();
  if (free < size)
    throw new Refusal('no-space', `${path} needs ${size} bytes, ${free} are free`, { free, needed: size });
  const content = await transfer(pc, url);
  const part = `${path}.part`;
  pc.files.write(part, { content, size: content.length });
  const actual = hashOf(content);
  if (actual !== sha256) {
    pc.files.delete(part);
    throw new Refusal('hash-mismatch', `${url} is not the file that was locked`, { expected: sha256, actual });
  }
  mustBeFree(pc, path);
  pc.files.rename(part, path);
  return content.length;
}

export const downloads: Handlers<'download'> = {
  download: async (pc, { files }) => {
    const fetched: string[] = [];
    let bytes = 0;
    for (const file of files) {
      const count = await fetchOne(pc, file);
      if (count === 0) continue;
      fetched.push(file.path);
      bytes += count;
    }
    return { fetched, bytes };
  },
};
