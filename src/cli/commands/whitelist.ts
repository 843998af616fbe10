/** `examsite whitelist import FILE`, `show`, `rules`, `probe`, `ca`: what candidate PCs may reach in this exam cycle. */
import Table from 'cli-table3';
import { InvalidArgumentError, type Command } from 'commander';
import { applicationsOpenedBy } from '../../../handbook/applications.ts';
import { tooWide } from '../../../modules/site.ts';
import { drivers, lacks } from '../../../modules/whitelist-router/drivers.ts';
import { UserError } from '../../core/errors.ts';
import { checkedSite } from '../../inventory/load.ts';
import { importWhitelist, type ImportedWhitelist } from '../../whitelist/import.ts';
import { loadWhitelist, noWhitelist, whitelistPath, type Whitelist } from '../../whitelist/file.ts';
import { handRow, handRules, handSteps, type HandRule } from '../../whitelist/by-hand.ts';
import { rulesOf } from '../../whitelist/rules.ts';
import type { Lang } from '../../core/finding.ts';
import type { Io } from '../io.ts';
import { whitelistCaCommand } from './whitelist-ca.ts';
import { whitelistProbeCommand } from './whitelist-probe.ts';

interface ImportFlags {
  readonly allowWide?: true;
  readonly widestBlock?: number;
}

export function whitelistCommand(program: Command, io: Io): void {
  const whitelist = program
    .command('whitelist')
    .description('the addresses that candidate PCs may reach: import the list of each exam cycle, show it');
  whitelist
    .command('import')
    .description('read a whitelist as it is handed out; with one fault in it, nothing is written')
    .argument('<file>', 'TXT, CSV or XLSX, UTF-8, UTF-16 or GBK: URLs, hosts, *.hosts, addresses, blocks')
    .option('--allow-wide', 'take entries that open the room, such as *.com or a large block')
    .option('--widest-block <prefix>', 'shortest prefix that needs no --allow-wide (default: 24)', prefix)
    .action(async (file: string, flags: ImportFlags) => {
      report(io, await importWhitelist({ home: io.home, lang: io.lang, file, ...flags }));
      tellPaths(io);
      tellApplications(io);
    });
  whitelistProbeCommand(whitelist, io);
  whitelistCaCommand(whitelist, io);
  whitelist
    .command('rules')
    .description(
      'print what a person types into a router that has only a web page: the rules in their order, and the steps',
    )
    .action(() => {
      const list = loadWhitelist(io.home);
      if (list === undefined) throw noWhitelist(whitelistPath(io.home));
      refuseInspection(io, list);
      tellPaths(io);
      const rules = handRules(rulesOf(list));
      for (const step of handSteps(io.lang)) io.print(step);
      io.print(rulesTable(rules, io.lang));
      io.result(rules);
    });
  whitelist
    .command('show')
    .description('print the whitelist in force, an entry a line')
    .action(() => {
      const list = loadWhitelist(io.home);
      if (list === undefined) throw noWhitelist(whitelistPath(io.home));
      io.result(list);
      for (const { text, inspect } of list.allowed) io.print(inspect ? `${text} (inspect)` : text);
    });
}

/** @throws UserError SITE005, unless site.yaml says that the router need not open TLS */
function refuseInspection(io: Io, { allowed }: Whitelist): void {
  const accepted = checkedSite(io.home).value?.router?.accepts ?? [];
  const entries = lacks(drivers['by-hand'], allowed).get('inspection') ?? [];
  if (entries.length > 0 && !accepted.includes('inspection'))
    throw new UserError([tooWide('by-hand', 'inspection', entries)]);
}

/** Within TLS that is not opened nobody sees a path: the whole host is let through, which is wider than the line says. */
function tellPaths(io: Io): void {
  const allowed = loadWhitelist(io.home)?.allowed ?? [];
  const unopened = new Set(rulesOf({ allowed }).https);
  for (const { entry, text, inspect } of allowed) {
    if (entry.kind !== 'url' || entry.scheme !== 'https' || entry.path === '/') continue;
    if (!rulesOf({ allowed: [{ entry, text, inspect, wide: false }] }).https.some((rule) => unopened.has(rule)))
      continue;
    const { host } = entry;
    io.note(
      {
        zh: `${text}：HTTPS 看不到路径，${host} 整个站点都会放行`,
        en: `${text}: a path is not seen within HTTPS, so all of ${host} is opened`,
      }[io.lang],
    );
  }
}

/** R6: whoever handed the list out may have meant it; nobody is to find it out in the exam. */
function tellApplications(io: Io): void {
  for (const { entry, text } of loadWhitelist(io.home)?.allowed ?? []) {
    if (entry.kind === 'address') continue;
    for (const { application } of applicationsOpenedBy(entry.host, entry.subdomains)) {
      io.note({ zh: `${text} 会放行${application.zh}（R6）`, en: `${text} opens ${application.en} (R6)` }[io.lang]);
    }
  }
}

const heads: Readonly<Record<Lang, readonly string[]>> = {
  zh: ['序号', '动作', '类型', '目标', '端口', '路径'],
  en: ['no.', 'action', 'kind', 'target', 'port', 'path below'],
};

function rulesTable(rules: readonly HandRule[], lang: Lang): string {
  const table = new Table({ head: [...heads[lang]], style: { head: [], border: [] } });
  table.push(...rules.map((rule, index) => handRow(rule, index, lang)));
  return table.toString();
}

function prefix(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 8 && value <= 32) return value;
  throw new InvalidArgumentError('a prefix length from 8 to 32 is expected');
}

function report(io: Io, { file, entries, added, removed, repeated, changed }: ImportedWhitelist): void {
  io.result({ file, entries, added, removed, repeated, changed });
  for (const text of added) io.print(`+ ${text}`);
  for (const text of removed) io.print(`- ${text}`);
  const same = changed ? '' : { zh: '，与上次相同', en: ', as before' }[io.lang];
  io.print(
    io.lang === 'zh'
      ? `白名单共 ${entries} 条${same}：${file}`
      : `${entries} ${entries === 1 ? 'entry' : 'entries'}${same}: ${file}`,
  );
}
