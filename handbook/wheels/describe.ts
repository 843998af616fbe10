/**
 * `node engine/run.mjs handbook/wheels/describe.ts`: writes wheels.yaml, which says of every wheel of the three locks what its file is: name,
 * size, SHA-256, licence. Asks the registry once, by pip, after a lock was remade; the depot then takes nothing with another hash.
 */
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { stringify } from 'yaml';
import { pipDownload, type WheelTarget } from '../../src/depot/pip.ts';
import { levels, type Level } from '../../src/inventory/schema.ts';
import type { KnownFile } from '../known-files.ts';
import { linuxWheelLock } from '../linux.ts';
import { normalised } from '../wheels.ts';

const folder = import.meta.dirname;

async function describe(file: string): Promise<Required<KnownFile>> {
  const content = await readFile(file);
  const metadata = metadataOf(content);
  const [distribution = '', version = ''] = path.basename(file).split('-');
  const name = normalised(distribution);
  return {
    ...{ product: 'wheel', name, version, file: path.basename(file), size: content.length },
    sha256: createHash('sha256').update(content).digest('hex'),
    source: `pkg:pypi/${name}@${version}`,
    licence: licenceOf(metadata),
  };
}

function metadataOf(wheel: Buffer): string {
  const files = unzipSync(wheel, { filter: ({ name }) => /^[^/]+\.dist-info\/METADATA$/.test(name) });
  const [content] = Object.values(files);
  if (content === undefined) throw new Error('a wheel without METADATA');
  return strFromU8(content).split(/\r?\n\r?\n/)[0] ?? '';
}

/** SPDX where the distribution gives it, else its classifier, else the first line of what it calls its licence. */
function licenceOf(metadata: string): string {
  const field = (pattern: RegExp): string | undefined => pattern.exec(metadata)?.[1]?.trim();
  const classifier = field(/^Classifier: License :: (?:OSI Approved :: )?(.+)$/m);
  return field(/^License-Expression: (.+)$/m) ?? classifier ?? field(/^License: (.+)$/m) ?? 'not stated';
}

/** What pip has for a file of requirements. */
async function described(requirements: string, of: WheelTarget): Promise<Required<KnownFile>[]> {
  const temporary = await mkdtemp(path.join(tmpdir(), 'examsite-wheels-'));
  try {
    await pipDownload(requirements, temporary, path.basename(requirements), of);
    const files = await readdir(temporary);
    return await Promise.all(files.map((file) => describe(path.join(temporary, file))));
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function linuxRequirements(level: Level, into: string): Promise<string> {
  const file = path.join(into, `${level}-linux.txt`);
  const pins = Object.entries(linuxWheelLock(level)).map(([name, version]) => `${name}==${version}\n`);
  await writeFile(file, pins.join(''));
  return file;
}

const found = new Map<string, Required<KnownFile>>();
for (const lock of (await readdir(folder)).filter((name) => name.endsWith('.lock')).sort()) {
  for (const one of await described(path.join(folder, lock), 'windows')) found.set(one.file, one);
}
const scratch = await mkdtemp(path.join(tmpdir(), 'examsite-pins-'));
try {
  for (const level of levels) {
    for (const one of await described(await linuxRequirements(level, scratch), 'linux')) found.set(one.file, one);
  }
} finally {
  await rm(scratch, { recursive: true, force: true });
}
const wheels = [...found.values()].sort((a, b) => (a.file.toLowerCase() < b.file.toLowerCase() ? -1 : 1));
const head =
  '# Written by describe.ts: what PyPI has for the locks of this folder, for CPython 3.7.9 on 64-bit Windows, and on Linux (linux.ts).\n';
await writeFile(path.join(folder, 'wheels.yaml'), head + stringify(wheels, { lineWidth: 0, singleQuote: true }));
