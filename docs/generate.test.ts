// Does not prove that a page is good to read: only that it says what the code says, and that nothing in it is left unexplained.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { modules } from '../modules/index.ts';
import { requirements } from '../handbook/handbook.ts';
import { packageRoot } from '../src/core/home.ts';
import { evidence, type Case } from './generate/cases.ts';
import { properties } from './generate/properties.ts';
import { generate, reference } from './generate.ts';

describe('docs/reference', () => {
  it('is what `npm run docs` writes', async () => {
    for (const [name, text] of Object.entries(await generate())) {
      const file = path.join(reference, name);
      expect(existsSync(file) ? readFileSync(file, 'utf8') : 'missing', `${name}: run npm run docs`).toBe(text);
    }
  });

  it('names every requirement once', async () => {
    const page = (await generate())['requirements.md'] ?? '';
    const named = [...page.matchAll(/^\| ([A-Z]\d*\.?[a-z0-9-]*) \|/gm)].map(([, id]) => id);
    expect(named.toSorted()).toEqual(requirements.map(({ id }) => id).toSorted());
  });

  it.each(Object.values(modules))('explains every property of $name', ({ desired, actual }) => {
    const all = [...properties(desired, 'input'), ...properties(actual, 'output')];
    expect(all.length).toBeGreaterThan(1);
    expect(all.filter(({ description }) => description === undefined).map(({ path }) => path)).toEqual([]);
  });

  it('explains every error code that the code can give', () => {
    const page = readFileSync(path.join(reference, 'errors.md'), 'utf8');
    const explained = [...page.matchAll(/^\| ([A-Z]{3,4}\d{3}) \|/gm)].map(([, code]) => code);
    expect(explained.toSorted()).toEqual(codesInSources());
  });
});

/** Codes as they are written where they are given: a quoted text of nothing else. */
function codesInSources(): string[] {
  const files = ['src', 'modules', 'engine', 'stacks'].flatMap((folder) =>
    readdirSync(path.join(packageRoot, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(ts|mjs)$/.test(name) && !/\.test\.ts$|testing/.test(name))
      .map((name) => path.join(packageRoot, folder, name)),
  );
  const found = files.flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/'([A-Z]{3,4}\d{3})'/g)]);
  return [...new Set(found.map(([, code]) => code ?? ''))].toSorted();
}

describe('links in the documents', () => {
  const pages = ['README.md', 'README.zh.md', 'CONTRIBUTING.md', 'AGENTS.md', ...below('docs')];

  it.each(pages)('%s points at files that exist', (page) => {
    const text = readFileSync(path.join(packageRoot, page), 'utf8');
    const targets = [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, target]) => target ?? '');
    const lost = targets.filter((target) => !existsSync(path.join(packageRoot, path.dirname(page), target)));
    expect(lost).toEqual([]);
  });
});

function below(folder: string): string[] {
  return readdirSync(path.join(packageRoot, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => path.join(folder, name));
}

describe('the evidence for a requirement', () => {
  const one = (name: string, ...verdicts: string[]): Case => ({
    ...{ name, about: '', outcome: 'judged' },
    findings: verdicts.map((verdict, index) => ({ requirement: 'P6', property: `p${index}`, verdict })),
  });

  it('counts a case as met only when every finding is ok', () => {
    expect(evidence([one('good', 'ok', 'ok'), one('mixed', 'ok', 'unknown'), one('silent')], 'P6')).toEqual({
      ...{ properties: ['p0', 'p1'], accepting: ['good'], rejecting: ['mixed'] },
    });
  });

  it('is none for a requirement that no case speaks of', () => {
    expect(evidence([one('good', 'ok')], 'P7')).toEqual({ properties: [], accepting: [], rejecting: [] });
  });
});
