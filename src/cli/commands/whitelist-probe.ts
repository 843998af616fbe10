/** `examsite whitelist probe`: which hosts the pages of the whitelist load from that are not on it. Run where there is a network. */
import type { Command } from 'commander';
import { loadWhitelist, noWhitelist, whitelistPath } from '../../whitelist/file.ts';
import { rulesOf } from '../../whitelist/rules.ts';
import type { Io } from '../io.ts';
import { loadPages, type LoadedPage } from '../page-hosts.ts';

export function whitelistProbeCommand(whitelist: Command, io: Io): void {
  whitelist
    .command('probe')
    .description(
      'load every page of the whitelist in a browser and list the hosts it needs beside; exit 0 none, 1 some, 2 a page did not load',
    )
    .action(async () => {
      const list = loadWhitelist(io.home);
      if (list === undefined) throw noWhitelist(whitelistPath(io.home));
      const pages = await loadPages(rulesOf(list));
      for (const page of pages) io.print(line(page)[io.lang]);
      io.result(pages);
      process.exitCode = exitCode(pages);
    });
}

function line({ url, missing, error }: LoadedPage): { zh: string; en: string } {
  const needs =
    missing.length === 0
      ? { zh: '', en: '' }
      : { zh: `还需要名单以外的 ${missing.join('、')}`, en: `needs ${missing.join(', ')}, not on the whitelist` };
  if (error === null)
    return { zh: `${url}：${needs.zh || '无需其他主机'}`, en: `${url}: ${needs.en || 'needs no other host'}` };
  const more = missing.length === 0 ? { zh: '', en: '' } : { zh: `；${needs.zh}`, en: `; ${needs.en}` };
  return { zh: `${url}：未能打开（${error}）${more.zh}`, en: `${url}: did not load (${error})${more.en}` };
}

export const exitCode = (pages: readonly LoadedPage[]): number =>
  pages.some(({ missing }) => missing.length > 0) ? 1 : pages.some(({ error }) => error !== null) ? 2 : 0;
