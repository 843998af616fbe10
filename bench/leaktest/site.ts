/** What a person would have written for this room: its inventory, and a whitelist of an exam cycle. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { ensurePrivate } from '../../src/core/private.ts';
import type { Home } from '../../src/core/home.ts';
import { roomFile, siteFile } from '../../src/inventory/load.ts';
import { room as roomSchema, site as siteSchema } from '../../src/inventory/schema.ts';
import { roomText, siteText } from '../../src/inventory/write.ts';
import { sampleRoom } from '../../src/lab/sample-room.ts';
import { internet } from '../../test/network/internet.ts';
import type { BenchPc } from './pcs.ts';

const hosts = ['exam', 'login', 'static', 'paper', 'submit', 'video', 'time', 'api', 'help', 'oss'].map(
  (name) => `${name}.college.example`,
);

/** Twenty lines: hosts over both schemes, sites over one, a path, another port, addresses. */
export const list = [
  ...hosts,
  ...['pass', 'cdn', 'www', 'res'].map((name) => `https://${name}.centre.example/`),
  ...['http://allowed.example:8080/', 'http://www.centre.example/exam/*'],
  ...[`${internet.listed}:80`, `${internet.listed}:443`, `${internet.evil}:9001`, `${internet.listed}:8443`],
];

/** For the resolver of the stand-in internet. */
export const zone = [
  `--address=/college.example/${internet.shared}`,
  `--address=/centre.example/${internet.listed}`,
] as const;

/** @param spares how many of the PCs, the last ones, are spares */
export async function writeSite(home: Home, pcs: readonly BenchPc[], spares: number): Promise<void> {
  const sample = sampleRoom(pcs.length - spares, { spares });
  const placed = (entries: typeof sample.room.seats, from: number) =>
    entries.map((entry, index) => ({ ...entry, ...pcs[from + index] }));
  const room = roomSchema.parse({
    ...{ ...sample.room, platform: 'linux' },
    seats: placed(sample.room.seats, 0),
    spares: placed(sample.room.spares, pcs.length - spares),
  });
  const site = siteSchema.parse({ ...sample.site, ssh: { user: 'root' }, depot: 'http://10.30.1.250:8080/' });
  await ensurePrivate(home.inventories);
  writeFileSync(roomFile(home.inventories, room.room), roomText(room, 'en'));
  writeFileSync(siteFile(home.inventories), siteText(site, 'en'));
  writeFileSync(path.join(home.root, 'list.txt'), `${list.join('\n')}\n`);
}
