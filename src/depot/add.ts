/** Takes an installer that a person has downloaded, or carried along on a stick, into the depot and into the lock. */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { UserError, type Problem } from '../core/errors.ts';
import type { DepotLock, LockedArtifact } from './lock.ts';
import type { KnownFile, Lacking } from './needed.ts';

export interface Adding {
  /** What the person has. */
  readonly file: string;
  readonly dir: string;
  /** Of what is needed (`neededLock`). */
  readonly lock: DepotLock;
  readonly lacking: readonly Lacking[];
  /** What the person says it is, where its name does not tell. */
  readonly product?: string | undefined;
  readonly version?: string | undefined;
}

export interface Added {
  readonly entry: LockedArtifact;
  /** Its hash was neither in the lock nor known: it is this file's own, and nobody has compared it with the vendor's. */
  readonly unproved: boolean;
  readonly lock: DepotLock;
}

/** The file is copied while it is hashed, and takes its place in the depot only when it is the right one. @throws UserError DEP006, DEP007, DEP012–DEP014 */
export async function addInstaller(adding: Adding): Promise<Added> {
  const { dir, lock } = adding;
  await notAWebPage(adding.file);
  await mkdir(dir, { recursive: true });
  const temporary = path.join(dir, `.add-${process.pid}`);
  try {
    const { sha256, size } = await copyHashed(adding.file, temporary);
    const same = lock.artifacts.find((entry) => entry.sha256 === sha256);
    const entry = same ?? entryOf(adding, sha256, size);
    await rename(temporary, path.join(dir, entry.file));
    const others = lock.artifacts.filter(({ file }) => file !== entry.file);
    return { entry, unproved: !isProved(adding, sha256), lock: { ...lock, artifacts: [...others, entry] } };
  } finally {
    await rm(temporary, { force: true });
  }
}

const isProved = ({ lock, lacking }: Adding, sha256: string): boolean =>
  [...lock.artifacts, ...lacking.flatMap(({ known }) => known ?? [])].some((one) => one.sha256 === sha256);

async function copyHashed(from: string, to: string): Promise<{ sha256: string; size: number }> {
  const hash = createHash('sha256');
  let size = 0;
  await pipeline(
    createReadStream(from),
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        hash.update(chunk);
        size += chunk.length;
        yield chunk;
      }
    },
    createWriteStream(to),
  );
  return { sha256: hash.digest('hex'), size };
}

/** A page with a licence to agree to, saved under the installer's name, is the usual mistake. @throws UserError DEP012, DEP013 */
async function notAWebPage(file: string): Promise<void> {
  const head = await firstBytes(file);
  if (!/^\s*<(?:!doctype|html|\?xml)/i.test(head)) return;
  throw fault(file, 'DEP013', {
    expected: { zh: '安装程序', en: 'an installer' },
    got: JSON.stringify(head.slice(0, 40)),
    fix: {
      zh: '这是一个网页：在浏览器中打开下载页面，保存真正的安装程序',
      en: 'this is a web page: open it in a browser and save the installer that it offers',
    },
  });
}

async function firstBytes(file: string): Promise<string> {
  try {
    await using handle = await open(file);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(256), 0, 256, 0);
    return buffer.toString('latin1', 0, bytesRead).replace(/^ï»¿/, '');
  } catch (error) {
    throw fault(file, 'DEP012', {
      expected: { zh: '可读取的文件', en: 'a file that can be read' },
      got: error instanceof Error && 'code' in error ? String(error.code) : String(error),
      fix: { zh: '检查路径', en: 'check the path' },
    });
  }
}

/** A file that is in nobody's lock: what it is, its name or the person must say, and something must need it. */
function entryOf(adding: Adding, sha256: string, size: number): LockedArtifact {
  const name = plainName(adding.file);
  const { lock, lacking, product, version } = adding;
  const told = product !== undefined && version !== undefined;
  const isIt = (one: { product: string; version: string }, file: string | undefined): boolean =>
    told ? one.product === product && one.version === version : file?.toLowerCase() === name.toLowerCase();
  const locked = lock.artifacts.find((one) => isIt(one, one.file));
  if (locked !== undefined) throw other(adding.file, locked, sha256, size);
  const wanted =
    lacking.find(({ known }) => known?.sha256 === sha256) ?? lacking.find((one) => isIt(one, one.known?.file));
  if (wanted === undefined) throw unknown(adding, told ? `${product} ${version}` : name);
  const { known } = wanted;
  if (known?.sha256 !== undefined && known.sha256 !== sha256) throw other(adding.file, known, sha256, size);
  return {
    ...{ product: wanted.product, version: wanted.version, size, sha256 },
    file: depotName(wanted, known?.file ?? name),
    ...(known?.source !== undefined && { source: known.source }),
    ...(known?.licence !== undefined && { licence: known.licence }),
  };
}

/** Its vendor's name, where that says which version it is. */
const depotName = ({ product, version }: Lacking, vendors: string): string =>
  vendors.includes(version) && /^[A-Za-z0-9._+-]+$/.test(vendors)
    ? vendors
    : // An epoch and a tilde are in versions of Debian's, and in no name of a file here.
      `${product}-${version}${path.extname(vendors).toLowerCase()}`.replaceAll(/[^A-Za-z0-9._+-]+/g, '-');

/** Without what browsers add to a name that is there already: `setup (1).exe`. */
const plainName = (file: string): string => path.basename(file).replace(/ ?\(\d+\)(?=\.\w+$)/, '');

/** This installer is known, and its bytes are others. */
function other(where: string, known: KnownFile, sha256: string, size: number): UserError {
  const { product, version } = known;
  const bytes = known.size === undefined ? '' : `${known.size} bytes, `;
  const wanted = `${bytes}SHA-256 ${known.sha256 ?? ''}`;
  return fault(where, known.size === undefined || known.size === size ? 'DEP007' : 'DEP006', {
    expected: { zh: wanted, en: wanted },
    got: `${size} bytes, SHA-256 ${sha256}`,
    fix: {
      zh: `重新下载 ${product} ${version}`,
      en: `download ${product} ${version} again`,
    },
  });
}

function unknown({ file, lacking }: Adding, got: string): UserError {
  const list = lacking.map(({ product, version }) => `${product} ${version}`).join(', ');
  return fault(file, 'DEP014', {
    expected: {
      zh: `缺少的安装程序之一：${list || '无'}`,
      en: `one of the installers that are lacking: ${list || 'none'}`,
    },
    got,
    fix: {
      zh: '用 --product 和 --version 说明它是什么；要用另一个版本，先写进 site.yaml 的 tools',
      en: 'say what it is with --product and --version; another version goes into site.yaml (tools) first',
    },
  });
}

const fault = (where: string, code: string, rest: Pick<Problem, 'expected' | 'got' | 'fix'>): UserError =>
  new UserError([{ where, code, ...rest }]);
