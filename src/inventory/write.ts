/** The YAML that import writes: laid out for a person to read and edit, one line a PC, with a word on what may be added. */
import { Document, isMap, isScalar, isSeq, Scalar, visit } from 'yaml';
import type { Lang, Text } from '../core/finding.ts';
import type { Room, Site } from './schema.ts';

const layout = { lineWidth: 0 } as const;

/** Text of any document in the layout of the inventories. */
export const toText = (document: Document): string => document.toString(layout);

const roomHead: Text = {
  zh: ` 考场清单：examsite import 写出，可直接编辑；改后用 examsite validate 检查。
 可加的键：
   spacingMetres: 1.2   相邻考位间距，米（S4）      proctors: 2   监考人员数（S2）
   candidates: 40       上报考生数（S5），不填则等于考位数
 每台 PC 可另加 level: L1、note: "…"、restoreCard: { driver: by-hand, product: "…" }。`,
  en: ` An exam room: written by examsite import, meant to be edited; look at it with examsite validate afterwards.
 Keys that may be added:
   spacingMetres: 1.2   metres between neighbouring seats (S4)      proctors: 2   proctors assigned (S2)
   candidates: 40       candidates registered (S5); left out, as many as there are seats
 A PC may have its own level: L1, note: "…", restoreCard: { driver: by-hand, product: "…" }.`,
};
const siteHead: Text = {
  zh: ` 考点：所有考场共用。可加的键：
   staff: 5   管理工作人员数（S1）
   examClient: { programs: ['D:\\Exam\\Client.exe'] }   考试系统的程序，防火墙和杀毒软件须放行（P9），不填则为“不明”`,
  en: ` The exam site, shared by its rooms. Keys that may be added:
   staff: 5   people who run the site (S1)
   examClient: { programs: ['D:\\Exam\\Client.exe'] }   the exam system, to be let through (P9); left out, that is UNKNOWN`,
};

/** What stands above a key of the file. */
const comments: Readonly<Record<string, Text>> = {
  level: { zh: ' L1 初级、L2 中级、L3 高级；单台 PC 可另设', en: ' L1 初级, L2 中级, L3 高级; a PC may have its own' },
  restoreCard: {
    zh: ' 还原卡：none、deep-freeze（需 password: { env: 变量名 }）、uwf 或 by-hand',
    en: ' restore card (还原卡): none, deep-freeze (needs password: { env: NAME }), uwf or by-hand',
  },
  seats: {
    zh: ' 考位。row 1 为前排，column 1 为考生左手边；地址固定给此 MAC 的 PC',
    en: ' seats; row 1 is the front, column 1 the left as a candidate sees it; the address is pinned to the PC with this MAC',
  },
  spares: { zh: ' 备用机：每 10 名考生 1 台（S6）', en: ' spare PCs (备用机): one for every 10 candidates (S6)' },
  site: { zh: ' 考点名称，照印刷品写法', en: ' name of the site, as it is printed' },
  ssh: {
    zh: ' 在每台 PC 上登录的账户；模拟考场用 network: lab',
    en: ' account on every PC; network: lab is for the simulated room',
  },
  examClient: {
    zh: ' 考试系统：防火墙和杀毒软件须放行（P9）',
    en: ' the exam system, which firewall and antivirus must let through (P9)',
  },
  inputMethods: {
    zh: ' 输入法（P13）。带广告的：by-hand 由人卸载，uninstall 自动卸载（不可恢复）',
    en: ' input methods (P13); those with advertising: by-hand, a person uninstalls them, or uninstall, for good',
  },
  depot: { zh: ' 考生机访问安装源所用的网址', en: ' where the PCs find the depot' },
};

export function roomText(room: Room, lang: Lang): string {
  return write(room, roomHead[lang], lang);
}

export function siteText(site: Site, lang: Lang): string {
  return write(site, siteHead[lang], lang);
}

function write(value: Room | Site, head: string, lang: Lang): string {
  const { steps, ...rest } = value;
  // A list that is empty by default says nothing to a reader.
  const document = new Document(steps.length > 0 ? value : rest);
  document.commentBefore = head;
  for (const pair of isMap(document.contents) ? document.contents.items : []) {
    if (!isScalar(pair.key)) continue;
    const key = String(pair.key.value);
    const comment = comments[key];
    if (comment) pair.key.commentBefore = comment[lang];
    if (key === 'restoreCard' && isMap(pair.value)) pair.value.flow = true;
    if ((key === 'seats' || key === 'spares') && isSeq(pair.value))
      for (const item of pair.value.items) if (isMap(item)) item.flow = true;
  }
  quoteNotes(document);
  return toText(document);
}

/** A remark is always in quotes: nothing that reads the file later may take `=HYPERLINK(…)` or `yes` for anything but text. */
export function quoteNotes(document: Document): void {
  visit(document, {
    Pair(_, pair) {
      // A key that was set later is no node yet.
      const isNote = (isScalar(pair.key) ? pair.key.value : pair.key) === 'note';
      if (isNote && isScalar(pair.value)) pair.value.type = Scalar.QUOTE_DOUBLE;
    },
  });
}
