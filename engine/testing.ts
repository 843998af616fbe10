/** For the tests of set-up: temporary folders, and programs that stand in for npm, Go and Pulumi. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { lineProgress } from './progress.mjs';

/** Removed when the test is over. */
export function temporaryFolder(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'examsite-engine-'));
  onTestFinished(() => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes an executable shell script. */
export function program(file: string, body: string): string {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  return file;
}

/** A JavaScript file that set-up takes for npm (through `npm_execpath`); it runs with this Node, in the folder npm would. */
export function fakeNpm(folder: string, body: string): string {
  const file = path.join(folder, 'npm-cli.js');
  fs.writeFileSync(path.join(folder, 'package.json'), '{ "type": "module" }');
  fs.writeFileSync(file, `import fs from 'node:fs';\nconst args = process.argv.slice(2);\n${body}\n`);
  return file;
}

/** Progress that a test can read. */
export function recorder(): { lines: string[]; progress: ReturnType<typeof lineProgress> } {
  const lines: string[] = [];
  return { lines, progress: lineProgress((line) => lines.push(line)) };
}

export function json(file: string, value: unknown): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, JSON.stringify(value));
}
