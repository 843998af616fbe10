// Does not prove that the code works: only that it type-checks, follows the lint rules and is formatted.
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { linters } from '../engine/linters.mjs';
import { root } from '../engine/packages.mjs';

const fiveMinutes = 300_000;

it.each(Object.entries(linters))(
  '%s finds nothing',
  async (_name, args) => {
    const { all, exitCode } = await execa(process.execPath, args, {
      cwd: root,
      all: true,
      reject: false,
      env: { NO_COLOR: '1' },
    });
    expect(all).toBe('');
    expect(exitCode).toBe(0);
  },
  fiveMinutes,
);
