import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { findCommand } from '../engine/command.mjs';

/** A real CPython 3.7; none is installed for a test. */
export function python37(): string | undefined {
  const versions = path.join(process.env['PYENV_ROOT'] ?? path.join(homedir(), '.pyenv'), 'versions');
  const own = existsSync(versions) ? readdirSync(versions).filter((name) => name.startsWith('3.7.')) : [];
  const files = own.map((name) => path.join(versions, name, 'bin', 'python3.7'));
  return [...files, findCommand('python3.7') ?? ''].find((file) => existsSync(file));
}
