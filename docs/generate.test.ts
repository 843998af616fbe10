// Does not prove that a page is good to read: only that it says what the code says, and that nothing in it is left unexplained.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { modules } from '../modules/index.ts';
import { requirements } from '../handbook/handbook.ts';
import { packageRoot } from '../src/core/home.ts';
import { casesOf, evidence, type Case } from './generate/cases.ts';
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

  it('leads from every requirement of a PC and of a level to a case that shows it met, and one that shows it not met', () => {
    const own = requirements.filter(({ id }) => /^[PL]/.test(id));
    const without = own.flatMap(({ id, proof }) => {
      if (typeof proof !== 'object') return [];
      const { accepting, rejecting } = evidence(casesOf(proof.module), id);
      return accepting.length > 0 && rejecting.length > 0 ? [] : [id];
    });
    expect(without).toEqual([]);
  });

  it('agrees with the figures that the READMEs give', () => {
    const total = requirements.length;
    const proved = requirements.filter(({ proof }) => typeof proof === 'object').length;
    const open = requirements.filter(({ proof }) => proof === undefined).length;
    const [en, zh] = ['README.md', 'README.zh.md'].map((name) => readFileSync(path.join(packageRoot, name), 'utf8'));
    expect(en).toContain(`${proved} of ${total} requirements`);
    expect(en).toContain(`; ${open} are`);
    expect(zh).toContain(`${total} 项要求中，${proved} 项`);
    expect(zh).toContain(`${open} 项尚未覆盖`);
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

describe('a schema as a table', () => {
  const rows = (schema: z.ZodType) =>
    properties(schema, 'input').map(({ path, type, unit, default: said, optional }) => [
      path,
      type,
      unit,
      said,
      optional,
    ]);

  it('has nested properties, elements and what a wrapper wraps', () => {
    const inner = z.strictObject({ size: z.int().meta({ unit: 'bytes' }) });
    const schema = z.strictObject({
      one: inner.nullable(),
      many: z.array(inner).default([]),
      named: z.record(z.string(), inner),
    });
    expect(rows(schema)).toEqual([
      ['one', 'object \\| null', undefined, undefined, false],
      ['one.size', 'integer', 'bytes', undefined, false],
      ['many', 'list of object', undefined, '[]', true],
      ['many[].size', 'integer', 'bytes', undefined, false],
      ['named', 'map to object', undefined, undefined, false],
      ['named.<key>.size', 'integer', 'bytes', undefined, false],
    ]);
  });

  it('takes unit and description from inside where the wrapper has none', () => {
    const [row] = properties(z.object({ a: z.number().meta({ description: 'x', unit: 's' }).nullable() }), 'output');
    expect(row).toMatchObject({ description: 'x', unit: 's', type: 'number \\| null' });
  });

  it('notices a property that nobody has explained', () => {
    const [row] = properties(z.object({ a: z.number() }), 'input');
    expect(row?.description).toBeUndefined();
  });
});

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
