import type { Lang } from './finding.ts';

/** `--lang` reaches the plugins as EXAMSITE_LANG; without it the locale decides, as POSIX orders its variables. */
export function language(env: NodeJS.ProcessEnv = process.env): Lang {
  if (env['EXAMSITE_LANG'] === 'zh' || env['EXAMSITE_LANG'] === 'en') return env['EXAMSITE_LANG'];
  const locale = env['LC_ALL'] ?? env['LC_MESSAGES'] ?? env['LANG'] ?? Intl.DateTimeFormat().resolvedOptions().locale;
  return locale.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}
