/**
 * The faults of a room, whoever wrote it: `import` runs these over an asset list, `validate` over YAML, and both list the same ones. They
 * say what is wrong and at which path; the caller knows which cell or line a path is.
 */
import type { Text } from '../core/finding.ts';
import { show } from './fault.ts';
import type { Fault, InventoryCode } from './fault.ts';
import { pcsOf, readLeniently } from './lenient.ts';
import type { LenientRoom, Pc } from './lenient.ts';
import { networkFaults } from './network-faults.ts';
import { sparesNeeded } from './numbers.ts';
import { room } from './schema.ts';
import { shapeFaults } from './shape.ts';

/** Everything that keeps a room from being worked with: form first, then what does not fit together. */
export function roomFaults(draft: unknown): Fault[] {
  const lenient = readLeniently(draft);
  const pcs = pcsOf(lenient);
  return [
    ...shapeFaults(room, draft),
    ...networkFaults(lenient),
    ...groupMacFaults(pcs),
    ...[seatNumber, ...uniqueInSite, place].flatMap((key) => clashes(key, pcs, pcs)),
    ...cardFaults(lenient, pcs),
  ];
}

/**
 * Too few spares (S6) is refused while a room is being planned. A room in use that has lost a spare must still load, so that its page can
 * say so: then it is a finding of `roomFindings`.
 */
export function planFaults(draft: unknown): Fault[] {
  const { candidates: registered, seats, spares } = readLeniently(draft);
  const candidates = registered ?? seats.length;
  const needed = sparesNeeded(candidates);
  if (spares.length >= needed) return [];
  return [
    {
      path: ['spares'],
      code: 'INV030',
      expected: {
        zh: `${needed} 台备用机（考生 ${candidates} 人，10:1）`,
        en: `${needed} spare PCs (one for every 10 of ${candidates} candidates)`,
      },
      got: String(spares.length),
      fix: {
        zh: '补充备用机（备1、备2 …），或减少考生数',
        en: 'add spares (备1 or spare1 in an asset list), or place fewer candidates',
      },
    },
  ];
}

/** @param others the site's other rooms, which share its address space and its names. Faults are those of `draft` only. */
export function sharedFaults(draft: unknown, others: readonly unknown[]): Fault[] {
  const taken = others.flatMap((other) => {
    const lenient = readLeniently(other);
    const name = lenient.room ?? '?';
    return pcsOf(lenient).map((pc) => ({
      ...pc,
      label: { zh: `房间 ${name} ${pc.label.zh}`, en: `room ${name} ${pc.label.en}` },
    }));
  });
  const pcs = pcsOf(readLeniently(draft));
  return uniqueInSite.flatMap((key) => clashes(key, pcs, taken));
}

/** Something that two PCs must not have in common. */
interface Key {
  readonly field: string;
  readonly code: InventoryCode;
  readonly what: Text;
  readonly fix: Text;
  /** Undefined: nothing to compare. */
  of(pc: Pc): string | undefined;
}

const own = (zh: string, en: string): Pick<Key, 'what' | 'fix'> => ({
  what: { zh: `独有的${zh}`, en: `${en} of its own` },
  fix: { zh: `改正其中一台的${zh}`, en: `correct one of the two` },
});
const seatNumber: Key = {
  field: 'seat',
  code: 'INV010',
  ...own('座位号', 'a number'),
  of: ({ list, entry }) => entry.seat && `${list} ${entry.seat}`,
};
const place: Key = {
  field: 'column',
  code: 'INV014',
  ...own('行列位置', 'a place'),
  of: ({ entry }) => (entry.row && entry.column ? `${entry.row}/${entry.column}` : undefined),
};
const uniqueInSite: readonly Key[] = [
  // Windows compares computer names without case.
  {
    field: 'computer',
    code: 'INV011',
    ...own('计算机名', 'a computer name'),
    of: ({ entry }) => entry.computer?.toUpperCase(),
  },
  { field: 'mac', code: 'INV012', ...own(' MAC 地址', 'a MAC address'), of: ({ entry }) => entry.mac },
  { field: 'address', code: 'INV013', ...own(' IP 地址', 'an IP address'), of: ({ entry }) => entry.address },
];

/** One fault for each PC that has its key in common with the first of `among`; a PC is no fault to itself. */
function clashes(key: Key, pcs: readonly Pc[], among: readonly Pc[]): Fault[] {
  return pcs.flatMap((pc): Fault[] => {
    const value = key.of(pc);
    const other = among.find((one) => key.of(one) === value);
    if (value === undefined || !other || other === pc) return [];
    return [
      {
        path: [...pc.path, key.field],
        code: key.code,
        expected: {
          zh: `${key.what.zh}（${other.label.zh} 已用）`,
          en: `${key.what.en} (${other.label.en} has this one)`,
        },
        got: key === place ? `row ${pc.entry.row} column ${pc.entry.column}` : show(Reflect.get(pc.entry, key.field)),
        fix: key.fix,
      },
    ];
  });
}

/** The lowest bit of the first byte marks a group of cards; all zeros is what a broken driver shows. Neither ever identifies a PC. */
function groupMacFaults(pcs: readonly Pc[]): Fault[] {
  return pcs.flatMap(({ path, entry: { mac } }) => {
    if (!mac || (Number.parseInt(mac.slice(0, 2), 16) % 2 === 0 && mac !== '00:00:00:00:00:00')) return [];
    return [
      {
        path: [...path, 'mac'],
        code: 'INV015',
        expected: { zh: '单个网卡的 MAC 地址', en: 'the MAC address of one network card' },
        got: show(mac),
        fix: { zh: '在 PC 上用 getmac 查看', en: 'read it with getmac on the PC' },
      },
    ];
  });
}

/** Deep Freeze is switched by command line, and that needs its password. */
function cardFaults(draft: LenientRoom, pcs: readonly Pc[]): Fault[] {
  const cards = [
    { path: [], card: draft.restoreCard },
    ...pcs.map(({ path, entry }) => ({ path, card: entry.restoreCard })),
  ];
  return cards.flatMap(({ path, card }) => {
    if (card?.driver !== 'deep-freeze' || card.password) return [];
    return [
      {
        path: [...path, 'restoreCard', 'password'],
        code: 'INV031',
        expected: {
          zh: '冰点还原密码的引用：{ env: 变量名 } 或 { file: 路径 }',
          en: "a reference to Deep Freeze's password: { env: NAME } or { file: PATH }",
        },
        got: show(undefined),
        fix: { zh: '加上 password；密码本身不要写进清单', en: 'add password; never the password itself' },
      },
    ];
  });
}
