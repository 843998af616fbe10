/**
 * The part of sys.path that site.py makes: site-packages, and what its .pth files say (docs.python.org, library/site). A line that begins with
 * `import` is run; the one that this model knows puts a folder before site-packages. Any other such line is not modelled and does nothing.
 */
import type { FileSystem } from '../../pc/machine.ts';
import { sitePackages } from './site-packages.ts';

const inserts = /^import sys; p = r'([^']+)'; p in sys\.path or sys\.path\.insert\(/;

export function searchPath(files: FileSystem, home: string): readonly string[] {
  const site = sitePackages(home);
  const lines = files
    .list(site)
    .filter((name) => name.endsWith('.pth'))
    .flatMap((name) => (files.read(`${site}\\${name}`)?.content.toString('utf8') ?? '').split(/\r?\n/));
  const first = lines.flatMap((line) => inserts.exec(line)?.[1] ?? []);
  const last = lines.filter((line) => line !== '' && !/^(?:#|import[ \t])/.test(line));
  // A folder that does not exist is left out by site.py only where a plain line names it; nothing is found in the other either.
  return [...first.reverse(), site, ...last.map((line) => (line.includes(':') ? line : `${site}\\${line}`))];
}
