/** The form each key of the inventory must have, in words. shape.ts finds the place; this says what belongs there. */
import type { Text } from '../core/finding.ts';

export interface Form {
  readonly expected: Text;
  readonly fix: Text;
}
const form = (expectedZh: string, expectedEn: string, fixZh: string, fixEn: string): Form => ({
  expected: { zh: expectedZh, en: expectedEn },
  fix: { zh: fixZh, en: fixEn },
});

const ipv4 = form(
  'IPv4 地址，如 10.30.1.101',
  'an IPv4 address such as 10.30.1.101',
  '填四段 0–255 的数字',
  'write four numbers from 0 to 255',
);
const place = form('从 1 起的整数', 'a whole number from 1 up', '按座位图填写', 'take it from the plan of the room');
const count = form('非负整数', 'a whole number, 0 or more', '填人数', 'write the number of people');

/** By the last key of a path. */
export const forms: Record<string, Form> = {
  seat: form(
    '两到三位的座位号，如 "07"；备用机在资产表中写 备1',
    'a seat number of two or three digits such as "07"; a spare is 备1 or spare1 in an asset list',
    '改座位号（YAML 中加引号）',
    'correct the number (in quotes in YAML)',
  ),
  computer: form(
    '计算机名：1–15 个字母、数字或连字符',
    'a computer name: 1 to 15 letters, digits and hyphens',
    '照 PC 上的计算机名填写',
    'write the name as the PC shows it',
  ),
  mac: form(
    'MAC 地址，如 00:23:24:5a:30:0a',
    'a MAC address such as 00:23:24:5a:30:0a',
    '在 PC 上用 getmac 查看',
    'read it with getmac on the PC',
  ),
  address: ipv4,
  gateway: ipv4,
  dns: ipv4,
  subnet: form(
    '子网，如 10.30.1.0/24',
    'a subnet such as 10.30.1.0/24',
    '填网络地址和前缀长度',
    'write the network address and the prefix length',
  ),
  row: place,
  column: place,
  level: form(
    'L1（初级）、L2（中级）或 L3（高级）',
    'L1 (初级), L2 (中级) or L3 (高级)',
    '改成三个级别之一',
    'write one of the three levels',
  ),
  room: form(
    '房间号：1–12 个字母或数字，YAML 中加引号，如 "301"',
    'a room number: 1 to 12 letters or digits, in quotes in YAML, such as "301"',
    '改房间号',
    'correct the room number',
  ),
  depot: form(
    '安装源网址，如 http://10.30.1.250:8080/',
    "the depot's URL such as http://10.30.1.250:8080/",
    '填考生机访问安装源所用的网址',
    'write the URL at which the PCs reach the depot',
  ),
  spacingMetres: form(
    '大于 0 的米数',
    'metres, more than 0',
    '量一量相邻座位的距离',
    'measure between neighbouring seats',
  ),
  proctors: count,
  candidates: form('从 1 起的整数', 'a whole number from 1 up', '填上报的考生数', 'write how many are registered'),
  staff: count,
  driver: form(
    'none、deep-freeze、uwf 或 by-hand',
    'none, deep-freeze, uwf or by-hand',
    '没有命令行的还原卡用 by-hand',
    'a card without a command line is by-hand',
  ),
  password: form(
    '密码的引用：{ env: 变量名 } 或 { file: 路径 }',
    'a reference to the password: { env: NAME } or { file: PATH }',
    '不要把密码写进清单',
    'never write the password itself into the inventory',
  ),
  network: form(
    'subnet、gateway、dns 三项',
    'the three keys subnet, gateway and dns',
    '补上房间的网络设置',
    "add the room's network settings",
  ),
  seats: form('考位列表', 'the list of seats', '至少写一个考位', 'write at least one seat'),
  spares: form('备用机列表', 'the list of spares', '没有备用机时删去此键', 'remove the key when there are no spares'),
  site: form('考点名称', 'the name of the site', '照印刷品上的写法填写', 'write it as it is printed'),
  steps: form(
    '步骤列表：{ name, create }',
    'a list of steps: { name, create }',
    '没有自己的步骤时删去此键',
    'remove the key when the site has no steps of its own',
  ),
  create: form('命令行', 'a command line', '写要运行的命令', 'write the command to run'),
  name: form(
    '步骤名：小写字母、数字或连字符',
    'a name of lower-case letters, digits and hyphens',
    '改步骤名',
    'correct the name',
  ),
  port: form('1–65535 的端口号', 'a port from 1 to 65535', '改端口号', 'correct the port'),
  platform: form('windows 或 linux', 'windows or linux', '改平台', 'correct the platform'),
};
