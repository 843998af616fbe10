/** `download`: a real HTTP transfer from whatever listens at that address of the LAN. */
import { createHash } from 'node:crypto';
import type { Args } from '../../../core/host.ts';
import { headBytes, standInContent, standInHash } from '../../packages/stand-in.ts';
import { Refusal } from '../fault.ts';
import type { Pc } from '../pc.ts';
import { mustBeFree } from './files.ts';
import type { Handlers } from './perform.ts';

type Wanted = Args<'download'>['files'][number];

const hashOf = (content: Buffer): string => createHash('sha256').update(content).digest('hex');

/** What arrived: a stand-in's zeros are not kept, its size is. */
interface Received {
  readonly content: Buffer;
  readonly size: number;
}

/** The whole file's, zeros included. */
const hashOfFile = ({ content, size }: Received): string =>
  size > content.length ? standInHash(content, size) : hashOf(content);

/** One after the other, as the agent does it; a large file that is no stand-in is asked for once more, and as a whole. */
async function transfer(pc: Pc, url: string): Promise<Received> {
  const { status, whole, body } = await pc.fetch(url, { first: headBytes });
  const head = await bytesOf(body);
  if (status !== 200 && status !== 206)
    throw new Refusal(status === 404 ? 'not-found' : 'failed', `${url} answered ${status}`, { status });
  const size = whole ?? head.length;
  const cut = size > head.length ? standInContent(head) : head;
  const content = cut ?? (await bytesOf((await pc.fetch(url)).body));
  await receive(pc, size);
  return { content: pc.faults.corruptDownloads === 0 || size === 0 ? content : damaged(pc, content), size };
}

/** Takes as long as so many bytes take to come in and be written: the disk keeps up with the card, or holds it back. */
function receive({ nic, hardware }: Pc, bytes: number): Promise<void> {
  const limit = (): number => Math.min(nic.bps / 8, hardware.diskBps);
  return nic.lan.traffic.carry(bytes, { limit, alive: () => nic.reachable });
}

async function bytesOf(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function damaged(pc: Pc, content: Buffer): Buffer {
  pc.faults.corruptDownloads--;
  const other = Buffer.from(content);
  other.writeUInt8(other.readUInt8(other.length >> 1) ^ 0xff, other.length >> 1);
  return other;
}

/** @returns bytes transferred; 0 when the file was already there */
async function fetchOne(pc: Pc, { url, path, sha256, size }: Wanted): Promise<number> {
  const present = pc.files.read(path);
  if (present && hashOfFile(present) === sha256) return 0;
  const free = pc.files.freeBytes();
  if (free < size)
    throw new Refusal('no-space', `${path} needs ${size} bytes, ${free} are free`, { free, needed: size });
  const received = await transfer(pc, url);
  const part = `${path}.part`;
  pc.files.write(part, received);
  const actual = hashOfFile(received);
  if (actual !== sha256) {
    pc.files.delete(part);
    throw new Refusal('hash-mismatch', `${url} is not the file that was locked`, { expected: sha256, actual });
  }
  mustBeFree(pc, path);
  pc.files.rename(part, path);
  return received.size;
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
