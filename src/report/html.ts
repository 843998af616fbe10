/** The room's page: one self-contained HTML file without scripts, for a screen on exam morning and for signing on A4. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import Handlebars from 'handlebars';
import type { Lang } from '../core/finding.ts';
import { packageRoot } from '../core/home.ts';
import { page, type Page } from './page.ts';
import type { RoomCheck } from './result.ts';

const parts = ['head', 'map', 'requirements', 'rows', 'matrix', 'by-hand', 'pcs'] as const;

let compiled: ((view: Page & { readonly style: string }) => string) | undefined;
let style = '';

/**
 * @returns HTML. Everything that comes from a person or a PC is escaped, a value that the template misses throws (strict mode), and the page's
 * own policy forbids scripts and loading anything.
 */
export function toHtml(check: RoomCheck, lang: Lang): string {
  compiled ??= compile();
  return compiled({ ...page(check, lang), style });
}

function compile(): NonNullable<typeof compiled> {
  // An environment of its own: partials registered here are nobody else's.
  const handlebars = Handlebars.create();
  for (const part of parts) handlebars.registerPartial(part, template(`report-${part}.hbs`));
  style = template('report.css');
  return handlebars.compile(template('report.hbs'), { strict: true, knownHelpersOnly: true, explicitPartialContext: true });
}

const template = (file: string): string => readFileSync(path.join(packageRoot, 'templates', file), 'utf8');
