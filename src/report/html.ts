/** The room's page: one self-contained HTML file without scripts, for a screen on exam morning and for signing on A4. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import Handlebars from 'handlebars';
import type { Lang } from '../core/finding.ts';
import { packageRoot } from '../core/home.ts';
import { page, type Page } from './page.ts';
import type { RoomCheck } from './result.ts';

/** `templates/report-….hbs` */
const parts = ['head', 'map', 'requirements', 'rows', 'matrix', 'by-hand', 'pcs'] as const;

let render: ((page: Page) => string) | undefined;

/**
 * @returns HTML. Everything that comes from a person or a PC is escaped, a value that the templates miss throws (strict mode), and the page's
 * own policy forbids scripts and loading anything.
 */
export function toHtml(check: RoomCheck, lang: Lang): string {
  render ??= compile();
  return render(page(check, lang));
}

function compile(): (page: Page) => string {
  // An environment of its own: partials registered here are nobody else's.
  const handlebars = Handlebars.create();
  for (const part of parts) handlebars.registerPartial(part, template(`report-${part}.hbs`));
  handlebars.registerPartial('style', template('report.css'));
  return handlebars.compile<Page>(template('report.hbs'), { strict: true, knownHelpersOnly: true });
}

const template = (file: string): string => readFileSync(path.join(packageRoot, 'templates', file), 'utf8');
