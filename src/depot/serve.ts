/**
 * Serves the files of the lock over HTTP, and nothing else: a request names an entry of the lock, never a path. GET and HEAD, one byte range,
 * `ETag` is the SHA-256 of the lock.
 */
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { DepotLock, LockedArtifact } from './lock.ts';
import { rangeOf } from './range.ts';

export interface DepotStats {
  requests: number;
  /** Bytes of files sent. */
  bytes: number;
  /** Answers of 400 and above. */
  refused: number;
}

export interface DepotServer {
  /** With a trailing slash. */
  readonly url: string;
  readonly stats: Readonly<DepotStats>;
  /** Ends every connection, busy ones too. */
  close(): Promise<void>;
}

export interface DepotOptions {
  readonly dir: string;
  readonly lock: DepotLock;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
}

/** A PC asks for some seventy wheels one after the other: the connection stays open between two of them. */
const keepAliveMs = 30_000;
/** Bytes. */
const atOnce = 65_536;

/** @throws when the address or the port is not to be had */
export async function serveDepot({ dir, lock, host, port }: DepotOptions): Promise<DepotServer> {
  const files = new Map(lock.artifacts.map((entry) => [entry.file, entry]));
  const stats: DepotStats = { requests: 0, bytes: 0, refused: 0 };
  const server = createServer({ keepAliveTimeout: keepAliveMs }, (request, response) => {
    stats.requests += 1;
    answer(dir, files, stats, request, response).catch(() => response.destroy());
  });
  await listen(server, host, port);
  const { address, port: bound } = server.address() as AddressInfo;
  return {
    url: `http://${address.includes(':') ? `[${address}]` : address}:${bound}/`,
    stats,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function answer(
  dir: string,
  files: ReadonlyMap<string, LockedArtifact>,
  stats: DepotStats,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const refuse = (status: number, headers: Record<string, string> = {}): void => {
    stats.refused += 1;
    response.writeHead(status, { ...headers, 'content-length': 0 }).end();
  };
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405, { allow: 'GET, HEAD' });
  const entry = files.get(nameOf(request.url ?? ''));
  if (!entry) return refuse(404);
  const file = path.join(dir, entry.file);
  const size = await stat(file).then(
    (found) => (found.isFile() ? found.size : undefined),
    () => undefined,
  );
  if (size === undefined) return refuse(404);
  // A file of another size is certainly not the one in the lock; the hash is the PC's to check.
  if (size !== entry.size) return refuse(500);
  await send({ file, entry, stats, request, response, refuse });
}

/** @returns the entry's name that a URL asks for: its path is decoded once, and not resolved */
function nameOf(url: string): string {
  try {
    return decodeURIComponent(url.replace(/[?#].*$/s, '').replace(/^\//, ''));
  } catch {
    return '';
  }
}

interface Sending {
  readonly file: string;
  readonly entry: LockedArtifact;
  readonly stats: DepotStats;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly refuse: (status: number, headers: Record<string, string>) => void;
}

async function send({ file, entry, stats, request, response, refuse }: Sending): Promise<void> {
  const etag = `"${entry.sha256}"`;
  const headers = { etag, 'accept-ranges': 'bytes', 'content-type': 'application/octet-stream' };
  if (matches(request.headers['if-none-match'], etag)) {
    response.writeHead(304, headers).end();
    return;
  }
  // If-Range: the rest of what the client has, but only if that is still the same file.
  const condition = request.headers['if-range'];
  const wanted = condition === undefined || condition === etag ? request.headers.range : undefined;
  const range = rangeOf(wanted, entry.size);
  if (range === 'unsatisfiable') return refuse(416, { 'content-range': `bytes */${entry.size}` });
  const { start, end } = range ?? { start: 0, end: entry.size - 1 };
  const part = range && { 'content-range': `bytes ${start}-${end}/${entry.size}` };
  response.writeHead(range ? 206 : 200, { ...headers, ...part, 'content-length': end - start + 1 });
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  // A wheel of a few kilobytes is read at once: a stream costs several times what it carries.
  if (end - start < atOnce) response.end(await readPart(file, start, end));
  else await pipeline(createReadStream(file, { start, end }), response);
  stats.bytes += end - start + 1;
}

async function readPart(file: string, start: number, end: number): Promise<Buffer> {
  await using handle = await open(file);
  const part = Buffer.alloc(end - start + 1);
  const { bytesRead } = await handle.read(part, 0, part.length, start);
  if (bytesRead < part.length) throw new Error(`${file} became shorter while it was sent`);
  return part;
}

const matches = (condition: string | undefined, etag: string): boolean =>
  condition !== undefined &&
  condition.split(',').some((one) => one.trim() === '*' || one.trim().replace(/^W\//, '') === etag);
