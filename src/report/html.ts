/** The room's page: one self-contained HTML file, for a screen on exam morning and for signing on A4. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import Handlebars from 'handlebars';
import type { Lang } from '../core/finding.ts';
import { packageRoot } from '../core/home.ts';
import type { RoomCheck } from './result.ts';
import { verdict } from './verdict.ts';

const template = Handlebars.compile(readFileSync(path.join(packageRoot, 'templates/report.hbs'), 'utf8'), {
  strict: true,
});

export function toHtml(check: RoomCheck, lang: Lang): string {
  return template({ lang, check, ...verdict(check) });
}
