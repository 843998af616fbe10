/** For tests that read and write inventories: a home of their own, and what went wrong in it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { UserError } from '../core/errors.ts';
import { home } from '../core/home.ts';
import type { Home } from '../core/home.ts';

/** An empty home that is gone after the test. */
export function scratchHome(): Home {
  const root = mkdtempSync(path.join(tmpdir(), 'examsite-inventory-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  return home(root);
}

/** An asset list in the scratch home. */
export function listIn(home: Home, content: string | Buffer, name = 'assets.csv'): string {
  const file = path.join(home.root, name);
  writeFileSync(file, content);
  return file;
}

/** `where got [code]` of every problem. */
export async function problemsOf(run: Promise<unknown>): Promise<string[]> {
  const error = await run.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof UserError)) throw new Error('expected a UserError', { cause: error });
  return error.problems.map(({ where, got, code }) => `${where} ${got} [${code}]`);
}
