// Does not prove the shell of an OpenWrt release: the shells are this machine's, busybox' own among them where it is there.
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { needs } from '../../../test/tools.ts';
import { command, uciValue, word } from './quote.ts';

const anything = fc.string({ unit: 'binary', maxLength: 60 }).filter((text) => !text.includes('\0'));
const shells: readonly (readonly [string, ...string[]])[] = [['sh'], ['busybox', 'ash']];

needs('busybox').describe('a word of a command', () => {
  it.each(shells)('is for %s what it was before, whatever is in it', (exe, ...args) => {
    fc.assert(
      fc.property(anything, fc.array(anything, { maxLength: 3 }), (first, more) => {
        // A lone surrogate has no bytes of its own.
        const words = [first, ...more].map((text) => text.toWellFormed());
        const said = execFileSync(exe, [...args, '-c', command('printf', '%s\\0', ...words)], { encoding: 'utf8' });
        expect(said).toBe(words.map((one) => `${one}\0`).join(''));
      }),
      { numRuns: 60 },
    );
  });
});

describe('what no quotes can hold', () => {
  it('is refused', () => {
    expect(() => word('a\0b')).toThrow('NUL');
    expect(() => uciValue('a\nb')).toThrow('line break');
  });
});
