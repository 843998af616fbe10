// Does not prove what the certificates are good for (src/inspection), nor that a PC or a router takes them: what a person is told, and when a new one is made.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { stringify } from 'yaml';
import { UserError } from '../../core/errors.ts';
import type { Home } from '../../core/home.ts';
import { inspectionFolder } from '../../inspection/places.ts';
import { scratchHome } from '../../inventory/testing-disk.ts';
import { whitelistPath } from '../../whitelist/file.ts';
import { allowOutput } from '../../../test/silence.ts';
import { runCommand } from '../testing.ts';
import { whitelistCommand } from './whitelist.ts';

function homeWith(entries: readonly unknown[]): Home {
  const home = scratchHome();
  mkdirSync(home.inventories, { recursive: true });
  writeFileSync(
    path.join(home.inventories, 'site.yaml'),
    stringify({ site: '示范学院考点', depot: 'http://10.30.1.250/' }),
  );
  list(home, entries);
  return home;
}
const list = (home: Home, entries: readonly unknown[]): void =>
  writeFileSync(whitelistPath(home), stringify({ source: 'list.txt', sha256: '0'.repeat(64), entries }));
const opened = (entry: string) => ({ entry, inspect: true });

const ca = (home: Home, ...args: readonly string[]) => runCommand(home, whitelistCommand, ['whitelist', 'ca', ...args]);
const fingerprint = async (home: Home, ...args: readonly string[]): Promise<string> =>
  (await ca(home, ...args)).out.find((line) => line.startsWith('SHA-256 ')) ?? '';

it('says its fingerprint, its hosts, how long, and what is next; and no secret', async () => {
  const home = homeWith([
    opened('https://exam.example.cn/login/'),
    opened('https://*.cdn.example.cn/'),
    'a.example.cn',
  ]);
  const { out, notes } = await ca(home, '--days', '30');
  expect(out).toEqual([
    "made the exam site's own CA",
    expect.stringMatching(/^SHA-256 [0-9a-f]{64}$/),
    'good for *.cdn.example.cn, exam.example.cn only',
    expect.stringMatching(/^until \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ; to be made again from 7 days before$/),
    expect.stringContaining('examsite up --room'),
  ]);
  const lasts = Date.parse(/until (\S+);/.exec(out[3] ?? '')?.[1] ?? '') - Date.now();
  expect(Math.round(lasts / 86_400_000)).toBe(30);
  const folder = inspectionFolder(home);
  const secrets = readdirSync(folder).flatMap((name) =>
    readFileSync(path.join(folder, name), 'utf8')
      .split('\n')
      .filter((line) => line.length > 40),
  );
  expect(secrets.length).toBeGreaterThan(10);
  for (const secret of secrets) expect([...out, ...notes].join('\n')).not.toContain(secret);
});

it('keeps one that is good, and makes another for other hosts, in place of a damaged one, or when asked to', async () => {
  const home = homeWith([opened('https://exam.example.cn/'), opened('https://b.example.cn/')]);
  const first = await fingerprint(home);
  expect((await ca(home)).out[0]).toBe('the present CA is still good; nothing was changed');
  expect(await fingerprint(home)).toBe(first);
  list(home, [opened('https://exam.example.cn/')]);
  const fewer = await fingerprint(home);
  writeFileSync(path.join(inspectionFolder(home), 'exam.example.cn.pem'), 'x');
  const whole = await fingerprint(home);
  const short = await fingerprint(home, '--anew');
  expect(new Set([first, fewer, whole, short]).size).toBe(4);
});

it.each([
  [['https://exam.example.cn/'], [], 'CA003'],
  [[opened('http://exam.example.cn/')], [], 'WHL008'],
  [[opened('203.0.113.40')], [], 'WHL008'],
])('refuses %j', async (entries, args, code) => {
  const error = await ca(homeWith(entries), ...args).catch((thrown: unknown) => thrown);
  expect(error instanceof UserError && error.problems.map((one) => one.code)).toEqual([code]);
});

it.each(['7', '397', '30.5', 'x'])('refuses %s days', async (days) => {
  allowOutput();
  const error = await ca(homeWith([opened('https://exam.example.cn/')]), '--days', days).catch(
    (thrown: unknown) => thrown,
  );
  expect(String(error)).toContain('8 to 396 days');
});

it('speaks of a path within TLS only where nobody looks at it', async () => {
  const home = homeWith([opened('https://exam.example.cn/login/')]);
  const imported = path.join(home.root, 'list.txt');
  writeFileSync(imported, 'https://exam.example.cn/login/\nhttps://b.example.cn/x/\n');
  const { notes } = await runCommand(home, whitelistCommand, ['whitelist', 'import', imported]);
  expect(notes).toEqual(['https://b.example.cn/x/: a path is not seen within HTTPS, so all of b.example.cn is opened']);
});
