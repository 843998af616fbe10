/** What `examsite enroll` says. */
import Table from 'cli-table3';
import pc from 'picocolors';
import type { Lang, Text } from '../../core/finding.ts';
import type { Enrolment, SeatEnrolment, SeatState } from '../../hosts/enroll.ts';
import { fingerprint } from '../../hosts/host-key.ts';

const states: Readonly<Record<SeatState, { text: Text; colour: (text: string) => string }>> = {
  new: { text: { zh: '新', en: 'new' }, colour: pc.green },
  same: { text: { zh: '相同', en: 'same' }, colour: pc.dim },
  changed: { text: { zh: '密钥已变', en: 'KEY CHANGED' }, colour: pc.red },
  shared: { text: { zh: '密钥重复', en: 'KEY SHARED' }, colour: pc.red },
  ambiguous: { text: { zh: 'MAC 重复', en: 'MAC TWICE' }, colour: pc.red },
  missing: { text: { zh: '未找到', en: 'not found' }, colour: pc.yellow },
};

export const texts = {
  progress: ({ asked, of, answered }: { asked: number; of: number; answered: number }): Text => ({
    zh: `已查 ${asked}/${of} 个地址，${answered} 台电脑应答`,
    en: `${asked}/${of} addresses asked, ${answered} PCs answered`,
  }),
  question: (count: number): Text => ({
    zh: `将记录 ${count} 台电脑的主机密钥，指纹都核对过了吗？[y/N] `,
    en: `Remember ${count} PCs by these host keys? [y/N] `,
  }),
  saved: (count: number): Text => ({ zh: `已登记 ${count} 台`, en: `${count} enrolled` }),
  notSaved: {
    zh: '没有写入任何内容；核对指纹后加 --yes 重新运行',
    en: 'nothing was written; compare the fingerprints and run again with --yes',
  },
  nothing: { zh: '没有需要登记的电脑', en: 'nothing to enrol' },
  aSeat: (room: string): Text => ({ zh: `${room} 考场的一个考位`, en: `a seat of room ${room}` }),
  fixSeat: { zh: '考位名的写法如 r301-s07', en: 'write it as r301-s07' },
  anAddress: { zh: 'IPv4 地址', en: 'an IPv4 address' },
  fixAddress: { zh: '多个地址用英文逗号分隔', en: 'separate addresses with commas' },
  aSubnet: { zh: '子网', en: 'a subnet' },
  fixSubnet: { zh: '写法如 10.30.1.0/24', en: 'write it as 10.30.1.0/24' },
} satisfies Record<string, Text | ((...args: never[]) => Text)>;

const heads: Readonly<Record<Lang, readonly string[]>> = {
  zh: ['考位', '计算机名', 'MAC', '地址', '主机密钥指纹', '状态'],
  en: ['seat', 'computer', 'MAC', 'address', 'host key', 'state'],
};

export function enrolmentTable({ seats, strangers, refusals }: Enrolment, lang: Lang): string {
  const table = new Table({ head: [...heads[lang]], style: { head: [], border: [] } });
  for (const seat of seats) table.push(row(seat, lang));
  const others = [
    ...strangers.map(({ address, macs, hostKey }) =>
      lang === 'zh'
        ? `${address}：MAC ${macs.join('、')} 不属于任何考位（${fingerprint(hostKey)}）`
        : `${address}: MAC ${macs.join(', ')} belongs to no seat (${fingerprint(hostKey)})`,
    ),
    ...refusals.map(({ reason }) => reason),
  ];
  return [table.toString(), ...advice(seats, lang), ...others].join('\n');
}

function row(seat: SeatEnrolment, lang: Lang): string[] {
  const { text, colour } = states[seat.state];
  const keys =
    seat.state === 'changed' ? [seat.enrolledFingerprint, `→ ${seat.fingerprint ?? ''}`] : [seat.fingerprint];
  return [seat.name, seat.computer, seat.mac, seat.found?.address ?? '', keys.join('\n'), colour(text[lang])];
}

/** What to do about each kind of trouble in the table. */
function advice(seats: readonly SeatEnrolment[], lang: Lang): string[] {
  const names = (state: SeatState): string =>
    seats
      .filter((seat) => seat.state === state)
      .map(({ name }) => name)
      .join(' ');
  const lines: Partial<Record<SeatState, (names: string) => Text>> = {
    changed: (list) => ({
      zh: `${list}：重装、还原或克隆过？确认就是这台电脑后，用 --replace ${list} 接受新密钥；否则可能是另一台机器`,
      en: `${list}: re-installed, restored or cloned? Make sure that it is this PC, then accept with --replace ${list}; otherwise it may be another machine`,
    }),
    shared: (list) => ({
      zh: `${list}：几台电脑的主机密钥相同（克隆镜像时带上了密钥）；删除 C:\\ProgramData\\ssh\\ssh_host_* 并重启 sshd 服务后再登记`,
      en: `${list}: these PCs have one and the same host key (an image cloned with its keys); delete C:\\ProgramData\\ssh\\ssh_host_* and restart the sshd service on them, then enrol again`,
    }),
    ambiguous: (list) => ({
      zh: `${list}：不止一台机器使用该考位的 MAC`,
      en: `${list}: more than one machine has this seat's MAC`,
    }),
    missing: (list) => ({
      zh: `${list}：没有应答；电脑是否开机、网线是否插好、sshd 是否运行、资产表中的 MAC 是否正确？`,
      en: `${list}: no answer; is the PC on, its cable in, its sshd running, and its MAC in the inventory right?`,
    }),
  };
  return Object.entries(lines).flatMap(([state, line]) => {
    const list = names(state as SeatState);
    return list === '' ? [] : [line(list)[lang]];
  });
}
