// Does not prove that Ctrl-C reaches the command: its end is given by the test.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Command } from 'commander';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { UserError } from '../../core/errors.ts';
import { home } from '../../core/home.ts';
import { writeLock } from '../../depot/read.ts';
import { buildDepot } from '../../lab/packages/build.ts';
import { depotCommand } from './depot.ts';

const site = { root: '' };
beforeAll(async () => {
  site.root = await mkdtemp(path.join(tmpdir(), 'examsite-'));
  const { depot, inventories } = home(site.root);
  await mkdir(inventories);
  const lock = await buildDepot({
    dir: depot,
    products: { chromedriver: ['75.0.3770.140'], python: ['3.7.9'] },
  });
  await writeLock(path.join(inventories, 'depot.lock.yaml'), lock);
});
afterAll(() => rm(site.root, { recursive: true }));

interface Said {
  readonly printed: string[];
  readonly noted: string[];
  readonly results: unknown[];
}

async function depot(
  args: readonly string[],
  during: (said: Said) => Promise<void> = () => Promise.resolve(),
): Promise<Said> {
  const said: Said = { printed: [], noted: [], results: [] };
  const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  const io = {
    home: home(site.root),
    lang: 'en' as const,
    json: false,
    print: (text: string) => said.printed.push(text),
    note: (text: string) => said.noted.push(text),
    result: (value: unknown) => said.results.push(value),
  };
  depotCommand(program, io, () => during(said));
  await program.parseAsync(['depot', ...args], { from: 'user' });
  return said;
}

it('verifies a depot that is as its lock says', async () => {
  const { printed, results } = await depot(['verify']);
  expect(printed).toEqual(['2 files are as the lock says']);
  expect(results).toEqual([{ files: 2 }]);
});

it('names a damaged file when it verifies, and serves the others all the same', async () => {
  const file = path.join(home(site.root).depot, 'python-3.7.9-amd64.exe');
  await writeFile(file, 'MZ');
  const failed = await depot(['verify']).catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(UserError);
  expect((failed as UserError).problems).toMatchObject([{ where: file, code: 'DEP006' }]);
  const statuses: number[] = [];
  const said = await depot(['serve', '--host', '127.0.0.1', '--port', '0'], async ({ printed }) => {
    const [url = ''] = printed[0]?.split(' ') ?? [];
    for (const name of ['chromedriver_win32-75.0.3770.140.zip', 'python-3.7.9-amd64.exe']) {
      statuses.push((await fetch(new URL(name, url))).status);
    }
  });
  expect(statuses).toEqual([200, 500]);
  expect(said.noted).toEqual([expect.stringContaining('[DEP006]')]);
  expect(said.results).toMatchObject([{ requests: 2, refused: 1 }]);
});

it.each(['http', '70000', '-1'])('refuses the port %s', async (port) => {
  await expect(depot(['serve', '--port', port])).rejects.toThrow('expected a port from 0 to 65535');
});
