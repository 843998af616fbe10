/** Input methods by what they are called and how they are registered (windows-facts 11). */

export const kinds = ['english', 'pinyin', 'wubi'] as const;
export type Kind = (typeof kinds)[number];

/**
 * `0804:{text service}{profile}`, or `0409:00000409` for a keyboard or an input method of the older kind: as Windows' own language list has
 * them. Lower case inside this module.
 */
export type MethodId = string;

const pinyin = '{81d4e9c9-1d3b-41bc-9e6c-4b40bf79e35e}';
/** Windows' own, best first: Pinyin of 10, of 7; Wubi of 10 (7 has none). */
export const ownPinyin: readonly MethodId[] = [
  `0804:${pinyin}{fa550b04-5ad7-411f-a5ac-ca038ec515d7}`,
  `0804:${pinyin}{f3ba9077-6c7e-11d4-97fa-0080c882687e}`,
];
export const ownWubi: readonly MethodId[] = [
  '0804:{6a498709-e00b-4c45-a018-8f9e4081ae40}{82590c13-f4dd-44f4-ba1d-8667246fdf8e}',
];
/** A keyboard of the United States, for English or beside Chinese. */
export const ownEnglish: readonly MethodId[] = ['0409:00000409', '0804:00000409', '0804:00000804'];

/** Text services that come with Windows (Chromium, `kMicrosoftImeGuids`, "provided by Microsoft"): of the others somebody has installed each. */
const microsoft = new Set([
  '{0000897b-83df-4b96-be07-0fb58b01c4a4}',
  '{03b5835f-f03c-411b-9ce2-aa23e1171e36}',
  '{07eb03d6-b001-41df-9192-bf9b841ee71f}',
  '{3697c5fa-60dd-4b56-92d4-74a569205c16}',
  '{531fdebf-9b4c-4a43-a2aa-960e8fcdc732}',
  '{6a498709-e00b-4c45-a018-8f9e4081ae40}',
  '{78cb5b0e-26ed-4fcc-854c-77e8f3d1aa80}',
  pinyin,
  '{8613e14c-d0c0-4161-ac0f-1dd2563286bc}',
  '{a028ae76-01b1-46c2-99c4-acd9858ae02f}',
  '{a1e2b86b-924a-4d43-80f6-8a820df7190f}',
  '{ae6be008-07fb-400d-8beb-337a64f7051f}',
  '{b115690a-ea02-48d5-a231-e3578d2fdf80}',
  '{c1ee01f2-b3b6-4a6a-9ddd-e988c088ec82}',
  '{dcbd6fa8-032f-11d3-b5b1-00c04fc324a1}',
  '{e429b25a-e5d3-4d1f-9be3-0c608477e3a1}',
]);

/** Files of the older kind that come with Windows 7. */
const microsoftFiles = /^(?:pintlgnt|pintlphr|winpy|winsp|winzm|winime|unicdime|imsc\w*|tintlgnt)\.ime$/i;

export interface Vendor {
  /** As it is called. */
  readonly name: string;
  /** Fits its registration or its entry in the list of programs. */
  readonly match: RegExp;
  readonly advertises: boolean;
  /** What its uninstaller takes to ask nothing; undefined: what the list of programs says, or nothing. */
  readonly silent?: readonly string[];
}

const nsis = ['/S'] as const;
/** Those that a school's PCs have. Whether one shows advertising is what its users say (windows-facts 11). */
export const vendors: readonly Vendor[] = [
  { name: '搜狗输入法', match: /搜狗|sogou/i, advertises: true, silent: nsis },
  { name: 'QQ 输入法', match: /QQ ?(?:拼音|五笔|输入法)|QQ(?:Pinyin|Wubi|Input)/i, advertises: true, silent: nsis },
  { name: '2345 王牌输入法', match: /2345.*(?:拼音|五笔|输入法)|2345(?:Pinyin|Wubi)/i, advertises: true, silent: nsis },
  { name: '百度输入法', match: /百度.*输入法|Baidu(?:Pinyin|Wubi|Type)/i, advertises: true, silent: nsis },
  { name: '万能五笔', match: /万能(?:五笔|输入法)|wnwb/i, advertises: true, silent: nsis },
  { name: '极品五笔', match: /极品五笔|jpwb/i, advertises: true },
  { name: '讯飞输入法', match: /讯飞输入法|iflyime/i, advertises: true, silent: nsis },
  { name: '小狼毫（Rime）', match: /小狼毫|weasel|\brime\b/i, advertises: false },
  { name: '极点五笔', match: /极点(?:五笔|输入法)|freewb/i, advertises: false },
  { name: '手心输入法', match: /手心输入法|palminput/i, advertises: false },
  { name: '谷歌拼音', match: /谷歌拼音|google ?(?:pinyin|拼音)/i, advertises: false },
];

export const vendorOf = (text: string): Vendor | undefined => vendors.find(({ match }) => match.test(text));

/** @param text description and files, as it is registered */
export function isWindowsOwn(id: MethodId, text: string): boolean {
  const service = /^[0-9a-f]{4}:(\{[^}]+\})/.exec(id)?.[1];
  if (service !== undefined) return microsoft.has(service);
  return text.split(' ').some((word) => microsoftFiles.test(word));
}

/** What one is for, by its registration. */
export function kindsOf(id: MethodId, text: string): Kind[] {
  if (ownEnglish.includes(id)) return ['english'];
  if (ownPinyin.includes(id)) return ['pinyin'];
  if (ownWubi.includes(id)) return ['wubi'];
  if (isWindowsOwn(id, text)) return [];
  return [
    ...(/拼音|pinyin/i.test(text) ? (['pinyin'] as const) : []),
    ...(/五笔|wubi/i.test(text) ? (['wubi'] as const) : []),
  ];
}
