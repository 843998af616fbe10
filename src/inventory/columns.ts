/** Which column of an asset list is what. Every school heads its columns a little differently. */
import { plain } from './cell.ts';

const names = {
  seat: ['座位号', '座号', '座位', '考位号', '考位', '机位号', '机位', 'seat', 'seatno', 'seatnumber', 'seatid'],
  computer: [
    ...['计算机名', '计算机名称', '机器名', '机器名称', '电脑名', '电脑名称', '主机名', '主机名称'],
    ...['computer', 'computername', 'hostname', 'host', 'pcname', 'pc'],
  ],
  mac: ['mac', 'mac地址', '物理地址', '网卡地址', '网卡mac', '网卡mac地址', 'macaddress', 'physicaladdress'],
  address: ['ip', 'ip地址', 'ipv4', 'ipv4地址', 'ipaddress', 'ipv4address', 'address'],
  mask: ['子网掩码', '掩码', 'mask', 'subnetmask', 'netmask'],
  gateway: ['网关', '默认网关', '网关地址', 'gateway', 'defaultgateway'],
  dns: ['dns', 'dns服务器', 'dns地址', '首选dns', '首选dns服务器', 'dnsserver', 'dnsservers'],
  row: ['行', '行号', '排', '排号', 'row'],
  column: ['列', '列号', 'column', 'col'],
  level: ['级别', '等级', '考试级别', 'level', 'examlevel'],
  note: ['备注', '说明', 'note', 'notes', 'remark', 'remarks', 'comment'],
} as const satisfies Record<string, readonly string[]>;

export type Field = keyof typeof names;
export const fields = Object.keys(names) as readonly Field[];

/** As a person would head it: `MAC地址 / mac`. */
export const headingOf = (field: Field): string => `${names[field][0]} / ${field}`;

/** `IP地址（静态）*` → address. Case, spaces, punctuation and what stands in brackets do not matter. */
export function fieldOf(heading: string): Field | undefined {
  const word = plain(heading)
    .toLowerCase()
    .replaceAll(/\(.*?\)|[\s_*:.#-]/g, '');
  return fields.find((field) => names[field].some((name) => name === word));
}
