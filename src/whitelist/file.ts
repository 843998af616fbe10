/** `inventories/whitelist.yaml`: 《考生机网址白名单》 of this exam cycle, as the router enforces it and every PC proves it. */
import path from 'node:path';
import { z } from 'zod';
import { UserError, type Problem } from '../core/errors.ts';
import type { Text } from '../core/finding.ts';
import type { Home } from '../core/home.ts';
import { shapeFaults } from '../inventory/shape.ts';
import { show, toProblem } from '../inventory/fault.ts';
import { readYaml } from '../inventory/yaml-source.ts';
import { formatEntry, parseEntry, type Entry } from './entry.ts';
import { sampleFault } from './sample.ts';
import { defaultWidestBlock, tooWide } from './wide.ts';

const long = z.strictObject({
  entry: z.string().meta({ description: 'URL, host, address or block, as in the short form' }),
  inspect: z.literal(true).optional().meta({
    description: "TLS of this host is opened with the exam site's own CA, so that path and Host are looked at",
  }),
  wide: z.literal(true).optional().meta({ description: 'somebody has allowed this entry although it is so wide' }),
  sample: z.string().optional().meta({
    description:
      'one host of an entry that stands for many, which the PCs try in its place: img.cdn.example.cn, 203.0.113.70:443 (port only where the entry has none)',
  }),
  note: z.string().optional().meta({ description: 'remark, for people' }),
});

export const whitelistFile = z.strictObject({
  source: z.string().meta({ description: 'name of the list that was imported' }),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .meta({ description: 'SHA-256 of that list' }),
  widestBlock: z
    .int()
    .min(8)
    .max(32)
    .default(defaultWidestBlock)
    .meta({ description: 'shortest prefix of an address block that needs no `wide: true`' }),
  entries: z.array(z.union([z.string(), long])).meta({ description: 'everything a candidate PC may reach' }),
});
export type WhitelistFile = z.infer<typeof whitelistFile>;

export interface Allowed {
  readonly entry: Entry;
  /** Canonical: equal entries have equal texts. */
  readonly text: string;
  readonly inspect: boolean;
  readonly wide: boolean;
  /** One host of an entry that stands for many. */
  readonly sample?: string;
  readonly note?: string;
}
export interface Whitelist {
  readonly source: string;
  readonly sha256: string;
  readonly widestBlock: number;
  readonly allowed: readonly Allowed[];
}

export const whitelistPath = (home: Home): string => path.join(home.inventories, 'whitelist.yaml');

/**
 * @returns undefined when there is no whitelist: then nothing is known of what may be reached
 * @throws UserError with every fault, each with its line
 */
export function loadWhitelist(home: Home): Whitelist | undefined {
  const source = readYaml(home, whitelistPath(home));
  if (source === undefined) return undefined;
  if (source.problems.length > 0) throw new UserError(source.problems);
  const shape = shapeFaults(whitelistFile, source.value).map((fault) => toProblem(fault, source.where));
  if (shape.length > 0) throw new UserError(shape);
  const { entries, ...rest } = whitelistFile.parse(source.value);
  const problems: Problem[] = [];
  const allowed = entries.flatMap((written, index): Allowed[] => {
    const where = source.where(typeof written === 'string' ? ['entries', index] : ['entries', index, 'entry']);
    const options = typeof written === 'string' ? { entry: written } : written;
    const parsed = parseEntry(options.entry);
    if ('fault' in parsed) {
      problems.push({ where, ...parsed.fault, got: show(options.entry), code: 'WHL003' });
      return [];
    }
    const reason = options.wide === true ? undefined : tooWide(parsed.entry, rest.widestBlock);
    if (reason !== undefined) problems.push(wideProblem(where, options.entry, reason));
    const { inspect = false, wide = false, note, sample } = options;
    const outside = sample === undefined ? undefined : sampleFault(parsed.entry, sample);
    if (outside !== undefined)
      problems.push(sampleProblem(source.where(['entries', index, 'sample']), sample, outside));
    if (inspect && !hasTls(parsed.entry)) problems.push(noTls(where, options.entry));
    const more = { ...(sample !== undefined && { sample }), ...(note !== undefined && { note }) };
    return [{ entry: parsed.entry, text: formatEntry(parsed.entry), inspect, wide, ...more }];
  });
  if (problems.length > 0) throw new UserError(problems);
  return { ...rest, allowed };
}

/** A host alone stands for its pages over HTTPS too. */
const hasTls = (entry: Entry): boolean => entry.kind === 'host' || (entry.kind === 'url' && entry.scheme === 'https');

const noTls = (where: string, written: string): Problem => ({
  where,
  expected: { zh: 'https:// 网址或主机名（inspect: true）', en: 'an https:// URL or a host where inspect is true' },
  got: show(written),
  fix: { zh: '去掉 inspect，或改写为 https://', en: 'remove inspect, or write https://' },
  code: 'WHL008',
});

const sampleProblem = (where: string, written: unknown, expected: Text): Problem => ({
  ...{ where, expected, got: show(written), code: 'WHL007' },
  fix: { zh: '改正或删去 sample', en: 'correct the sample, or remove it' },
});

export function wideProblem(where: string, written: string, reason: { zh: string; en: string }): Problem {
  return {
    where,
    expected: {
      zh: `不会开放整个考场的条目（${reason.zh}）`,
      en: `an entry that does not open the room (${reason.en})`,
    },
    got: show(written),
    fix: {
      zh: '写出具体主机或更小的网段；确需如此请用 --allow-wide 导入',
      en: 'name the hosts, or a smaller block; if it must be, import with --allow-wide',
    },
    code: 'WHL004',
  };
}

/** For commands that need one. */
export const noWhitelist = (where: string): UserError =>
  new UserError([
    {
      where,
      expected: { zh: '已导入的白名单', en: 'a whitelist that was imported' },
      got: 'ENOENT',
      fix: { zh: '先运行 examsite whitelist import 文件', en: 'run examsite whitelist import FILE first' },
      code: 'WHL001',
    },
  ]);
