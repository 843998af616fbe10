// Does not prove what an entry means (src/whitelist), nor a real page (../page-hosts.test.ts): what a person is told.
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { UserError } from '../../core/errors.ts';
import type { Home } from '../../core/home.ts';
import { scratchHome } from '../../inventory/testing-disk.ts';
import { whitelistPath } from '../../whitelist/file.ts';
import { runCommand, type Said } from '../testing.ts';
import { whitelistCommand } from './whitelist.ts';

const run = (home: Home, ...args: readonly string[]): Promise<Said> =>
  runCommand(home, whitelistCommand, ['whitelist', ...args]);

async function imported(...lines: readonly string[]) {
  const home = scratchHome();
  const list = path.join(home.root, 'list.txt');
  await writeFile(list, lines.join('\n'));
  return { home, said: await run(home, 'import', list) };
}

it('says at import what a line opens beside what it says: a host behind a path within TLS, an application', async () => {
  const { said } = await imported('https://exam.example.cn/a/', 'http://www.example.cn/exam/', 'mail.163.com');
  expect(said.notes).toEqual([
    'https://exam.example.cn/a/: a path is not seen within HTTPS, so all of exam.example.cn is opened',
    'mail.163.com opens mail (R6)',
  ]);
});

it('prints for a router by hand the steps, then every rule in its order', async () => {
  const { home } = await imported('http://www.example.cn/exam/', '203.0.113.40');
  const { out } = await run(home, 'rules');
  expect(out.slice(0, -1).map((line) => line.slice(0, 3))).toEqual(['1. ', '2. ', '3. ', '4. ', '5. ', '6. ']);
  const rows = (out.at(-1) ?? '').split('\n').filter((line) => /│ \d/.test(line));
  expect(
    rows.map((row) =>
      row
        .split('│')
        .map((cell) => cell.trim())
        .slice(2, 5)
        .join(' '),
    ),
  ).toEqual(['allow http www.example.cn', 'allow tcp 203.0.113.40', 'deny any *']);
});

it('prints no rules for an entry whose TLS is to be opened, which no router by hand does', async () => {
  const { home } = await imported('https://exam.example.cn/');
  const file = whitelistPath(home);
  const text = await readFile(file, 'utf8');
  await writeFile(
    file,
    text.replace('- https://exam.example.cn/', '- { entry: "https://exam.example.cn/", inspect: true }'),
  );
  const error = await run(home, 'rules').catch((thrown: unknown) => thrown);
  expect(error instanceof UserError && error.problems[0]?.code).toBe('SITE005');
});
