// Does not prove that pip downloads (src/depot/fetch.test.ts) nor what a file is taken for (add.test.ts): the way from a school's rooms to a full depot.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { productsOf } from '../../../handbook/handbook.ts';
import { knownFiles } from '../../../handbook/known-files.ts';
import { linuxWheelLock } from '../../../handbook/linux.ts';
import { wheelLock } from '../../../handbook/wheels.ts';
import { packageRoot, type Home } from '../../core/home.ts';
import { lockFile } from '../../depot/hosts.ts';
import { readLock } from '../../depot/read.ts';
import { scratchHome } from '../../inventory/testing-disk.ts';
import { simulatedDepot } from '../../lab/packages/build.ts';
import { simulated } from '../../lab/packages/makers.ts';
import { runCommand, type Said } from '../testing.ts';
import { depotCommand } from './depot.ts';
import { importCommand } from './import.ts';

const run = (home: Home, ...args: readonly string[]): Promise<Said> =>
  runCommand(
    home,
    (program, io) => {
      depotCommand(program, io);
      importCommand(program, io);
    },
    args,
  );

async function school(level: string): Promise<Home> {
  const home = scratchHome();
  const list = path.join(packageRoot, 'examples/room-301-assets.csv');
  const site = ['--site', 'XX学院考点', '--staff', '5', '--proctors', '2', '--spacing', '1.2'];
  await run(home, 'import', list, '--room', '301', ...site, '--level', level, '--depot', 'http://10.30.1.250/');
  return home;
}

it('locks the wheels of the rooms’ levels, and lists every installer that a person has to bring', async () => {
  const home = await school('L2');
  const { out, notes } = await run(home, 'depot', 'lock');
  const lock = await readLock(lockFile(home));
  expect(Object.keys(lock.wheels)).toEqual(['L2']);
  expect(lock.wheels['L2']).toHaveLength(Object.keys(wheelLock('L2')).length);
  expect(out).toEqual([`${lock.artifacts.length} files are locked`]);
  const bringable = Object.entries(productsOf(['L2'])).flatMap(([product, versions]) =>
    versions.map((one) => `${product} ${one}`),
  );
  const locked = lock.artifacts.map(({ product, version }) => `${product} ${version}`);
  for (const one of bringable) {
    expect(locked.includes(one) || notes.some((line) => line.trim().split('  ')[0] === one), one).toBe(true);
  }
});

// Some PCs of the example list are of another level than their room.
it('takes each that a person brings, unless it is not the vendor’s, and is the same when it is locked again', async () => {
  const home = await school('L1');
  await run(home, 'depot', 'lock');
  const brought = simulatedDepot({ products: simulated(productsOf(['L1', 'L2'])) });
  const stick = path.join(home.root, 'stick');
  await mkdir(stick);
  const published = new Set(knownFiles().flatMap(({ product, sha256 }) => (sha256 === undefined ? [] : [product])));
  for (const { product, version, file } of brought.lock.artifacts) {
    await writeFile(path.join(stick, file), brought.files.get(file) ?? '');
    const added = run(home, 'depot', 'add', path.join(stick, file), '--product', product, '--version', version);
    // A simulated installer is not the vendor's, and where the vendor's hash is known, that shows.
    if (published.has(product)) await expect(added).rejects.toThrow(/DEP007/);
    else expect((await added).out[0]).toMatch(new RegExp(`^added ${product} ${version}: `));
  }
  const whole = await readLock(lockFile(home));
  const { notes } = await run(home, 'depot', 'lock');
  const still = notes.slice(1).map((line) => line.trim().split(' ')[0]);
  expect(new Set(still)).toEqual(new Set(Object.keys(productsOf(['L1', 'L2'])).filter((one) => published.has(one))));
  expect(await readLock(lockFile(home))).toEqual(whole);
});

it('moves to another level with its room, and says which files are no longer needed', async () => {
  const home = await school('L2');
  await run(home, 'depot', 'lock');
  const room = path.join(home.inventories, 'room-301.yaml');
  await writeFile(room, (await readFile(room, 'utf8')).replace(/^level: L2$/m, 'level: L1'));
  const { out } = await run(home, 'depot', 'lock');
  expect(Object.keys((await readLock(lockFile(home))).wheels)).toEqual(['L1']);
  expect(out).toContain('- Django-3.2.8-py3-none-any.whl');
});

it('locks the Linux wheels of a Linux room with their hashes, and no installer of Windows; its packages are for a person to bring', async () => {
  const home = await school('L2');
  const room = path.join(home.inventories, 'room-301.yaml');
  await writeFile(room, (await readFile(room, 'utf8')).replace(/^platform: windows$/m, 'platform: linux'));
  const site = path.join(home.inventories, 'site.yaml');
  const pins = 'linux: { databases: { packages: { mariadb-server: "1:10.11.6-0+deb12u1" } } }';
  await writeFile(site, `${await readFile(site, 'utf8')}\n${pins}\n`);
  const { notes } = await run(home, 'depot', 'lock');
  const lock = await readLock(lockFile(home));
  expect(Object.keys(lock.wheels)).toEqual(['L2-linux']);
  expect(lock.wheels['L2-linux']).toHaveLength(Object.keys(linuxWheelLock('L2')).length);
  expect(lock.artifacts.filter(({ file }) => file.includes('win'))).toEqual([]);
  expect(lock.artifacts.map(({ file }) => file).filter((file) => /^lxml-4\.6\.3-.*manylinux/.test(file))).toHaveLength(
    1,
  );
  expect(notes.slice(1).map((line) => line.trim())).toContain('mariadb-server 1:10.11.6-0+deb12u1');
  expect(notes.join(' ')).not.toContain('chrome');

  const deb = path.join(home.root, 'mariadb-server_1%3a10.11.6-0+deb12u1_all.deb');
  await writeFile(deb, '!<arch>\n');
  await run(home, 'depot', 'add', deb, '--product', 'mariadb-server', '--version', '1:10.11.6-0+deb12u1');
  await run(home, 'depot', 'lock');
  const kept = (await readLock(lockFile(home))).artifacts.filter(({ product }) => product === 'mariadb-server');
  expect(kept.map(({ file }) => file)).toEqual(['mariadb-server-1-10.11.6-0+deb12u1.deb']);
});
