/** docs/benchmarks.md: what stands between two marks is replaced. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../src/core/home.ts';

const page = path.join(packageRoot, 'docs', 'benchmarks.md');

/** @param part `figures`: between `<!-- figures -->` and `<!-- end of figures -->` */
export function writeFigures(part: string, figures: string): void {
  const [begin, end] = [`<!-- ${part} -->\n`, `<!-- end of ${part} -->`];
  const text = readFileSync(page, 'utf8');
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from === -1 || to === -1) throw new Error(`${page} has no place for ${part}`);
  writeFileSync(page, `${text.slice(0, from + begin.length)}${figures}${text.slice(to)}`);
}
