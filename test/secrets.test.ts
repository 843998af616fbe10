// Does not prove what Windows itself keeps: Deep Freeze's own command line shows its password on the PC while it runs, and there is no other way.
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import type { Ended } from './command.ts';
import { processesOf } from './processes.ts';
import { SecretSearch, type Leak, type Secret } from './secret-search.ts';
import { TestSite } from './site.ts';
import { needs } from './tools.ts';

const minute = 60_000;
const variable = 'EXAMSITE_TEST_SECRETS_PASSWORD';
const databaseVariable = 'EXAMSITE_TEST_SECRETS_DATABASES';
/** With everything in it that is written otherwise somewhere. */
const password = (): string => `密码 "q\\${randomBytes(12).toString('base64url')}' & 100%`;

describe('the search itself', () => {
  const value = password();
  const search = new SecretSearch([{ name: 'planted', value }]);
  test.each([
    ['plain', `x${value}y`],
    ['JSON', JSON.stringify({ value })],
    ['base64', Buffer.from(`abcd${value}efg`).toString('base64')],
    ['base64 of JSON', Buffer.from(JSON.stringify([{ value }])).toString('base64')],
    ['a command line of PowerShell', Buffer.from(`R '${value}'`, 'utf16le').toString('base64')],
    ['URL', `http://x/?a=${encodeURIComponent(value)}`],
    ['hex', Buffer.from(value).toString('hex')],
  ])('finds a secret in %s', (form, content) => {
    expect(search.in('here', content).map(({ where, secret }) => `${where} ${secret}`)).toContain('here planted');
    expect(form).not.toBe('');
  });
  it('finds nothing where nothing is', () => {
    expect(search.in('here', value.slice(0, -12))).toEqual([]);
  });
});

needs('pulumi').describe('passwords and keys', () => {
  let site: TestSite;
  let search: SecretSearch;
  /** Command lines of all that worked for the site, seen while it did. */
  const seen = new Set<string>();
  const ended: Ended[] = [];
  let folder: string;
  let watching = true;
  let watch: Promise<void> = Promise.resolve();

  beforeAll(async () => {
    const [fromVariable, fromFile, ofDatabases] = [password(), password(), password().replace(/[^ -~]/g, '')];
    folder = await mkdtemp(path.join(tmpdir(), 'examsite-safe-'));
    const secretFile = path.join(folder, 'card-password');
    await writeFile(secretFile, fromFile, { mode: 0o600 });
    site = await TestSite.open({
      net: '10.36.1',
      seats: 2,
      env: { [variable]: fromVariable, [databaseVariable]: ofDatabases },
      site: { databases: { password: { env: databaseVariable } } },
      room: (plain) => ({
        ...plain,
        restoreCard: { driver: 'deep-freeze', password: { env: variable } },
        seats: plain.seats.map((seat) =>
          seat.seat === '02'
            ? { ...seat, restoreCard: { driver: 'deep-freeze', password: { file: secretFile } } }
            : seat,
        ),
      }),
    });
    watch = (async () => {
      while (watching) {
        for (const { commandLine } of await processesOf(site.home.root)) seen.add(commandLine);
      }
    })();
    for (const words of [['preview'], ['up'], ['check'], ['report'], ['destroy']]) {
      const one = await site.run(...words);
      // A room of two is NO-GO for its size alone.
      if (one.code !== 0 && !['check', 'report'].includes(String(words[0])))
        throw new Error(`${words[0] ?? ''}: ${one.stdout}${one.stderr}`);
      ended.push(one);
    }
    const inKeys = async (name: string): Promise<string> =>
      (await readFile(path.join(site.home.keys, name), 'utf8')).trim();
    // The first lines of every such key are the same; the last ones are what must stay secret.
    const key = (await inKeys('id_ed25519')).split('\n').findLast((line) => /^[A-Za-z0-9+/]{60,}$/.test(line)) ?? '';
    const secrets: Secret[] = [
      { name: 'password from the environment', value: fromVariable },
      { name: 'password from a file', value: fromFile },
      { name: 'password of the databases', value: ofDatabases },
      { name: 'passphrase of the state', value: await inKeys('passphrase') },
      { name: 'private key', value: key },
    ];
    expect(secrets.filter(({ value }) => value.length < 16)).toEqual([]);
    search = new SecretSearch(secrets);
  }, 4 * minute);
  afterAll(async () => {
    watching = false;
    await watch;
    await site.close();
    await rm(folder, { recursive: true });
  }, minute);

  const none: Leak[] = [];

  it('are in no file of the site: state, its backups, logs, notes, reports, inventories', async () => {
    // The lab keeps what the simulated card's own software knows.
    const { leaks, files } = await search.below(site.home.root, ['.examsite/keys', '.examsite/lab']);
    expect(leaks).toEqual(none);
    expect(files).toBeGreaterThan(10);
  });

  it('are in nothing that a command prints', () => {
    expect(ended.flatMap(({ stdout, stderr }) => search.in('output', stdout + stderr))).toEqual(none);
  });

  it('are on no command line of this machine', () => {
    const all = [...seen];
    expect(all.some((line) => line.includes('pulumi-language-nodejs'))).toBe(true);
    expect(all.flatMap((line) => search.in(line.slice(0, 60), line))).toEqual(none);
  });

  it('are in no file on the PCs, and in nothing that was done there but the run of the card’s own program', () => {
    for (const { name, files } of site.lab.pcs) {
      const found = files.walk('C:\\').flatMap((file) => search.in(file, files.read(file)?.content ?? ''));
      expect({ name, found }).toEqual({ name, found: none });
      const done = site.events(name).filter(({ what }) => !/\bDFC\.exe\b/i.test(what));
      expect(done.flatMap(({ what, action }) => search.in(`${action} ${what}`, what))).toEqual(none);
    }
  });
});
