import type { Lang } from '../core/finding.ts';
import type { Home } from '../core/home.ts';
import type { Io } from './io.ts';

/** The real terminal: results on stdout, everything else on stderr. */
export function terminal(home: Home, lang: Lang, json: boolean): Io {
  return {
    home,
    lang,
    json,
    print: (text) => {
      if (!json) process.stdout.write(`${text}\n`);
    },
    note: (text) => {
      process.stderr.write(`${text}\n`);
    },
    result: (value) => {
      if (json) process.stdout.write(`${typeof value === 'string' ? value : JSON.stringify(value, undefined, 2)}\n`);
    },
  };
}
