// Does not prove other backends than files: who keeps state elsewhere keeps its copies there.
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { modules } from '../modules/index.ts';
import { resultOf } from './command.ts';
import { against, onlyTooSmall, problems } from './results.ts';
import { TestSite } from './site.ts';
import { needs } from './tools.ts';

const minute = 60_000;
const pcs = ['r301-s01', 'r301-spare01'];
/** Python and all that comes after it in a seat. */
const chain = Object.values(modules).map(({ name }) => name);
const fromPythonOn = chain.slice(chain.indexOf('python'));

/** A checkpoint's text without these resources of the first seat. */
function without(text: string, names: readonly string[]): string {
  const state = JSON.parse(text) as { checkpoint: { latest: { resources: { urn: string }[] } } };
  const { latest } = state.checkpoint;
  latest.resources = latest.resources.filter(({ urn }) => !names.some((name) => urn.endsWith(`::r301-s01-${name}`)));
  return JSON.stringify(state);
}

needs('pulumi').describe('state that somebody has been at', () => {
  let site: TestSite;
  let checkpoint: string;
  beforeAll(async () => {
    site = await TestSite.open({ net: '10.35.1', seats: 1 });
    expect(await site.operate('up')).toMatchObject({ failures: [], general: [] });
    checkpoint = path.join(site.home.state, '.pulumi', 'stacks', 'examsite', 'room-301.json');
  }, 2 * minute);
  afterAll(() => site.close(), minute);

  it('holds no file that is not replaced as a whole, which a kill could leave empty', async () => {
    const files = await readdir(site.home.state, { recursive: true });
    expect(files.filter((name) => name.endsWith('room-301.json'))).not.toEqual([]);
    expect(files.filter((name) => name.endsWith('.attrs'))).toEqual([]);
  });

  it.each([
    ['cut off in the middle', (text: string) => text.slice(0, text.length / 2)],
    ['empty', () => ''],
    ['another file', () => '<html>'],
    ['a resource taken out that others depend on', (text: string) => without(text, ['python'])],
  ])(
    'is named with what to do, not with a stack: %s',
    async (_, damage) => {
      const whole = await readFile(checkpoint, 'utf8');
      await writeFile(checkpoint, damage(whole));
      const up = await site.run('up');
      await writeFile(checkpoint, whole);
      expect(up.code).toBe(2);
      expect(resultOf(up, problems).problems).toMatchObject([{ code: 'RUN003' }]);
      expect(up.stderr).toMatch(/backups/);
      expect(up.stderr).not.toMatch(/^ +at /m);
    },
    minute,
  );

  it(
    'a resource taken out of it, with what depends on it, is made again, and the PC is not set up twice',
    async () => {
      await writeFile(checkpoint, without(await readFile(checkpoint, 'utf8'), fromPythonOn));
      const writes = site.writes();
      const up = await site.operate('up');
      expect(up).toMatchObject({ failures: [], general: [], ended: { code: 0 } });
      expect(site.writes()).toEqual(writes);
      expect(against(await site.check())).toEqual(onlyTooSmall);
    },
    minute,
  );

  it(
    'lost as a whole, keys of secrets included, is made again from what the PCs are',
    async () => {
      const known = pcs.map((pc) => site.events(pc).length);
      await rm(site.home.state, { recursive: true });
      await rm(path.join(site.home.keys, 'passphrase'));
      expect(await readdir(site.home.root)).toContain('Pulumi.room-301.yaml');
      expect(await site.operate('up')).toMatchObject({ failures: [], general: [], ended: { code: 0 } });
      const since = pcs.flatMap((pc, index) => site.events(pc).slice(known[index]));
      // The agent is copied and registered anew: a command has no state to be compared with.
      const other = since.filter(({ actor, what }) => actor === 'ssh' && !/\\examsite\b/i.test(what));
      expect(since.length).toBeGreaterThan(0);
      expect(other).toEqual([]);
    },
    minute,
  );

  it(
    'with the key of its secrets lost, says so',
    async () => {
      await rm(path.join(site.home.keys, 'passphrase'));
      const settings = path.join(site.home.root, 'Pulumi.room-301.yaml');
      await writeFile(settings, 'encryptionsalt: v1:x:y:z\nconfig:\n  examsite:token:\n    secure: v1:abc\n');
      const up = await site.run('up');
      expect(up.code).toBe(2);
      expect(resultOf(up, problems).problems).toMatchObject([{ where: 'Pulumi.room-301.yaml', code: 'RUN002' }]);
    },
    minute,
  );
});
