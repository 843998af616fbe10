/** `examsite plan` on a terminal: a line a PC, then the room. */
import Table from 'cli-table3';
import type { Lang, Text } from '../core/finding.ts';
import { phases, type Phase } from './fluid.ts';
import type { PcForetold, RoomForetold } from './foretell.ts';

const words: Record<Phase, Text> = {
  uplink: { zh: '下载，受安装源上行带宽限制', en: "fetching, held back by the depot's uplink" },
  card: { zh: '下载，受本机网卡限制', en: "fetching, held back by the PC's network card" },
  disk: { zh: '下载，受本机磁盘限制', en: "fetching, held back by the PC's disk" },
  install: { zh: '安装', en: 'installing' },
  restart: { zh: '重启', en: 'restarting' },
  look: { zh: '查看', en: 'looking' },
};

/** @param begin when `up` is taken to begin */
export function planText(room: string, foretold: RoomForetold, begin: Date, lang: Lang): string {
  const { pcs, bytes, seconds, bottleneck, depotMbps } = foretold;
  const end = new Date(begin.getTime() + seconds * 1000).toTimeString().slice(0, 5);
  const time = duration(seconds, lang);
  const head =
    lang === 'zh'
      ? `房间 ${room}：${pcs.length} 台共下载 ${size(bytes)}（安装源 ${depotMbps} Mbit/s），最后一台约需 ${time}；现在开始，${end} 完成`
      : `room ${room}: ${pcs.length} PCs fetch ${size(bytes)} from a depot of ${depotMbps} Mbit/s; the last one is done after ${time}, at ${end} if begun now`;
  const spent = phases
    .filter((phase) => foretold.phases[phase] >= 0.5)
    .map(
      (phase) =>
        `  ${duration(foretold.phases[phase], lang)}  ${words[phase][lang]}${phase === bottleneck ? ' ◀' : ''}`,
    );
  const basis = {
    zh: '时长取自 handbook/durations.yaml，多为假设值，尚未在真机上计时',
    en: 'durations are those of handbook/durations.yaml: most are assumed, none was timed on a real PC yet',
  };
  return [tableOf(pcs, lang), head, ...spent, ...warnings(pcs, lang), basis[lang]].join('\n');
}

function tableOf(pcs: readonly PcForetold[], lang: Lang): string {
  const head = {
    zh: ['电脑', '下载', '重启', '网卡', '时间', '依据'],
    en: ['PC', 'to fetch', 'restarts', 'card', 'time', 'seen'],
  };
  const rows = new Table({
    head: head[lang],
    style: { head: [], border: [] },
    // A line between the PCs would make a room of 44 too long for a screen.
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
  });
  const live = { zh: '实地查看', en: 'live' };
  const assumed = { zh: '按全新电脑估计', en: 'assumed fresh' };
  for (const pc of pcs) {
    const basis = pc.assumed === null ? live[lang] : `${assumed[lang]}: ${pc.assumed[lang]}`;
    rows.push([pc.name, size(pc.bytes), pc.restarts, `${pc.cardMbps}`, duration(pc.seconds, lang), basis]);
  }
  return rows.toString();
}

const warnings = (pcs: readonly PcForetold[], lang: Lang): string[] =>
  pcs.flatMap(({ name, warning }) => (warning === null ? [] : [`${name}: ${warning[lang]}`]));

const size = (bytes: number): string =>
  bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;

function duration(seconds: number, lang: Lang): string {
  const whole = Math.round(seconds);
  const [minutes, rest] = [String(Math.floor(whole / 60)), String(whole % 60).padStart(2, '0')];
  return lang === 'zh' ? `${minutes} 分 ${rest} 秒` : `${minutes} min ${rest} s`;
}
