/** What a person can do to a PC of the lab: `examsite lab do <seat|all> <action> …`. */
import type { Text } from '../core/finding.ts';
import { damageFile, removePackage, replacePackage, updateChrome } from './packages/tamper.ts';
import { preinstall } from './packages/preinstall.ts';
import type { Pc } from './pc/pc.ts';
import { plantRoot, removeRoots } from './roots.ts';

export interface Action {
  /** As typed: `slow <factor>`. */
  readonly usage: string;
  readonly about: Text;
  /** @throws RangeError for arguments that make no sense */
  run(pc: Pc, args: readonly string[]): void | Promise<void>;
}

const filler = 'C:\\filler.bin';
/** What a disk that is called full still has: less than any installer needs. */
const leftOver = 1_000_000;

function numberOf(text: string | undefined, what: string, least = 0): number {
  const value = Number(text);
  if (text === undefined || !Number.isFinite(value) || value < least) {
    throw new RangeError(`expected ${what} of at least ${least}, got ${text ?? 'nothing'}`);
  }
  return value;
}

function given(text: string | undefined, what: string): string {
  if (text === undefined || text === '') throw new RangeError(`expected ${what}`);
  return text;
}

/** The person at the boot menu: switching a card takes a restart. */
async function switchCard(pc: Pc, frozen: boolean, byHand: boolean): Promise<void> {
  const { kind } = pc.card;
  if (kind === 'none') throw new RangeError(`${pc.name} has no restore card`);
  if (byHand !== (kind === 'hardware')) {
    throw new RangeError(
      `the card of ${pc.name} is ${kind}: use ${byHand ? 'freeze or thaw' : 'open-card or close-card'}`,
    );
  }
  pc.card.setNextBoot(frozen);
  await pc.restart();
}

const power: Readonly<Record<string, Action>> = {
  restart: { usage: 'restart', about: { zh: '重启', en: 'restart' }, run: (pc) => pc.restart() },
  unplug: { usage: 'unplug', about: { zh: '拔网线', en: 'pull the network cable' }, run: (pc) => pc.plug(false) },
  plug: { usage: 'plug', about: { zh: '插网线', en: 'put the network cable back' }, run: (pc) => pc.plug(true) },
  'power-cut': { usage: 'power-cut', about: { zh: '断电', en: 'cut the power' }, run: (pc) => pc.powerCut() },
  'power-on': { usage: 'power-on', about: { zh: '开机', en: 'switch on' }, run: (pc) => pc.powerOn() },
};

const cards: Readonly<Record<string, Action>> = {
  freeze: {
    usage: 'freeze',
    about: { zh: '冻结（软件还原卡），并重启', en: 'freeze a software restore card, and restart' },
    run: (pc) => switchCard(pc, true, false),
  },
  thaw: {
    usage: 'thaw',
    about: { zh: '解冻（软件还原卡），并重启', en: 'thaw a software restore card, and restart' },
    run: (pc) => switchCard(pc, false, false),
  },
  'open-card': {
    usage: 'open-card',
    about: { zh: '在启动菜单中开放硬件还原卡', en: 'open a hardware card at the boot menu' },
    run: (pc) => switchCard(pc, false, true),
  },
  'close-card': {
    usage: 'close-card',
    about: { zh: '在启动菜单中启用硬件还原卡', en: 'close a hardware card at the boot menu' },
    run: (pc) => switchCard(pc, true, true),
  },
};

const troubles: Readonly<Record<string, Action>> = {
  'fill-disk': {
    usage: 'fill-disk',
    about: { zh: '填满磁盘', en: 'fill the disk but for 1 MB' },
    run: ({ files }) => {
      files.delete(filler);
      files.write(filler, { content: Buffer.alloc(0), size: files.freeBytes() - leftOver });
    },
  },
  'free-disk': {
    usage: 'free-disk',
    about: { zh: '释放磁盘', en: 'undo fill-disk' },
    run: ({ files }) => files.delete(filler),
  },
  'windows-update': {
    usage: 'windows-update',
    about: { zh: 'Windows 更新已装好，等待重启', en: 'an update of Windows is installed and waits for a restart' },
    run: (pc) => pc.nextStart.updateWindows(),
  },
  slow: {
    usage: 'slow <factor>',
    about: { zh: '变慢：0 不等待，1 如真机', en: 'times of a real PC, multiplied; 0: no waiting' },
    run: (pc, [factor]) => {
      pc.latency.factor = numberOf(factor, 'a factor');
    },
  },
  card: {
    usage: 'card <Mbit/s>',
    about: { zh: '网卡降速，例如 100', en: 'speed of the link: 100 with a bad cable' },
    run: (pc, [mbps]) => {
      pc.nic.bps = numberOf(mbps, 'Mbit/s', 1) * 1e6;
      pc.nic.onChange();
    },
  },
  lan: {
    usage: 'lan <Mbit/s>',
    about: { zh: '安装包库上行带宽，全房间共用', en: "speed of the depot's uplink, whichever PC is named" },
    run: ({ nic }, [mbps]) => {
      nic.lan.traffic.uplinkMbps = numberOf(mbps, 'Mbit/s', 1);
    },
  },
  drop: {
    usage: 'drop [<n>|<probability>%]',
    about: {
      zh: '断开会话：立即、第 n 个请求时、或按概率',
      en: 'end sessions: now, under the n-th request, or with a probability',
    },
    run: (pc, [when]) => {
      if (when === undefined) pc.endSessions('closed');
      else if (when.endsWith('%')) pc.faults.dropProbability = numberOf(when.slice(0, -1), 'a percentage') / 100;
      else pc.faults.dropAfter = numberOf(when, 'a count', 1);
    },
  },
  hang: {
    usage: 'hang',
    about: { zh: '死机：能连接，不应答', en: 'accept connections and never answer' },
    run: (pc) => {
      pc.faults.hang = true;
      pc.endSessions('silent');
    },
  },
  garbage: {
    usage: 'garbage',
    about: { zh: '应答之间夹杂无关输出', en: 'stray output between answers' },
    run: (pc) => {
      pc.faults.garbage = true;
    },
  },
  'bad-download': {
    usage: 'bad-download [<n>]',
    about: { zh: '随后 n 个下载损坏', en: 'damage the next n downloads' },
    run: (pc, [count = '1']) => {
      pc.faults.corruptDownloads = numberOf(count, 'a count', 1);
    },
  },
  'cut-at-write': {
    usage: 'cut-at-write',
    about: { zh: '下次写文件写到一半时断电', en: 'cut the power in the middle of the next file written' },
    run: (pc) => {
      pc.faults.cutAtWrite = true;
    },
  },
  heal: {
    usage: 'heal',
    about: {
      zh: '解除 hang、drop、garbage、bad-download、cut-at-write、slow',
      en: 'end hang, drop, garbage, bad-download, cut-at-write and slow',
    },
    run: (pc) => pc.heal(),
  },
};

type Tampering = (pc: Pc, args: readonly string[]) => void | Promise<void>;
const tamperings: Readonly<Record<string, Tampering>> = {
  chrome: (pc, [version]) => updateChrome(pc, given(version, 'a version, such as 120.0.6099.71')),
  package: (pc, [name, version]) => {
    if (version === undefined) removePackage(pc, given(name, 'the name of a Python package'));
    else replacePackage(pc, given(name, 'the name of a Python package'), version);
  },
  file: (pc, [path]) => damageFile(pc, given(path, 'the path of a file')),
  address: async (pc, [address]) => {
    const { live, lan } = pc.nic;
    const fixed = {
      dhcp: false,
      address: given(address, 'an address or dhcp'),
      prefix: lan.prefix,
      gateway: live.gateway,
      dns: live.dns,
    };
    await pc.configure(address === 'dhcp' ? { ...fixed, dhcp: true } : fixed);
  },
  gateway: async (pc, [gateway]) => {
    await pc.configure({ ...pc.nic.live, dhcp: false, gateway: given(gateway, 'an address') });
  },
  'input-method': (pc, [product]) => {
    if (product !== 'sogou' && product !== 'freewb') throw new RangeError('expected sogou or freewb');
    preinstall(pc, { product, version: product === 'sogou' ? '9.1.0.2657' : '7.13' });
  },
  // Somebody answers "cancel" when Windows asks whether a program may be reached.
  firewall: (pc, [path]) => {
    const program = given(path, 'the path of a program');
    pc.firewall.block(program.split('\\').at(-1) ?? program, program);
  },
  certificate: async (pc, [how, organisation]) => {
    const of = given(organisation, 'an organisation');
    if (how === 'add') await plantRoot(pc, of);
    else if (how === 'remove') removeRoots(pc, of);
    else throw new RangeError(`expected add or remove, got ${how ?? 'nothing'}`);
  },
  registry: (pc, [key, name, data]) => {
    pc.registry.set(given(key, 'a key'), given(name, 'a name'), { type: 'REG_SZ', data: given(data, 'a text') });
  },
};

export const actions: Readonly<Record<string, Action>> = {
  ...power,
  ...cards,
  ...troubles,
  tamper: {
    usage: `tamper ${Object.keys(tamperings).join('|')} …`,
    about: {
      zh: 'chrome 版本；package 名称 [版本]（无版本则删除）；file 路径；address 地址|dhcp；gateway 地址；input-method sogou|freewb（安装）；firewall 程序（被阻止）；certificate add|remove 单位（受信任的根证书）；registry 键 名 值',
      en: 'chrome VERSION; package NAME [VERSION] (none: remove); file PATH; address A|dhcp; gateway A; input-method sogou|freewb (installed); firewall PROGRAM (blocked); certificate add|remove ORGANISATION (trusted root); registry KEY NAME TEXT',
    },
    run: (pc, [what = '', ...args]) => {
      const tampering = tamperings[what];
      if (!tampering)
        throw new RangeError(`expected one of ${Object.keys(tamperings).join(', ')}, got ${what || 'nothing'}`);
      return tampering(pc, args);
    },
  },
};

/** @throws RangeError for an unknown action, naming those that there are */
export async function act(pc: Pc, name: string, args: readonly string[]): Promise<void> {
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
  if (!action) {
    const known = Object.values(actions).map(({ usage }) => usage);
    throw new RangeError(`expected one of ${known.join(', ')}; got ${name}`);
  }
  await pc.journal.act('person', () => action.run(pc, args));
}
