/** `examsite whitelist ca`: the exam site's own certification authority, for the hosts whose TLS the router opens. */
import { InvalidArgumentError, type Command } from 'commander';
import { UserError } from '../../core/errors.ts';
import type { Text } from '../../core/finding.ts';
import type { Home } from '../../core/home.ts';
import { defaultDays, longestDays, makeAuthority } from '../../inspection/authority.ts';
import { authorityHosts, loadInspection, sparedDays, type Inspection } from '../../inspection/load.ts';
import { loadSite } from '../../inventory/load.ts';
import { loadWhitelist, noWhitelist, whitelistPath } from '../../whitelist/file.ts';
import { inspectedHosts, rulesOf } from '../../whitelist/rules.ts';
import type { Io } from '../io.ts';

interface Flags {
  readonly days?: number;
  readonly anew?: boolean;
}

export function whitelistCaCommand(whitelist: Command, io: Io): void {
  whitelist
    .command('ca')
    .description(
      "make the exam site's own certification authority for the hosts with inspect: true; one that is still good is kept",
    )
    .option('--days <days>', `how long it is good for (default: ${defaultDays})`, days)
    .option('--anew', 'another one, although the present one is still good: keys that somebody else may have seen')
    .action(async ({ days: wanted = defaultDays, anew = false }: Flags) => {
      const hosts = hostsOf(io.home);
      const now = new Date();
      const present = anew ? undefined : stillGood(io.home, hosts, now);
      if (present === undefined)
        await makeAuthority(io.home, hosts, { site: loadSite(io.home).site, days: wanted, now });
      tell(io, hosts, loadInspection(io.home, hosts, now), present === undefined);
    });
}

/** @throws UserError WHL001, CA003 */
function hostsOf(home: Home): string[] {
  const list = loadWhitelist(home);
  if (list === undefined) throw noWhitelist(whitelistPath(home));
  const hosts = inspectedHosts(rulesOf(list));
  if (hosts.length > 0) return hosts;
  throw new UserError([
    {
      where: whitelistPath(home),
      expected: { zh: '至少一个带 inspect: true 的条目', en: 'at least one entry with inspect: true' },
      got: 'none',
      fix: {
        zh: '例如 { entry: "https://exam.example.cn/login/", inspect: true }',
        en: 'as in { entry: "https://exam.example.cn/login/", inspect: true }',
      },
      code: 'CA003',
    },
  ]);
}

/** For these hosts and no other: it must not be good for what is no longer listed. */
function stillGood(home: Home, hosts: readonly string[], now: Date): Inspection | undefined {
  try {
    const found = loadInspection(home, hosts, now);
    return authorityHosts(home).join() === hosts.join() ? found : undefined;
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

function tell(io: Io, hosts: readonly string[], { ca: { sha256, notAfter } }: Inspection, made: boolean): void {
  io.result({ sha256, notAfter, hosts, made });
  const lines: readonly Text[] = [
    made
      ? { zh: '已生成考点自己的 CA', en: "made the exam site's own CA" }
      : { zh: '现有 CA 仍然有效，未作更改', en: 'the present CA is still good; nothing was changed' },
    { zh: `SHA-256 指纹 ${sha256}`, en: `SHA-256 ${sha256}` },
    { zh: `仅用于 ${hosts.join('、')}`, en: `good for ${hosts.join(', ')} only` },
    {
      zh: `有效期至 ${notAfter}；到期前 ${sparedDays} 天起须重新生成`,
      en: `until ${notAfter}; to be made again from ${sparedDays} days before`,
    },
    ...(made ? next : []),
  ];
  for (const line of lines) io.print(line[io.lang]);
}

const next: readonly Text[] = [
  {
    zh: '接下来：先对每个考场运行 examsite up --room …，考生机才认识它；再运行 examsite up --site',
    en: 'next: examsite up --room … for every room, so that its PCs know it; then examsite up --site',
  },
];

function days(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > sparedDays && value <= longestDays) return value;
  throw new InvalidArgumentError(`${sparedDays + 1} to ${longestDays} days are expected`);
}
