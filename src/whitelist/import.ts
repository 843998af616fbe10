/** `examsite whitelist import`: a list as it is handed out becomes inventories/whitelist.yaml, whole or not at all. */
import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { Document, isMap, isSeq } from 'yaml';
import { UserError, type Problem } from '../core/errors.ts';
import type { Lang, Text } from '../core/finding.ts';
import type { Home } from '../core/home.ts';
import { show } from '../inventory/fault.ts';
import { quoteNotes, toText } from '../inventory/write.ts';
import { formatEntry } from './entry.ts';
import { loadWhitelist, whitelistPath, wideProblem, type Allowed, type Whitelist } from './file.ts';
import { readCell, type Found } from './lines.ts';
import { readList } from './read.ts';
import { defaultWidestBlock, tooWide } from './wide.ts';

export interface ImportOptions {
  readonly home: Home;
  readonly lang: Lang;
  readonly file: string;
  /** Entries that would open the room are taken all the same, and marked. */
  readonly allowWide?: boolean;
  readonly widestBlock?: number;
}
export interface ImportedWhitelist {
  readonly file: string;
  readonly entries: number;
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Entries that were there twice. */
  readonly repeated: readonly string[];
  readonly changed: boolean;
}

/** @throws UserError with every fault of the list at once; then nothing is written. */
export async function importWhitelist(options: ImportOptions): Promise<ImportedWhitelist> {
  const { home, file, lang } = options;
  const before = loadWhitelist(home);
  const widestBlock = options.widestBlock ?? before?.widestBlock ?? defaultWidestBlock;
  const { cells, bytes } = await readList(file);
  const read = cells.map(readCell);
  const found = read.flatMap((cell) => cell.found);
  const problems: Problem[] = read
    .flatMap((cell) => cell.refused)
    .map(({ where, text, fault }) => ({ where, ...fault, got: show(text), code: 'WHL003' }));
  if (options.allowWide !== true) problems.push(...wideFaults(found, widestBlock));
  if (found.length === 0 && problems.length === 0) problems.push(empty(path.basename(file)));
  if (problems.length > 0) throw new UserError(problems);

  const { allowed, repeated } = merged(found, before, widestBlock);
  const whitelist: Whitelist = {
    source: path.basename(file),
    sha256: createHash('sha256').update(bytes).digest('hex'),
    widestBlock,
    allowed,
  };
  await mkdir(home.inventories, { recursive: true });
  await writeFileAtomic(whitelistPath(home), whitelistText(whitelist, lang));
  return { file: whitelistPath(home), entries: allowed.length, repeated, ...changes(before, whitelist) };
}

const wideFaults = (found: readonly Found[], widestBlock: number): Problem[] =>
  found.flatMap(({ where, text, entry }) => {
    const reason = tooWide(entry, widestBlock);
    return reason === undefined ? [] : [wideProblem(where, text, reason)];
  });

/** One line an entry, in the order of the list; what somebody has added to an entry (inspect, a sample, a note) stays with it. */
function merged(found: readonly Found[], before: Whitelist | undefined, widestBlock: number) {
  const known = new Map(before?.allowed.map((one) => [one.text, one]));
  const allowed = new Map<string, Allowed>();
  const repeated = new Set<string>();
  for (const { entry } of found) {
    const text = formatEntry(entry);
    if (allowed.has(text)) repeated.add(text);
    const wide = tooWide(entry, widestBlock) !== undefined;
    allowed.set(text, { ...(known.get(text) ?? { inspect: false }), entry, text, wide });
  }
  return { allowed: [...allowed.values()], repeated: [...repeated] };
}

export function changes(before: Whitelist | undefined, after: Whitelist) {
  const [old, now] = [before, after].map((list) => new Set(list?.allowed.map(({ text }) => text)));
  const added = [...(now ?? [])].filter((text) => old?.has(text) !== true);
  const removed = [...(old ?? [])].filter((text) => now?.has(text) !== true);
  return { added, removed, changed: before?.sha256 !== after.sha256 || added.length + removed.length > 0 };
}

const head: Text = {
  zh: ` 网址白名单：examsite whitelist import 写出，每个考期重新导入；可以编辑，改后用 examsite validate 检查。
 长写法：{ entry: "https://…", inspect: true }  用考场自己的 CA 检查该主机的 HTTPS（路径、Host）
         { entry: "*.cdn.example.cn", sample: img.cdn.example.cn }  考生机用 sample 代表整个条目进行验证`,
  en: ` The whitelist: written by examsite whitelist import, anew for each exam cycle; may be edited, look at it with examsite validate afterwards.
 Long form: { entry: "https://…", inspect: true }  opens the TLS of that host with the exam site's own CA (path, Host)
            { entry: "*.cdn.example.cn", sample: img.cdn.example.cn }  the PCs try the sample in place of the whole entry`,
};

export function whitelistText({ allowed, ...rest }: Whitelist, lang: Lang): string {
  const entries = allowed.map(({ text, inspect, wide, sample, note }) =>
    inspect || wide || sample !== undefined || note !== undefined
      ? {
          ...{ entry: text, ...(inspect && { inspect }), ...(wide && { wide }) },
          ...{ ...(sample !== undefined && { sample }), ...(note !== undefined && { note }) },
        }
      : text,
  );
  const document = new Document({ ...rest, entries });
  document.commentBefore = head[lang];
  const list = document.get('entries');
  for (const item of isSeq(list) ? list.items : []) if (isMap(item)) item.flow = true;
  quoteNotes(document);
  return toText(document);
}

const empty = (where: string): Problem => ({
  where,
  expected: { zh: '至少一个网址或地址', en: 'at least one URL, host or address' },
  got: 'none',
  fix: { zh: '核对文件；空白名单会挡住考试系统', en: 'look at the file: an empty whitelist blocks the exam itself' },
  code: 'WHL005',
});
