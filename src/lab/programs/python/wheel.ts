/** Reads a wheel, the zip that pip installs (PEP 427). */
import { unzipSync } from 'fflate';
import { memo } from '../memo.ts';
import { digestOf, parseRecord, type RecordRow } from './record.ts';

export interface WheelName {
  readonly file: string;
  /** As in the file name: `PyMySQL`, `zope_interface`. */
  readonly distribution: string;
  readonly version: string;
  readonly tags: { readonly python: string; readonly abi: string; readonly platform: string };
}

export interface Wheel {
  /** As METADATA spells it, which is how pip names it. */
  readonly name: string;
  readonly version: string;
  /** `PyMySQL-1.0.2.dist-info` */
  readonly info: string;
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly record: readonly RecordRow[];
}

/** PEP 503. */
export const normaliseName = (name: string): string => name.replace(/[-_.]+/g, '-').toLowerCase();

export function parseWheelName(file: string): WheelName | undefined {
  const match = /^([^-]+)-([^-]+)(?:-\d[^-]*)?-([^-]+)-([^-]+)-([^-]+)\.whl$/.exec(file);
  if (!match) return undefined;
  const [, distribution = '', version = '', python = '', abi = '', platform = ''] = match;
  return { file, distribution, version, tags: { python, abi, platform } };
}

/** Whether CPython `3.7` on 64-bit Windows takes a wheel with these tags; the abi3 ones of an older 3.x are taken too. */
export function supports(version: string, { python, abi, platform }: WheelName['tags']): boolean {
  const [major = '', minor = ''] = version.split('.');
  const own = `cp${major}${minor}`;
  const abis = [own, `${own}m`, 'abi3', 'none'];
  const interpreters = python.split('.');
  const interpreter = interpreters.some((tag) => {
    const match = /^(cp|py)(\d)(\d*)$/.exec(tag);
    if (match?.[2] !== major) return false;
    const older = match[3] === '' || Number(match[3]) <= Number(minor);
    return match[1] === 'py' || abi.split('.').includes('abi3') ? older : tag === own;
  });
  return (
    interpreter &&
    abi.split('.').some((tag) => abis.includes(tag)) &&
    platform.split('.').some((tag) => tag === 'any' || tag === 'win_amd64')
  );
}

/** The headers of METADATA, by lower-case name, in order; the description below them is not read. */
export function headers(metadata: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const line of metadata.split(/\r?\n/)) {
    const match = /^([A-Za-z-]+):\s*(.*)$/.exec(line);
    if (!match) break;
    const name = (match[1] ?? '').toLowerCase();
    found.set(name, [...(found.get(name) ?? []), match[2] ?? '']);
  }
  return found;
}

export class BadWheel extends Error {
  override readonly name = 'BadWheel';
}

/** @throws BadWheel with what Python's zipfile or pip says of such a file */
export const readWheel = memo((content: Uint8Array): Wheel => {
  const files = new Map(Object.entries(unzip(content)).filter(([name]) => !name.endsWith('/')));
  const text = (name: string): string => Buffer.from(files.get(name) ?? []).toString('utf8');
  const infos = new Set([...files.keys()].flatMap((name) => /^([^/]+\.dist-info)\//.exec(name)?.[1] ?? []));
  const [info] = infos;
  if (info === undefined || infos.size > 1) throw new BadWheel('.dist-info directory not found');
  const about = headers(text(`${info}/METADATA`));
  const [name, version] = [about.get('name')?.[0], about.get('version')?.[0]];
  if (name === undefined || version === undefined || !files.has(`${info}/WHEEL`))
    throw new BadWheel('METADATA or WHEEL not found');
  const record = parseRecord(text(`${info}/RECORD`));
  // zipfile checks the CRC of every member; fflate does not, and RECORD's hashes say the same and more.
  for (const { path, digest } of record) {
    const file = files.get(path);
    if (!file || (digest !== '' && digestOf(file) !== digest)) throw new BadWheel(`Bad CRC-32 for file '${path}'`);
  }
  return { name, version, info, files, record };
});

function unzip(content: Uint8Array): Record<string, Uint8Array> {
  try {
    return unzipSync(content);
  } catch {
    throw new BadWheel('File is not a zip file');
  }
}
