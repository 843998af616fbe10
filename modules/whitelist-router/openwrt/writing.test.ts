// Does not prove the shell of an OpenWrt release: the shell is this machine's busybox'.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { needs } from '../../../test/tools.ts';
import { writing } from './apply.ts';

needs('busybox').describe('a script that writes files', () => {
  let folder: string;
  beforeAll(() => (folder = mkdtempSync(path.join(tmpdir(), 'examsite-writing-'))));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('leaves each as it was given, whatever is in it, and nothing beside', () => {
    // A lone surrogate has no bytes of its own.
    const line = fc
      .oneof(fc.string({ unit: 'binary' }), fc.constantFrom('$(id)', '`id`', '\\', "EOF'", 'end-'))
      .map((text) => text.toWellFormed().replaceAll('\0', ''));
    const text = fc.array(line, { maxLength: 5 }).map((lines) => lines.map((one) => `${one}\n`).join(''));
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 4 }), (texts) => {
        const files = texts.map((one, at) => [path.join(folder, "it's", `file ${at}`), one] as const);
        execFileSync('busybox', ['ash', '-s'], { input: writing(files), stdio: 'pipe' });
        expect(files.map(([file]) => readFileSync(file, 'utf8'))).toEqual(texts);
        expect(readdirSync(path.join(folder, "it's")).filter((name) => name.endsWith('.part'))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});

describe('a text that no here-document holds', () => {
  it.each(['no end', 'nul \0\n'])('is refused: %j', (text) => {
    expect(() => writing([['/etc/a', text]])).toThrow('/etc/a');
  });
});
